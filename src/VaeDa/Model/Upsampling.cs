namespace VaeDa.Model;

/// <summary>How the generator makes a finer level of a coarser one.</summary>
public enum Upsampling
{
    /// <summary>Transposed convolution, zeros beyond the edge.</summary>
    Transposed,

    /// <summary>Each cell repeated, then a convolution: the one that can wrap in longitude.</summary>
    Nearest,
}
