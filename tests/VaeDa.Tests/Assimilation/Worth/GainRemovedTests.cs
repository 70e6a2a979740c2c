using System.Diagnostics;
using VaeDa.Assimilation;
using VaeDa.Assimilation.Residual;
using VaeDa.Assimilation.Worth;
using VaeDa.CrossValidation;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation.Worth;

public sealed class GainRemovedTests
{
    private const int Count = 40;

    [Fact]
    public void Influence_is_the_diagonal_of_HK_and_sums_to_its_trace()
    {
        using var world = new LinearWorld(variables: 2);
        var table = world.Observe(Count, 0.5, seed: 3);
        using var scope = NewDisposeScope();
        var h = new ObservationOperator(world.Model.Grid, ["x0", "x1"], table);
        using var residual = ResidualCovariance.Of(world.Model, h, ObservationPlace.Of(table, h, ["x0", "x1"]));
        var g = h.Apply(world.Model.LinearPatterns()!).to(float64).transpose(0, 1); // (n, k)
        var between = residual.BetweenPlaces(); // (n, n)
        var inverse = linalg.inv(between + diag(tensor(table.Error.Select(e => e!.Value).ToArray()).square())); // (n, n), R⁻¹
        // What latents take of the observations, and what the residual takes of the departures that they leave.
        var posterior = linalg.inv(g.transpose(0, 1).matmul(inverse).matmul(g) + diag(1 / world.Model.Prior.LatentVariance.to(float64))); // (k, k)
        var ofLatents = g.matmul(posterior).matmul(g.transpose(0, 1)).matmul(inverse); // (n, n)
        var hk = ofLatents + between.matmul(inverse).matmul(eye(Count, dtype: float64) - ofLatents); // (n, n)

        var influence = Column(world.Assimilate(table), "influence");
        var expected = hk.diagonal().data<double>().ToArray();
        Assert.All(expected.Zip(influence), pair => Assert.Equal(pair.First, pair.Second!.Value, 1e-6));
        Assert.Equal(hk.trace().item<double>(), influence.Sum()!.Value, 1e-6);
    }

    [Theory, InlineData(1), InlineData(2)]
    public void What_is_removed_with_an_observation_is_what_the_variance_without_it_is_larger_by(int variables)
    {
        using var world = new LinearWorld(variables);
        var table = world.Observe(Count, 0.5, seed: 5);
        var gains = Column(world.Assimilate(table), "gain_removed");
        foreach (var i in Enumerable.Range(0, Count).Where(i => i % 5 < 2))
        {
            var rise = Variance(world.Model, table, i, table.Variable[i]!) - Variance(world.Model, table, null, table.Variable[i]!);
            Assert.Equal(1, gains[i]!.Value / rise, 0.01);
        }
    }

    [Fact]
    public void An_outlier_is_worth_nothing_and_the_others_what_they_are_without_it()
    {
        using var world = new LinearWorld();
        var table = world.Observe(Count, 0.5, seed: 6);
        var spoilt = new ObservationTable(table.Observations.Select((o, row) => row == 7 ? o with { Anomaly = o.Anomaly + 60 } : o));
        var (with, without) = (world.Assimilate(spoilt), world.Assimilate(table.Select(Enumerable.Range(0, Count).Where(row => row != 7))));
        Assert.Equal(ObservationResults.Outlier, with.Observations["flag"][7]);
        foreach (var name in (string[])["influence", "gain_removed"])
        {
            var values = Column(with, name);
            Assert.Null(values[7]);
            Assert.All(values.Where((_, row) => row != 7).Zip(Column(without, name)), pair => Assert.Equal(pair.Second!.Value, pair.First!.Value, 1e-4 * Math.Abs(pair.Second!.Value)));
        }
    }

    [Fact]
    public void Observations_that_are_averaged_have_no_worth_of_their_own()
    {
        using var world = new LinearWorld();
        var analysis = world.Assimilate(world.Observe(150, 0.5, seed: 7), new AssimilationOptions { Members = 0, AverageBeyond = 100 });
        Assert.All(Column(analysis, "influence"), Assert.Null);
        Assert.All(Column(analysis, "gain_removed"), Assert.Null);
    }

    [Fact]
    public void A_generator_without_a_linear_path_is_linearised_at_the_state()
    {
        using var world = new UntrainedGenerator(4);
        var analysis = new Assimilator(world.Model, new AssimilationOptions { Members = 0, RejectBeyond = double.PositiveInfinity }).Run(world.Table);
        var rows = Enumerable.Range(0, world.Table.Count).Where(row => row % 4 == 0).ToArray();
        var gains = Column(analysis, "gain_removed");
        var rises = Array.ConvertAll(rows, row => Variance(world.Model, world.Table, row, world.Table.Variable[row]!) - Variance(world.Model, world.Table, null, world.Table.Variable[row]!));
        Assert.InRange(Correlation([.. rows.Select(row => Math.Log(gains[row]!.Value))], Array.ConvertAll(rises, Math.Log)), 0.9, 1);
    }

