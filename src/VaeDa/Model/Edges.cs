namespace VaeDa.Model;

/// <summary>What a convolution sees beyond the grid's edge.</summary>
public enum Edges
{
    /// <summary>Zeros on all four sides, with the asymmetric 'same' padding of the reference system.</summary>
    Zero,

    /// <summary>The other side in longitude where the grid is periodic; the edge's own value elsewhere.</summary>
    Wrap,
}
