using Microsoft.Data.Analysis;
using VaeDa.CrossValidation;
using VaeDa.Verification.Scores;

namespace VaeDa.Verification.Stations;

/// <summary>What cross-validation on real observations found (<see cref="ObservationValidation"/>).</summary>
public sealed record ObservationValidationResult
{
    private const string Together = "all";

    /// <summary>The predictions of all observations, withheld, used or rejected, by method and within it by time.</summary>
    public required IReadOnlyList<ObservationPrediction> Predictions { get; init; }

    /// <summary>The fitted covariances of each method, for all dates and by decade; empty where nothing was fitted.</summary>
    public required IReadOnlyList<FittedParameters> Parameters { get; init; }

    /// <summary>The seed of the bootstrap.</summary>
    public required int Seed { get; init; }

    /// <summary>
    /// Scores each method at the withheld stations, for each decade and for all together (<c>all</c>): stations_used (the mean over the
    /// dates), dates, withheld (observations), rmse, bias and crps in the units of the variable, coverage_50 and coverage_90.
    /// </summary>
    /// <returns>A table, one row for each decade and method.</returns>
    public DataFrame Scores()
    {
        var table = new ScoreTable("decade", "method");
        // The methods of a date use the same stations.
        var used = Predictions.Where(p => p.Method == ObservationValidation.Default).GroupBy(p => p.Decade)
            .Append(new Named(Together, Predictions.Where(p => p.Method == ObservationValidation.Default)))
            .ToDictionary(g => g.Key, g => (double)g.Count(p => p.Use != PointUse.Withheld) / g.Select(p => p.Time).Distinct().Count());
        foreach (var decade in Withheld().GroupBy(p => p.Decade).Append(new Named(Together, Withheld())))
        {
            foreach (var rows in decade.GroupBy(p => p.Method))
            {
                var score = ScoreOf(rows);
                table.Add(
                    [decade.Key, rows.Key],
                    [
                        ("stations_used", used[decade.Key]),
                        ("dates", rows.Select(p => p.Time).Distinct().Count()),
                        ("withheld", score.Count),
                        ("rmse", score.Rmse),
                        ("bias", score.Bias),
                        ("crps", score.Crps),
                        ("coverage_50", score.Coverage50),
                        ("coverage_90", score.Coverage90),
                    ]);
            }
        }

        return table.ToDataFrame();
    }

    /// <summary>
    /// Compares the model with each rival at the withheld stations, all decades together: rmse_ratio and crps_ratio, the model's over
    /// the rival's, with 95% intervals of a bootstrap over the dates, low and high.
    /// </summary>
    /// <returns>A table, one row for each rival.</returns>
    public DataFrame Comparison()
    {
        var table = new ScoreTable("rival");
        var byMethod = Withheld().GroupBy(p => p.Method).ToDictionary(g => g.Key, g => g.GroupBy(p => p.Time).OrderBy(d => d.Key).Select(ScoreOf).ToList());
        foreach (var (rival, dates) in byMethod.Where(m => !m.Key.StartsWith(ObservationValidation.Default, StringComparison.Ordinal)))
        {
            var own = byMethod[ObservationValidation.Default];
            var squares = PairedBootstrap.Ratio(own.ConvertAll(d => d.SquaredSum), dates.ConvertAll(d => d.SquaredSum), Seed);
            var crps = PairedBootstrap.Ratio(own.ConvertAll(d => d.CrpsSum), dates.ConvertAll(d => d.CrpsSum), Seed);
            table.Add(
                [rival],
                [
                    ("rmse_ratio", Math.Sqrt(squares.Ratio)),
                    ("rmse_low", Math.Sqrt(squares.Low)),
                    ("rmse_high", Math.Sqrt(squares.High)),
                    ("crps_ratio", crps.Ratio),
                    ("crps_low", crps.Low),
                    ("crps_high", crps.High),
                ]);
        }

        return table.ToDataFrame();
    }

    /// <summary>Finds stations with a constant offset, from the model's predictions of every station, withheld or not.</summary>
    /// <returns>The offsets, the most significant first.</returns>
    public IReadOnlyList<StationOffset> Offsets() => StationOffsets.Of(Predictions.Where(p => p.Method == ObservationValidation.Default));

    /// <summary>
    /// Makes a table of the fitted covariances: method, decade, smoothness (<c>white</c> for a residual without correlation), length in
    /// km, background_scale, residual_scale, residual_floor and observation_error in the units of the variable, observations, excluded
    /// and negative_log_likelihood.
    /// </summary>
    /// <returns>The table, one row for each method and decade.</returns>
    public DataFrame ParametersFrame()
    {
        var table = new ScoreTable("method", "decade", "smoothness");
        foreach (var (method, decade, p) in Parameters)
        {
            table.Add(
                [method, decade, p.Correlation.Nugget == 1 ? "white" : p.Correlation.Smoothness.ToString()],
                [
                    ("length", p.Correlation.Nugget == 1 ? double.NaN : p.Correlation.Length),
                    ("background_scale", p.BackgroundScale),
                    ("residual_scale", p.ResidualScale),
                    ("residual_floor", p.ResidualFloor),
                    ("observation_error", p.ObservationError),
                    ("observations", p.Observations),
                    ("excluded", p.Excluded),
                    ("negative_log_likelihood", p.NegativeLogLikelihood),
                ]);
        }

        return table.ToDataFrame();
    }

    /// <summary>Makes a table of the predictions of withheld stations: method, station, lat, lon, time, anomaly, prediction, spread.</summary>
    /// <returns>The table, one row for each prediction.</returns>
    public DataFrame WithheldFrame()
    {
        var rows = Withheld().ToList();
        return new DataFrame(
            new StringDataFrameColumn("method", rows.Select(p => p.Method)),
            new StringDataFrameColumn("station", rows.Select(p => p.Station)),
            new DoubleDataFrameColumn("lat", rows.Select(p => p.Latitude)),
            new DoubleDataFrameColumn("lon", rows.Select(p => p.Longitude)),
            new DateTimeDataFrameColumn("time", rows.Select(p => p.Time)),
            new DoubleDataFrameColumn("anomaly", rows.Select(p => p.Anomaly)),
            new DoubleDataFrameColumn("prediction", rows.Select(p => p.Prediction)),
            new DoubleDataFrameColumn("spread", rows.Select(p => p.Spread)));
    }

    private IEnumerable<ObservationPrediction> Withheld() => Predictions.Where(p => p.Use == PointUse.Withheld);

    private static PredictionScore ScoreOf(IEnumerable<ObservationPrediction> rows)
    {
        var score = new PredictionScore();
        foreach (var p in rows)
        {
            score.Add(p.Departure, p.Spread);
        }

        return score;
    }

    private sealed class Named(string key, IEnumerable<ObservationPrediction> rows) : IGrouping<string, ObservationPrediction>
    {
        public string Key => key;

        public IEnumerator<ObservationPrediction> GetEnumerator() => rows.GetEnumerator();

        System.Collections.IEnumerator System.Collections.IEnumerable.GetEnumerator() => GetEnumerator();
    }
}
