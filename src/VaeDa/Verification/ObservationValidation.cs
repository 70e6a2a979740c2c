using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Assimilation.Problem;
using VaeDa.CrossValidation;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Reanalysis.Dates;
using VaeDa.Verification.Sequences;
using VaeDa.Verification.Stations;
using static TorchSharp.torch;

namespace VaeDa.Verification;

/// <summary>
/// Cross-validation on real observations, where no truth is known: stations are withheld at all times, and predicted from the
/// others by the model, by kriging and by EOFs, each with covariances fitted, by decade, to the departures of the stations
/// used. Predictions are those of <see cref="LeaveOneOut"/>; every station used is predicted too, from all others.
/// </summary>
public sealed class ObservationValidation
{
    /// <summary>The name of the model's own method in the results.</summary>
    public const string Default = "vae";

    /// <summary>The name, in the results, of the model's analyses of all dates as one sequence (<see cref="ObservationValidationOptions.Memory"/>).</summary>
    public const string InSequence = "vae-sequence";

    /// <summary>The name, in the results, of the model's analyses of each date by itself, beside those in sequence.</summary>
    public const string ByItself = "vae-static";

    private readonly GenerativeModel _model;
    private readonly ObservationValidationOptions _options;
    private readonly Func<DateTime?, float[]> _deviation;
    private readonly IReadOnlyList<Method> _methods;
    private readonly TimeStep? _step;

    /// <summary>Makes a validation of a model and its rivals.</summary>
    /// <param name="model">The model, of one variable; it is not disposed here.</param>
    /// <param name="baselines">Its rivals; they are not disposed here.</param>
    /// <param name="deviation">
    /// Gives the climatological standard deviation at a date's time of the year, (H, W), in the units of the variable; its argument is
    /// null for observations without a time.
    /// </param>
    /// <param name="options">How analyses are scored; the options are checked here.</param>
    /// <exception cref="InvalidInputException">An option is out of range, or the model does not remember what it is to.</exception>
    public ObservationValidation(GenerativeModel model, Baselines baselines, Func<DateTime?, float[]> deviation, ObservationValidationOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(baselines);
        ArgumentNullException.ThrowIfNull(options);
        (_model, _deviation, _options) = (model, deviation, options.Validated());
        _step = TimeStep.Of(model.Card?.KnownFrequency ?? Frequency.Daily, model.Card?.StepHours);
        if (options.Memory != MemoryUse.None && !model.Remembers(_step))
        {
            throw new InvalidInputException("the model remembers nothing, and cannot analyse dates as one sequence") { Setting = nameof(ObservationValidationOptions.Memory) };
        }

        _methods =
        [
            new(Default, model, true),
            new("eof-oi-residual", baselines.EofWithResidual, true),
            new("eof-oi", baselines.EofInterpolation, false),
            new("kriging", baselines.Kriging, true),
        ];
    }

