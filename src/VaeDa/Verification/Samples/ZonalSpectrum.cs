using VaeDa.Fields.Grids;
using static TorchSharp.torch;

namespace VaeDa.Verification.Samples;

/// <summary>
/// The power of each row of a field by wave: the mean square is the sum of the powers. On a grid that goes round, wave m has m
/// wavelengths in the circle of latitude. A region has no such circle: its rows are mirrored at their ends, so that they
/// close without a step (the cosine transform of Denis, Côté and Laprise 2002, Mon. Wea. Rev. 130, 1812), and wave m
/// has m half wavelengths in the region.
/// </summary>
public static class ZonalSpectrum
{
    /// <summary>Gets the number of the shortest wave that a row can hold.</summary>
    /// <param name="grid">The grid of the fields.</param>
    /// <returns>M, where the waves are m = 0…M and 0 is the mean of the row.</returns>
    public static int Waves(Grid grid)
    {
        ArgumentNullException.ThrowIfNull(grid);
        return grid.IsPeriodic ? grid.Width / 2 : grid.Width - 1;
    }

    /// <summary>Computes the power of each row.</summary>
    /// <param name="fields">The fields, (…, W).</param>
    /// <param name="grid">The grid of the fields.</param>
    /// <returns>
    /// The power of the waves 0…M, (…, M + 1), in double precision and the square of the fields' units; NaN for a row with a missing
    /// value. The caller disposes it.
    /// </returns>
    public static Tensor Of(Tensor fields, Grid grid)
    {
        ArgumentNullException.ThrowIfNull(fields);
        ArgumentNullException.ThrowIfNull(grid);
        using var scope = NewDisposeScope();
        var rows = fields.to(float64); // (…, W)
        rows = grid.IsPeriodic ? rows : cat([rows, rows.flip(-1)], -1); // (…, L), L = W or 2W
        var length = rows.shape[^1];
        var power = (fft.rfft(rows) / length).abs().square(); // (…, L/2 + 1)
        // Waves and their conjugates; the mean, and the shortest wave of an even row, are their own.
        var paired = (length - 1) / 2;
        power.narrow(-1, 1, paired).mul_(2);
        return power.narrow(-1, 0, Waves(grid) + 1).MoveToOuterDisposeScope(); // a mirrored row has nothing in its shortest wave
    }
}
