using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Model.Memory;
using VaeDa.Model.Prior;
using VaeDa.Observations.Networks;
using VaeDa.Reanalysis.Dates;
using VaeDa.Verification;
using VaeDa.Verification.Scores;
using VaeDa.Verification.Sequences;
using static TorchSharp.torch;

namespace VaeDa.Tests.Verification;

/// <summary>EOFs of Gaussian fields: the posterior is exact, so the ensemble must be found calibrated.</summary>
public sealed class AssimilationValidationTests : IDisposable
{
    private static readonly IReadOnlyDictionary<string, double> Error = new Dictionary<string, double> { ["x0"] = 0.4 };
    private readonly IFieldSet _fields = SyntheticFields.Make(400);
    private readonly GenerativeModel _model;
    private readonly Network _network;

    public AssimilationValidationTests()
    {
        _model = Model(errorScale: 1, varianceScale: 1);
        var random = new Random(3);
        _network = new Network([.. Enumerable.Range(0, 12).Select(_ => new NetworkPlace(random.NextDouble() * 160 - 80, random.NextDouble() * 359))]);
    }

    public void Dispose() => _model.Dispose();

    [Fact]
    public void A_calibrated_ensemble_is_found_calibrated_and_one_too_sure_of_itself_is_not()
    {
        using var bold = Model(errorScale: 0.5, varianceScale: 0.25);
        var validation = new AssimilationValidation([("exact", _model), ("bold", bold)], new AssimilationOptions { Members = 10, RejectBeyond = double.PositiveInfinity }, adamDates: 0);
        validation.Run(SyntheticFields.Make(30, seed: 11), [("net", _network)], Error);
        var summary = ScoreSummary.Of(validation.Scores, validation.Calibrations).Rows.ToDictionary(row => (string)row["method"]);
        Assert.Equal(["exact", "bold", "nearest", "climatology"], summary.Keys);
        double Of(string method, string score) => (double)summary[method][score];
        Assert.Equal(1, Of("exact", "spread_skill"), 0.08);
        Assert.Equal(0.5, Of("exact", "coverage_50"), 0.05);
        Assert.Equal(0.9, Of("exact", "coverage_90"), 0.03);
        Assert.Equal(1, Of("exact", "chi_square"), 0.25);
        Assert.True(Of("exact", "rank_corrected_p") > 0.01);
        Assert.True(Of("bold", "spread_skill") < 0.75);
        Assert.True(Of("bold", "coverage_90") < 0.85);
        Assert.True(Of("bold", "rank_corrected_p") < 1e-4);
        Assert.True(Of("climatology", "rmse") > 2 * Of("exact", "rmse"));
        Assert.Equal(30.0, Of("exact", "dates"));
        // Each date has its own draws: with the same ones each time, ranks at a place would repeat from date to date.
        Assert.InRange(validation.Calibrations[("net", "x0", "exact")].Thinned.DesignEffect, 0.8, 3);
    }

    [Fact]
    public void In_sequence_the_members_of_a_number_are_one_history()
    {
        // Truths that know nothing of the day before, nor do the members: means over months are calibrated too.
        var sequence = new SequenceScores(_fields.Grid, TimeStep.Parse("day"));
        var validation = new AssimilationValidation([("exact", _model)], new AssimilationOptions { Members = 10, RejectBeyond = double.PositiveInfinity }, adamDates: 0) { Sequence = sequence };
        validation.Run(SyntheticFields.Make(212, seed: 11), [("net", _network)], Error);
        var rows = sequence.ToDataFrame().Rows.Where(row => (string)row["method"] == "exact" && (string)row["area"] == SequenceScores.Cells).ToDictionary(row => (string)row["quantity"]);
        Assert.Equal((double)ScoreSummary.Of(validation.Scores, validation.Calibrations).Rows.Single(row => (string)row["method"] == "exact")["spread_skill"], (double)rows["value"]["spread_skill"], 1e-6);
        Assert.Equal((212.0, 211.0, 7.0), ((double)rows["value"]["times"], (double)rows["change"]["times"], (double)rows["mean"]["times"]));
        Assert.All(rows.Values, row => Assert.InRange((double)row["spread_skill_se"], 0.005, 0.25));
        Assert.All(rows.Values, row => Assert.Equal(1, (double)row["spread_skill"], 0.08 + 2 * (double)row["spread_skill_se"]));
        Assert.InRange((double)rows["mean"]["spread"] * Math.Sqrt(30) / (double)rows["value"]["spread"], 0.95, 1.05);
    }