    /// <summary>Withholds stations, predicts them by each method and gathers the predictions.</summary>
    /// <param name="tables">The observations, of any number of times in each table; they have to be of the model's variable.</param>
    /// <param name="progress">Told of each decade that a method has done, in words; null for nobody.</param>
    /// <param name="cancellation">Stops the work early, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The predictions and the fitted parameters.</returns>
    /// <exception cref="InvalidInputException">
    /// No station is withheld, none is left where the model has values, most are outliers or they cannot be anomalies, or the model is of several
    /// variables.
    /// </exception>
    public ObservationValidationResult Run(IReadOnlyList<ObservationTable> tables, IProgress<string>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(tables);
        var dates = tables.SelectMany(t => t.ByTime(_model.Card)).Select(t => Date.Of(t, _options.Withhold))
            .Where(d => d.Withheld.Contains(false)).OrderBy(d => d.Time).ToList();
        if (!dates.Exists(d => d.Withheld.Contains(true)))
        {
            throw new InvalidInputException($"{tables[0].Source}: no station is withheld, of {dates.Sum(d => d.Table.Count)} observations; a smaller number takes more") { Setting = nameof(ObservationValidationOptions.Withhold) };
        }

        var count = Math.Min(_options.Dates, dates.Count);
        var scored = Enumerable.Range(0, count).Select(i => dates[(int)((i + 0.5) * dates.Count / count)]).ToList();
        var (predictions, parameters) = (new List<ObservationPrediction>(), new List<FittedParameters>());
        foreach (var method in _methods)
        {
            using var about = FieldLinearisation.AboutMean(method.Model);
            if (!_options.Fit && method.Name == Default)
            {
                StationFit.RequireAnomalies(method.Model, [.. dates.Select(d => d.Used)], _deviation, about);
            }

            var overall = _options.Fit ? Fit(method, about, "all", dates, null, parameters, cancellation) : null;
            foreach (var decade in scored.GroupBy(d => d.Decade))
            {
                var fitted = overall is null ? null : Fit(method, about, decade.Key, dates.Where(d => d.Decade == decade.Key).ToList(), overall, parameters, cancellation);
                foreach (var date in decade)
                {
                    cancellation.ThrowIfCancellationRequested();
                    predictions.AddRange(Predict(method, about, date, fitted, cancellation));
                }

                if (method.Name == Default && _options.Memory != MemoryUse.None)
                {
                    predictions.AddRange(Analysed(dates, decade, fitted, cancellation));
                }

                progress?.Report($"{method.Name}: {decade.Key}, {decade.Count()} dates");
            }
        }

        RequireBelief(tables[0].Source, predictions);
        return new ObservationValidationResult { Predictions = predictions, Parameters = parameters, Seed = (int)_options.Seed };
    }

    private static void RequireBelief(string source, List<ObservationPrediction> predictions)
    {
        var (used, rejected) = (predictions.Count(p => p.Method == Default && p.Use == PointUse.Used), predictions.Count(p => p.Method == Default && p.Use == PointUse.Rejected));
        if (rejected > used)
        {
            throw new InvalidInputException($"{source}: {rejected} of {used + rejected} observations are outliers; check that they are anomalies, in the model's units");
        }
    }

    private StationParameters Fit(Method method, FieldLinearisation about, string decade, IReadOnlyList<Date> dates, StationParameters? start, List<FittedParameters> parameters, CancellationToken cancellation)
    {
        var fitted = StationFit.Of(method.Model, [.. dates.Select(d => d.Used)], _deviation, method.Correlated, about, start, cancellation);
        parameters.Add(new FittedParameters(method.Name, decade, fitted));
        return fitted;
    }

    private IEnumerable<ObservationPrediction> Predict(Method method, FieldLinearisation about, Date date, StationParameters? fitted, CancellationToken cancellation)
    {
        using var scope = NewDisposeScope();
        // Of the mean of the year where nothing is fitted: about that the rivals' covariances are.
        using var model = fitted is null ? method.Model.At(null) : method.Model.With(fitted.Apply(method.Model.Prior, _deviation(date.Time)));
        var error = new Dictionary<string, double> { [_model.Variables[0].Name] = fitted?.ObservationError ?? _options.Error };
        var predictions = LeaveOneOut.Of(model, date.Table, date.Withheld, error, about: about, cancellation: cancellation).Predictions.Select(p => Of(method.Name, p.Row, p.Use, p.Anomaly, p.Spread)).ToList();
        if (_options.Members > 0 && method.Name == Default)
        {
            predictions.AddRange(Ensemble(model, date, error, cancellation).Select(p => Of($"{Default}-ensemble", p.Row, PointUse.Withheld, p.Mean, p.Spread)));
        }

        return predictions;

        ObservationPrediction Of(string name, int row, PointUse use, double anomaly, double spread) => new(
            name, WithheldStations.NameOf(date.Table, row), date.Table.Latitude[row], date.Table.Longitude[row], date.Time, use, date.Table.Anomaly[row], anomaly, spread);
    }