    /// <summary>The bundled model, which is not linear: the spread of ensembles that are made anew without each observation, from the same random numbers.</summary>
    [Theory(Explicit = true), InlineData(400, 100)]
    public void What_is_removed_is_what_ensembles_without_the_observation_are_wider_by(int members, int analyses)
    {
        using var bundled = ModelFile.Load(Path.Combine(SharedData.RepositoryRoot, "models/speedy-ta.safetensors"));
        // As if covariances were known, which widens all of them alike.
        using var whole = bundled.With(bundled.Prior.Inflated(null, double.PositiveInfinity));
        var table = ObservationFile.Read(Path.Combine(SharedData.RepositoryRoot, "data/observations/sparse.csv"));
        using var model = whole.At(table.AnalysisTime);
        var assimilator = new Assimilator(model, new AssimilationOptions { Members = members, RejectBeyond = double.PositiveInfinity });
        var areas = new AreaMean(model.Grid);
        var all = assimilator.Run(table);
        var (gains, before) = (Column(all, "gain_removed"), Math.Pow(areas.RootMeanSquare(all.Spread), 2));
        var rises = new List<double>();
        foreach (var without in Enumerable.Range(0, analyses))
        {
            var spread = assimilator.Run(table.Select(Enumerable.Range(0, table.Count).Where(row => row != without)), TestContext.Current.CancellationToken).Spread;
            rises.Add(Math.Pow(areas.RootMeanSquare(spread), 2) - before);
        }

        var correlation = Correlation([.. gains.Take(analyses).Select(g => g!.Value)], [.. rises]);
        TestContext.Current.TestOutputHelper!.WriteLine($"correlation {correlation:0.0000}, sums {gains.Take(analyses).Sum():0.0000} and {rises.Sum():0.0000} K²");
        Assert.InRange(correlation, 0.98, 1);
    }

    [Theory(Explicit = true), InlineData("sparse"), InlineData("mid"), InlineData("dense")]
    public void It_takes_a_small_part_of_the_time_of_the_analysis(string network)
    {
        using var whole = ModelFile.Load(Path.Combine(SharedData.RepositoryRoot, "models/speedy-ta.safetensors"));
        var table = ObservationFile.Read(Path.Combine(SharedData.RepositoryRoot, $"data/observations/{network}.csv"));
        using var model = whole.At(table.AnalysisTime);
        var options = new AssimilationOptions();
        var assimilator = new Assimilator(model, options);
        var shares = Enumerable.Range(0, 5).Select(_ =>
        {
            var ofAnalysis = Stopwatch.StartNew();
            assimilator.Run(table, TestContext.Current.CancellationToken);
            ofAnalysis.Stop();
            using var scope = NewDisposeScope();
            using var noGrad = no_grad();
            using var pause = new CollectionPause();
            using var date = assimilator.Search(table, options with { Members = 0 }, pause, TestContext.Current.CancellationToken);
            var ofWorth = Stopwatch.StartNew();
            GainRemoved.Of(model, date.Found.Problem, date.Residual, date.Found.Best);
            return (Share: ofWorth.Elapsed / ofAnalysis.Elapsed, Analysis: ofAnalysis.Elapsed.TotalSeconds, Worth: ofWorth.Elapsed.TotalSeconds);
        }).OrderBy(s => s.Share).ToArray();
        TestContext.Current.TestOutputHelper!.WriteLine($"{network}: {shares[2].Worth:0.00} of {shares[2].Analysis:0.00} s");
        Assert.InRange(shares[2].Share, 0, 0.35);
    }

    private static double?[] Column(Analysis analysis, string name) => [.. analysis.Observations[name].Cast<double?>()];

    private static double Correlation(double[] a, double[] b)
    {
        var (meanOfA, meanOfB) = (a.Average(), b.Average());
        return a.Zip(b, (x, y) => (x - meanOfA) * (y - meanOfB)).Sum() / Math.Sqrt(a.Sum(x => (x - meanOfA) * (x - meanOfA)) * b.Sum(y => (y - meanOfB) * (y - meanOfB)));
    }

    /// <summary>The variance of the analysis's error, in the mean over the area: cells are predicted as if they were stations that are withheld.</summary>
    /// <param name="without">An observation that is not there; null: none.</param>
    /// <param name="variable">Of the cells.</param>
    private static double Variance(GenerativeModel model, ObservationTable table, int? without, string variable)
    {
        var grid = model.Grid;
        var all = new ObservationTable([.. table.Observations.Where((_, row) => row != without), .. Enumerable.Range(0, grid.Cells).Select(cell => new Observation(grid.LatitudeOf(cell), grid.LongitudeOf(cell), 0) { Error = table.Error[0], Variable = variable, Time = table.Time[0] })]);
        var observations = all.Count - grid.Cells;
        var predictions = LeaveOneOut.Of(model, all, [.. Enumerable.Range(0, all.Count).Select(row => row >= observations)], new Dictionary<string, double>(), double.PositiveInfinity, cancellation: TestContext.Current.CancellationToken).Predictions;
        var areas = grid.AreaWeights();
        var (sum, area) = (0.0, 0.0);
        foreach (var p in predictions.Where(p => p.Row >= observations))
        {
            var weight = areas[p.Row - observations];
            // What is uncertain because covariances are, which is not the observations' doing.
            sum += weight * (p.Spread * p.Spread - p.SamplingVariance / model.Prior.EffectiveSampleSize);
            area += weight;
        }

        return sum / area;
    }
}
