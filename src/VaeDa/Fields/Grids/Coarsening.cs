namespace VaeDa.Fields.Grids;

/// <summary>Area means over blocks of n × n cells: a grid, and its fields, n times as coarse.</summary>
internal sealed class Coarsening
{
    private readonly int _n;
    private readonly int _fineWidth;
    private readonly float[] _area; // (H, W)

    /// <param name="fine">The grid to make coarser.</param>
    /// <param name="n">Cells along a block's side.</param>
    /// <exception cref="InvalidInputException">n does not divide the grid's rows and columns, or the grid is projected.</exception>
    public Coarsening(Grid fine, int n)
    {
        ArgumentNullException.ThrowIfNull(fine);
        if (n < 1 || fine.Height % n != 0 || fine.Width % n != 0)
        {
            throw new InvalidInputException($"blocks of {n}×{n} cells do not fill the grid {fine}; a number is needed that divides {fine.Height} and {fine.Width}");
        }

        (_n, _fineWidth, _area) = (n, fine.Width, fine.AreaWeights());
        Grid = fine.Projection is not { } map
            ? new Grid(Centres(fine.Latitudes), Centres(fine.Longitudes))
            : throw new InvalidInputException($"blocks of cells are made on grids of latitude by longitude only; this one is projected ({map.Y.Count}×{map.X.Count})");

        double[] Centres(IReadOnlyList<double> axis) => [.. axis.Chunk(n).Select(block => block.Average())];
    }

    /// <summary>Of the means.</summary>
    public Grid Grid { get; }

    /// <param name="fine">(H, W), NaN where there is no value.</param>
    /// <param name="coarse">(H / n, W / n): the mean of the cells that have a value; NaN where they fill less than half of the block.</param>
    public void Apply(ReadOnlySpan<float> fine, Span<float> coarse)
    {
        for (var c = 0; c < Grid.Cells; c++)
        {
            var first = c / Grid.Width * _n * _fineWidth + c % Grid.Width * _n;
            double sum = 0, weight = 0, whole = 0;
            for (var i = 0; i < _n * _n; i++)
            {
                var x = first + i / _n * _fineWidth + i % _n;
                whole += _area[x];
                if (!float.IsNaN(fine[x]))
                {
                    weight += _area[x];
                    sum += (double)_area[x] * fine[x];
                }
            }

            coarse[c] = weight >= 0.5 * whole && weight > 0 ? (float)(sum / weight) : float.NaN;
        }
    }
}