    /// <summary>
    /// The withheld stations as whole analyses have them, of each date by itself and of all dates as one sequence. They tell no spread.
    /// </summary>
    private List<ObservationPrediction> Analysed(IReadOnlyList<Date> all, IEnumerable<Date> scored, StationParameters? fitted, CancellationToken cancellation)
    {
        using var own = fitted is null ? null : _model.With(fitted.Apply(_model.Prior, _model.ClimatologicalStandardDeviation));
        var model = own ?? _model;
        var options = new AssimilationOptions { Members = 0, DefaultErrors = new Dictionary<string, double> { [_model.Variables[0].Name] = fitted?.ObservationError ?? _options.Error } };
        var alone = new Assimilator(model, options);
        using var workers = new DateWorkers(model, options, get_num_threads());
        var sequence = new SmoothedDates(model, options, _step!, new ObservationsInMemory([.. all.Where(date => date.Time is not null).Select(date => date.Used)]), workers, _options.Memory);
        var predictions = new List<ObservationPrediction>();
        foreach (var date in scored.Where(date => date.Time is not null))
        {
            predictions.AddRange(Of(ByItself, date, alone.Run(date.Used, cancellation)));
            predictions.AddRange(Of(InSequence, date, sequence.Of(date.Time!.Value, cancellation)));
        }

        return predictions;

        IEnumerable<ObservationPrediction> Of(string name, Date date, Analysis analysis)
        {
            var (h, rows) = AtWithheld(date, model, analysis.MostProbable);
            return h.Apply(analysis.MostProbable).Select((value, i) => new ObservationPrediction(
                name, WithheldStations.NameOf(date.Table, rows[i]), date.Table.Latitude[rows[i]], date.Table.Longitude[rows[i]], date.Time, PointUse.Withheld, date.Table.Anomaly[rows[i]], value, double.NaN));
        }
    }

    /// <returns>The equivalents of a field at the withheld stations, and their rows.</returns>
    private static (ObservationOperator H, int[] Rows) AtWithheld(Date date, GenerativeModel model, float[] field)
    {
        var withheld = Enumerable.Range(0, date.Table.Count).Where(row => date.Withheld[row]).ToArray();
        var h = new ObservationOperator(model.Grid, [model.Variables[0].Name], date.Table.Select(withheld), Array.ConvertAll(field, float.IsFinite));
        return (h, [.. h.Accepted.Select(i => withheld[i])]);
    }

    /// <summary>Mean and spread of the members' fields at the withheld stations, the stations' own error in the spread.</summary>
    private IEnumerable<(int Row, double Mean, double Spread)> Ensemble(GenerativeModel model, Date date, Dictionary<string, double> error, CancellationToken cancellation)
    {
        var analysis = new Assimilator(model, new AssimilationOptions { Members = _options.Members, Seed = _options.Seed, DefaultErrors = error }).Run(date.Used, cancellation);
        var (h, rows) = AtWithheld(date, model, analysis.Mean);
        var members = analysis.Members.Select(m => h.Apply(m)).ToList(); // M of (n)
        for (var i = 0; i < h.Count; i++)
        {
            var values = members.ConvertAll(m => m[i]);
            var mean = values.Average();
            var own = date.Table.Error[rows[i]] ?? error[model.Variables[0].Name];
            // The mean of M members is itself uncertain by 1 / M of their variance.
            var variance = values.Sum(v => (v - mean) * (v - mean)) / (values.Count - 1) * (1 + 1.0 / values.Count);
            yield return (rows[i], mean, Math.Sqrt(variance + own * own));
        }
    }

    private sealed record Method(string Name, GenerativeModel Model, bool Correlated);

    private sealed record Date(ObservationTable Table, DateTime? Time, bool[] Withheld, ObservationTable Used)
    {
        public string Decade => Time is { } time ? $"{time.Year / 10 * 10}s" : "no time";

        public static Date Of(ObservationTable table, int oneIn)
        {
            var withheld = WithheldStations.Of(table, oneIn);
            return new Date(table, table.AnalysisTime, withheld, table.Select(Enumerable.Range(0, table.Count).Where(row => !withheld[row])));
        }
    }
}