    [Fact]
    public void Dates_that_are_smoothed_are_known_better_and_right_in_time()
    {
        using var remembering = Remembering();
        var sequence = new SequenceScores(_fields.Grid, TimeStep.Parse("day"));
        Validated(sequence, [("smooth", remembering), ("alone", remembering)], SyntheticFields.Remembering(212, Memory, seed: 11));
        var rows = sequence.ToDataFrame().Rows.Where(row => (string)row["area"] == SequenceScores.Cells).ToDictionary(row => ((string)row["method"], (string)row["quantity"]));
        double Of(string method, string quantity, string score) => (double)rows[(method, quantity)][score];
        Assert.InRange(Of("smooth", "value", "rmse"), 0, 0.85 * Of("alone", "value", "rmse"));
        Assert.All(["value", "change", "mean"], quantity => Assert.Equal(1, Of("smooth", quantity, "spread_skill"), 0.1 + 2 * Of("smooth", quantity, "spread_skill_se")));
        Assert.InRange(Of("alone", "mean", "spread_skill"), 0, 0.7);
        Assert.InRange(Of("alone", "change", "spread_skill"), 1.15, double.PositiveInfinity);
    }

    [Fact]
    public void A_smoothed_date_is_the_same_wherever_the_range_is_cut()
    {
        using var remembering = Remembering();
        var fields = SyntheticFields.Remembering(151, Memory, seed: 11);
        (string, GenerativeModel)[] methods = [("smooth", remembering), ("alone", remembering)];
        var whole = Validated(new SequenceScores(_fields.Grid, TimeStep.Parse("day")), methods, fields);
        var part = Validated(new SequenceScores(_fields.Grid, TimeStep.Parse("day")), methods, new FieldSubset(fields, [.. Enumerable.Range(20, 100)]));
        // March, with a margin of some twenty days.
        List<double> March(AssimilationValidation validation) => [.. validation.Scores.Where(s => s.Time.Month == 3 && s.Score.Members > 0).SelectMany(s => new[] { s.Score.Rmse, s.Score.Spread })];
        Assert.Equal(2 * 2 * 31, March(whole).Count);
        Assert.All(March(whole).Zip(March(part)), pair => Assert.Equal(pair.First, pair.Second, 1e-6 * pair.First));
    }

    [Fact]
    public void Gross_errors_in_a_sequence_are_analysed_as_the_sequence_is()
    {
        using var remembering = Remembering();
        var sequence = new SequenceScores(_fields.Grid, TimeStep.Parse("day"));
        var validation = new AssimilationValidation([("smooth", remembering)], new AssimilationOptions { Members = 0 }, adamDates: 0, grossErrors: 1e-9) { Sequence = sequence, Memories = new Dictionary<string, MemoryUse> { ["smooth"] = MemoryUse.Smoother } };
        validation.Run(SyntheticFields.Remembering(20, Memory, seed: 11), [("net", _network)], Error);
        double[] Of(string method) => [.. validation.Scores.Where(s => s.Method == method).Select(s => s.Score.Rmse)];
        Assert.Equal(20, Of(AssimilationValidation.Spoilt).Length);
        Assert.Equal(Of("smooth"), Of(AssimilationValidation.Spoilt));
    }

    [Fact]
    public void Adam_searches_only_the_dates_that_it_is_asked_for()
    {
        var validation = new AssimilationValidation([("exact", _model)], new AssimilationOptions { Members = 2 }, adamDates: 2);
        validation.Run(SyntheticFields.Make(5, seed: 11), [("net", _network)], Error);
        var adam = validation.Scores.Where(s => s.Method == "adam").ToList();
        Assert.Equal([2, 4], adam.Select(s => (s.Time - DateTime.UnixEpoch).Days));
        Assert.All(adam, s =>
        {
            var exact = validation.Scores.Single(e => e.Method == "exact" && e.Time == s.Time);
            Assert.Equal(exact.Score.Rmse, s.Score.Rmse, 0.1);
            Assert.InRange(s.ChiSquare, exact.ChiSquare - 1e-6, exact.ChiSquare + 0.1);
            Assert.Equal(0, s.Score.Members);
        });
    }

