using VaeDa.Fields.Grids;
using VaeDa.Verification.Scores;

namespace VaeDa.Plotting.Tests;

internal static class Ensembles
{
    /// <summary>Truth and twelve members drawn about the same centre, twelve times: the truth with a deviation by cell, the members with a part of it.</summary>
    public static EnsembleCalibration Calibration(Grid grid, Func<int, double> deviation, double confidence)
    {
        var random = new Random(1);
        float[] Draw(double part) => [.. Enumerable.Range(0, grid.Cells).Select(x => (float)(part * deviation(x) * Normal(random)))];
        var calibration = new EnsembleCalibration(grid, 12);
        for (var date = 0; date < 12; date++)
        {
            calibration.Add(new EnsembleAgainstTruth(Draw(1), new float[grid.Cells], [.. Enumerable.Range(0, 12).Select(_ => Draw(confidence))]));
        }

        return calibration;
    }

    private static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
