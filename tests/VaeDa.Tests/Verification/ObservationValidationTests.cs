using VaeDa.CrossValidation;
using VaeDa.Model.Memory;
using VaeDa.Reanalysis.Dates;
using VaeDa.Verification;
using VaeDa.Verification.Stations;
using static TorchSharp.torch;

namespace VaeDa.Tests.Verification;

public class ObservationValidationTests
{
    [Fact]
    public void Withheld_stations_are_predicted_better_with_the_true_patterns_than_by_kriging_and_covered_as_promised()
    {
        using var stations = SyntheticStations.Make(100, 6, cluster: 2);
        using var baselines = Baselines.For(stations.Model, SyntheticFields.Make(300), SyntheticFields.Make(60, seed: 8), cancellation: TestContext.Current.CancellationToken);
        var validation = new ObservationValidation(stations.Model, baselines, stations.Deviation, new ObservationValidationOptions { Withhold = 5, Dates = 4, Members = 20 });
        var result = validation.Run(stations.Dates, cancellation: TestContext.Current.CancellationToken);

        var scores = result.Scores();
        var all = scores.Rows.Where(row => (string)row["decade"] == "all").ToDictionary(row => (string)row["method"]);
        Assert.Equal(["vae", "vae-ensemble", "eof-oi-residual", "eof-oi", "kriging"], all.Keys);
        // Every station, used or withheld, is predicted without itself.
        double Rmse(string method) => Math.Sqrt(result.Predictions.Where(p => p.Method == method).Average(p => p.Departure * p.Departure));
        Assert.True(Rmse("vae") < Rmse("kriging"), $"{Rmse("vae")} {Rmse("kriging")}");
        Assert.True((double)all["vae"]["crps"] < (double)all["eof-oi"]["crps"]);
        // The synthetic model's EOFs are the rival's.
        Assert.Equal((double)all["eof-oi-residual"]["rmse"], (double)all["vae"]["rmse"], 0.02);
        Assert.InRange((double)all["vae"]["coverage_90"], 0.8, 0.98);
        Assert.InRange((double)all["vae-ensemble"]["rmse"], 0.7 * (double)all["vae"]["rmse"], 1.4 * (double)all["vae"]["rmse"]);
        Assert.Equal(4, (double)all["vae"]["dates"]);
        Assert.Equal(["eof-oi-residual", "eof-oi", "kriging"], result.Comparison().Rows.Select(row => (string)row["rival"]));
        Assert.Equal(["all", "1950s"], result.Parameters.Where(p => p.Method == "kriging").Select(p => p.Decade));
        // A withheld station is withheld at all dates, and a station used is predicted too.
        Assert.All(result.Predictions.Where(p => p.Method == "vae").GroupBy(p => p.Station), g => Assert.Equal(g.First().Use == PointUse.Withheld, g.All(p => p.Use == PointUse.Withheld)));
        Assert.Equal(400, result.Predictions.Count(p => p.Method == "vae"));
    }

    [Theory]
    [InlineData(0.0)]
    [InlineData(0.9)]
    public void In_sequence_withheld_stations_are_told_by_other_dates_as_far_as_the_model_remembers(double memory)
    {
        using var stations = SyntheticStations.Make(100, 6, cluster: 2);
        using var baselines = Baselines.For(stations.Model, SyntheticFields.Make(300), SyntheticFields.Make(60, seed: 8), cancellation: TestContext.Current.CancellationToken);
        var d = stations.Model.LatentSize + stations.Model.Prior.ResidualPatterns.Count;
        using var states = new StateMemory(memory * eye(d, dtype: float64), 1 - memory * memory);
        using var model = stations.Model.Remembering(states);
        var options = new ObservationValidationOptions { Withhold = 5, Dates = 4, Memory = MemoryUse.Smoother };
        var result = new ObservationValidation(model, baselines, stations.Deviation, options).Run(stations.Dates, cancellation: TestContext.Current.CancellationToken);
        double[] Of(string method) => [.. result.Predictions.Where(p => p.Method == method).Select(p => p.Prediction)];
        var (together, alone) = (Of(ObservationValidation.InSequence), Of(ObservationValidation.ByItself));
        Assert.Equal(result.Predictions.Count(p => p.Method == "vae" && p.Use == PointUse.Withheld), together.Length);
        var difference = together.Zip(alone, (a, b) => Math.Abs(a - b)).Max();
        Assert.True(memory == 0 ? difference < 1e-4 : difference > 1e-3, $"{difference:g3}");
        var row = result.Scores().Rows.Single(row => (string)row["decade"] == "all" && (string)row["method"] == ObservationValidation.ByItself);
        Assert.InRange((double)row["rmse"], 0.1, 2);
        Assert.True(double.IsNaN((double)row["coverage_90"]));
    }

    [Fact]
    public void A_model_that_remembers_nothing_has_no_sequence()
    {
        using var stations = SyntheticStations.Make(100, 6, cluster: 2);
        using var baselines = Baselines.For(stations.Model, SyntheticFields.Make(300), SyntheticFields.Make(60, seed: 8), cancellation: TestContext.Current.CancellationToken);
        Assert.Equal("Memory", Assert.Throws<InvalidInputException>(() => new ObservationValidation(stations.Model, baselines, stations.Deviation, new ObservationValidationOptions { Memory = MemoryUse.Filter })).Setting);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Values_that_are_no_anomalies_are_refused(bool fit)
    {
        using var stations = SyntheticStations.Make(100, 6, cluster: 2, offset: _ => 25);
        using var baselines = Baselines.For(stations.Model, SyntheticFields.Make(300), SyntheticFields.Make(60, seed: 8), cancellation: TestContext.Current.CancellationToken);
        var validation = new ObservationValidation(stations.Model, baselines, stations.Deviation, new ObservationValidationOptions { Withhold = 5, Dates = 4, Members = 0, Fit = fit });
        Assert.Contains("are they absolute values", Assert.Throws<InvalidInputException>(() => validation.Run(stations.Dates)).Message);
    }

    [Fact]
    public void A_file_of_stations_none_of_which_is_withheld_is_refused()
    {
        using var stations = SyntheticStations.Make(12, 1);
        using var baselines = Baselines.For(stations.Model, SyntheticFields.Make(300), SyntheticFields.Make(60, seed: 8), cancellation: TestContext.Current.CancellationToken);
        var validation = new ObservationValidation(stations.Model, baselines, stations.Deviation, new ObservationValidationOptions { Withhold = 100_000 });
        Assert.Equal("Withhold", Assert.Throws<InvalidInputException>(() => validation.Run(stations.Dates)).Setting);
    }

    [Theory]
    [InlineData(1, 30, 0, "Withhold")]
    [InlineData(10, 0, 0, "Dates")]
    [InlineData(10, 30, 1, "Members")]
    public void Options_out_of_range_are_named(int withhold, int dates, int members, string named) => Assert.Equal(
        named, Assert.Throws<InvalidInputException>(() => new ObservationValidationOptions { Withhold = withhold, Dates = dates, Members = members }.Validated()).Setting);
}