    [Fact]
    public void A_time_at_which_a_network_sees_nothing_is_not_one_of_its()
    {
        var validation = new AssimilationValidation([("exact", _model)], new AssimilationOptions { Members = 0 }, adamDates: 0);
        var fields = SyntheticFields.Make(3, seed: 11);
        validation.Run(SyntheticFields.Where(fields, (t, _) => t != 1), [("net", _network)], Error);
        Assert.Equal([0, 2], validation.Scores.Where(s => s.Method == "exact").Select(s => (s.Time - DateTime.UnixEpoch).Days));
        var nowhere = new AssimilationValidation([("exact", _model)], new AssimilationOptions { Members = 0 }, adamDates: 0);
        var refusal = Assert.Throws<InvalidInputException>(() => nowhere.Run(SyntheticFields.Where(fields, (_, _) => false), [("net", _network)], Error));
        Assert.StartsWith("net: ", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Gross_errors_are_counted_on_analyses_of_their_own()
    {
        var places = new Network([.. Enumerable.Range(0, 60).Select(i => new NetworkPlace(-70 + i % 10 * 14, i / 10 * 60))]);
        var fields = SyntheticFields.Make(5, seed: 11);
        var clean = new AssimilationValidation([("exact", _model)], new AssimilationOptions { Members = 0 }, adamDates: 0);
        clean.Run(fields, [("net", places)], Error);
        var spoilt = new AssimilationValidation([("exact", _model)], new AssimilationOptions { Members = 0 }, adamDates: 0, grossErrors: 0.1, grossErrorSize: 40);
        spoilt.Run(fields, [("net", places)], Error);
        Assert.Empty(clean.GrossErrors);
        Assert.Equal(clean.Scores.Select(s => s.Score.Rmse), spoilt.Scores.Where(s => s.Method != AssimilationValidation.Spoilt).Select(s => s.Score.Rmse));
        Assert.Equal(5, spoilt.Scores.Count(s => s.Method == AssimilationValidation.Spoilt));
        var counts = spoilt.GrossErrors["net"];
        Assert.Equal(300, counts.Wrong + counts.Good);
        Assert.InRange(counts.Wrong, 12, 50);
        Assert.InRange(counts.Found, 0.9 * counts.Wrong, counts.Wrong);
        Assert.InRange(counts.Blamed, 0, 6);
    }

    [Fact]
    public void An_interrupted_run_keeps_whole_analyses()
    {
        using var cancellation = new CancellationTokenSource();
        var validation = new AssimilationValidation([("exact", _model)], new AssimilationOptions { Members = 2 }, adamDates: 0);
        Assert.Throws<OperationCanceledException>(() => validation.Run(
            SyntheticFields.Make(5, seed: 11), [("a", _network), ("b", _network)], Error, new Until(3, cancellation), cancellation.Token));
        Assert.Equal(["a", "b", "a"], validation.Scores.Where(s => s.Method == "exact").Select(s => s.Network));
        Assert.Equal(9, validation.Scores.Count);
    }

    private const double Memory = 0.9;

    /// <summary>Its memory is that of the fields.</summary>
    private GenerativeModel Remembering() => new(_model.Autoencoder, _model.Grid, _model.Variables, _model.Normalisation, Model(1, 1).Prior, _model.ClimatologicalStandardDeviation, CPU)
    {
        Memory = new StateMemory(Memory * eye(12, dtype: float64), 1 - Memory * Memory),
    };

    private AssimilationValidation Validated(SequenceScores sequence, IReadOnlyList<(string, GenerativeModel)> methods, IFieldSet fields)
    {
        var validation = new AssimilationValidation(methods, new AssimilationOptions { Members = 20, RejectBeyond = double.PositiveInfinity }, adamDates: 0) { Sequence = sequence, Memories = new Dictionary<string, MemoryUse> { ["smooth"] = MemoryUse.Smoother } };
        validation.Run(fields, [("net", _network)], Error);
        return validation;
    }

    private GenerativeModel Model(double errorScale, double varianceScale) => TestModel.Eof(
        _fields, SyntheticFields.Make(100, seed: 8), modes: 12, TestModel.Normalisation(2.5, offset: 0.5), patterns: false, climatological: 2, prior: measured => new PriorStatistics
        {
            LatentMean = measured.LatentMean,
            LatentVariance = measured.LatentVariance * varianceScale,
            GeneratorError = Array.ConvertAll(measured.GeneratorError, e => (float)(errorScale * e)),
            ResidualCorrelation = measured.ResidualCorrelation,
        });

    private sealed class Until(int done, CancellationTokenSource cancellation) : IProgress<ValidationProgress>
    {
        public void Report(ValidationProgress value)
        {
            if (value.Done == done)
            {
                cancellation.Cancel();
            }
        }
    }
}
