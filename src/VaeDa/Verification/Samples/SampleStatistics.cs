using VaeDa.Fields.Grids;

namespace VaeDa.Verification.Samples;

/// <summary>What a set of fields of one variable looks like, as numbers that are independent of where its weather happens to be.</summary>
public sealed record SampleStatistics
{
    /// <summary>By cell, (C), units of the variable; NaN where there is no value.</summary>
    public required double[] StandardDeviation { get; init; }

    /// <summary>
    /// Correlation of each cell with each of <see cref="SampleMoments.BasePoints"/>, P of (C); NaN where either lacks a value
    /// in any field.
    /// </summary>
    public required IReadOnlyList<double[]> Correlations { get; init; }

    /// <summary>Mean power by row and wave, (H, M + 1), units squared; NaN where no field has the whole row.</summary>
    public required double[,] Power { get; init; }

    /// <summary>Of all values, by area, over the climatological standard deviation of their cell.</summary>
    public required double Skewness { get; init; }

    /// <summary>Of the same; 0 for a Gaussian field of the same variance at all times and places.</summary>
    public required double ExcessKurtosis { get; init; }

    /// <summary>Part of the area, over the fields, beyond 3 climatological standard deviations.</summary>
    public required double BeyondThree { get; init; }

    /// <summary>Mean power of some rows by area, of one wave; rows that no field has whole do not count.</summary>
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

    /// <param name="variable">Its number.</param>
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
