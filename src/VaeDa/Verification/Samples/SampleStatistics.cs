using VaeDa.Fields.Grids;

namespace VaeDa.Verification.Samples;

/// <summary>What a set of fields of one variable looks like, as numbers that are independent of where its weather happens to be.</summary>
public sealed record SampleStatistics
{
    /// <summary>The standard deviation at each cell, (H, W), in the units of the variable; NaN where there is no value.</summary>
    public required double[] StandardDeviation { get; init; }

    /// <summary>
    /// The correlation of each cell with each of the base points (<see cref="SampleMoments.BasePoints"/>), a map (H, W) for each
    /// point; NaN where either lacks a value in any field.
    /// </summary>
    public required IReadOnlyList<double[]> Correlations { get; init; }

    /// <summary>
    /// The mean power by row and wave, (H, waves + 1), in units squared (<see cref="ZonalSpectrum"/>); NaN where no field has the
    /// whole row.
    /// </summary>
    public required double[,] Power { get; init; }

    /// <summary>
    /// The skewness of all values by area, each divided by the climatological standard deviation of its cell; 0 for a symmetric
    /// distribution.
    /// </summary>
    public required double Skewness { get; init; }

    /// <summary>The excess kurtosis of the same values; 0 for a Gaussian field of the same variance at all times and places.</summary>
    public required double ExcessKurtosis { get; init; }

    /// <summary>The part of the area of all fields, 0…1, where the anomaly is beyond 3 climatological standard deviations.</summary>
    public required double BeyondThree { get; init; }

    /// <summary>Computes the mean power of one wave in some rows, weighted by area; rows that no field has whole do not count.</summary>
    /// <param name="rows">The numbers of the rows, from 0.</param>
    /// <param name="wave">The number of the wave, 0 for the mean of the row.</param>
    /// <param name="grid">The grid of the fields.</param>
    /// <returns>The power, in units squared; NaN where no row counts.</returns>
    public double MeanPower(IReadOnlyList<int> rows, int wave, Grid grid)
    {
        ArgumentNullException.ThrowIfNull(rows);
        ArgumentNullException.ThrowIfNull(grid);
        var area = grid.AreaWeights();
        double sum = 0, weight = 0;
        foreach (var i in rows.Where(i => double.IsFinite(Power[i, wave])))
        {
            sum += area[i * grid.Width] * Power[i, wave];
            weight += area[i * grid.Width];
        }

        return sum / weight;
    }

    /// <summary>Computes the statistics of one variable of a set of fields.</summary>
    /// <param name="moments">The sums over the set; they are not disposed here.</param>
    /// <param name="variable">The number of the variable, from 0.</param>
    /// <param name="grid">The grid of the fields.</param>
    /// <returns>The statistics.</returns>
    public static SampleStatistics Of(SampleMoments moments, int variable, Grid grid)
    {
        ArgumentNullException.ThrowIfNull(moments);
        ArgumentNullException.ThrowIfNull(grid);
        var (cells, points) = (grid.Cells, SampleMoments.BasePoints(grid));
        double[] Cells(TorchSharp.torch.Tensor all) => all.sum([0]).narrow(-1, variable * (long)cells, cells).contiguous().data<double>().ToArray();
        var (count, sum, squares) = (Cells(moments.Count), Cells(moments.Sum), Cells(moments.Squares)); // (C)
        var crossed = Cells(moments.Crossed); // (P, C)
        var mean = sum.Zip(count, (s, n) => s / n).ToArray();
        var whole = count.Max();
        var deviation = squares.Select((s, c) => Math.Sqrt(Math.Max(0, s / count[c] - mean[c] * mean[c]))).ToArray();
        var spectrum = moments.Spectrum.sum([0])[variable].contiguous().data<double>().ToArray(); // (H, M + 2)
        var waves = spectrum.Length / grid.Height - 1;
        var power = new double[grid.Height, waves];
        for (var i = 0; i < grid.Height; i++)
        {
            for (var m = 0; m < waves; m++)
            {
                power[i, m] = spectrum[i * (waves + 1) + m] / spectrum[i * (waves + 1) + waves];
            }
        }

        var marginal = moments.Marginal.sum([0])[variable].contiguous().data<double>().ToArray(); // (6)
        var (x1, x2, x3, x4) = (marginal[1] / marginal[0], marginal[2] / marginal[0], marginal[3] / marginal[0], marginal[4] / marginal[0]);
        var variance = x2 - x1 * x1;
        return new SampleStatistics
        {
            StandardDeviation = deviation,
            Correlations = [.. points.Select((p, at) => Enumerable.Range(0, cells).Select(c => count[c] < whole || count[p] < whole ? double.NaN : (crossed[at * cells + c] / count[c] - mean[p] * mean[c]) / (deviation[p] * deviation[c])).ToArray())],
            Power = power,
            Skewness = (x3 - 3 * x1 * x2 + 2 * x1 * x1 * x1) / Math.Pow(variance, 1.5),
            ExcessKurtosis = (x4 - 4 * x1 * x3 + 6 * x1 * x1 * x2 - 3 * x1 * x1 * x1 * x1) / (variance * variance) - 3,
            BeyondThree = marginal[5] / marginal[0],
        };
    }
}
