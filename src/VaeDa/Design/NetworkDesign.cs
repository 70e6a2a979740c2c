using System.Collections.Immutable;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Observations.Networks;
using VaeDa.Reanalysis.Series;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Design;

/// <summary>
/// Where the next stations help most, and which can close with the least loss: greedy choice by the errors that are expected of analyses,
/// in closed form. The covariance of an analysis's errors depends on where is observed, and not on what, but for the state that a generator which bends
/// is made linear about: the mean over some states of the prior counts.
/// </summary>
public sealed class NetworkDesign
{
    // States that the generator is made linear about, over all times.
    private const int Linearisations = 8;

    private static readonly int[] MonthsOfTheYear = [1, 4, 7, 10];

    private readonly GenerativeModel _model;
    private readonly DesignOptions _options;
    private readonly int _observed;
    private readonly int _target;
    private readonly DateTime?[] _times;
    private readonly DesignNodes _nodes;
    private readonly Network _existing;
    private readonly int[] _used; // stations of the existing network
    private readonly Observation[] _stations; // those

    /// <summary>Prepares a design.</summary>
    /// <param name="model">The model, of the whole year; it is not disposed here.</param>
    /// <param name="existing">
    /// The network that there is, which observes the same variable as new instruments do where its stations name none; without places, to begin from nothing.
    /// </param>
    /// <param name="options">What the design is for; they are checked here.</param>
    /// <exception cref="InvalidInputException">An option is out of range, or names what the model does not have.</exception>
    public NetworkDesign(GenerativeModel model, Network existing, DesignOptions options)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(existing);
        ArgumentNullException.ThrowIfNull(options);
        (_model, _existing, _options) = (model, existing, options);
        Require(options.Count >= 1, $"{options.Count} stations are asked for; at least 1 is needed", nameof(options.Count));
        var only = model.Variables.Count == 1 ? model.Variables[0].Name : null;
        _observed = VariableOf(options.Observed ?? only ?? throw Unknown("which variable do new instruments observe? The model has", nameof(options.Observed)), nameof(options.Observed));
        _target = options.Target is { } name ? VariableOf(name, nameof(options.Target)) : _observed;
        Require(options.Criterion == DesignCriterion.Variance || (options.Area is null && options.Target is null), $"what an observation tells of the fields as a whole is not about an area or a variable: leave these out, or design by variance", nameof(options.Criterion));
        Require(options.Errors.All(e => e.Value > 0 && double.IsFinite(e.Value)), $"an error is not above 0", nameof(options.Errors));
        _times = options.Times.Count > 0 ? [.. options.Times] : model.Prior.IsSeasonal ? Array.ConvertAll(MonthsOfTheYear, MiddleOf) : [null];
        _nodes = new DesignNodes(model, _observed, _target, options.Area is { } area ? SeriesArea.Of(area, model.Grid).Weights(model.Grid.Cells) : model.Grid.AreaWeights());
        var rows = new ObservationTable(existing.Places.Select((place, i) =>
        {
            var variable = place.Variable ?? model.Variables[_observed].Name;
            return new Observation(place.Latitude, place.Longitude, 0) { Variable = variable, Error = ErrorOf(place, variable), Station = place.Station };
        }));
        var h = new ObservationOperator(model.Grid, [.. model.Variables.Select(v => v.Name)], rows, Array.ConvertAll(model.Prior.GeneratorError, float.IsFinite));
        (_used, Unusable) = ([.. h.Accepted], h.Rejected);
        _stations = Array.ConvertAll(_used, i => rows.Observations[i]);
        RequireMemory(_nodes.Places.Count, _stations.Length);
    }

    /// <summary>The stations of the existing network that the model has no value at, by their index there, and why.</summary>
    public ImmutableArray<RejectedObservation> Unusable { get; }

    /// <summary>The middle of a month, of a year without a leap day.</summary>
    /// <param name="month">1…12.</param>
    /// <returns>Midnight of its 15th day, UTC.</returns>
    public static DateTime? MiddleOf(int month) => new DateTime(2001, month, 15, 0, 0, 0, DateTimeKind.Utc);

    /// <summary>The places that help most, one after the other.</summary>
    /// <param name="candidates">What is chosen from, with their errors and costs where they bring any; where there are costs, the gain for the cost counts.</param>
    /// <param name="cancellation">Stops the work early, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The places, and the errors that are expected with them.</returns>
    /// <exception cref="InvalidInputException">There are fewer candidates than places are asked for, or some have a cost and others none.</exception>
    public DesignResult Add(IReadOnlyList<NetworkPlace> candidates, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(candidates);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var pause = new CollectionPause();
        var places = CandidatesAt(candidates);
        var times = new List<AddedAtTime>();
        try
        {
            AtEachTime(prior => times.Add(new AddedAtTime(prior, _nodes, places)), pause, cancellation);

            var before = Variances();
            var greedy = new GreedyAddition(times, places, _options.Criterion);
            var steps = new List<DesignStep>();
            for (var i = 0; i < _options.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                steps.Add(Step(greedy.Add(), i));
            }

            var exchanges = _options.Exchange ? greedy.Exchange(cancellation) : 0;
            if (exchanges > 0)
            {
                var chosen = greedy.Clear();
                steps = [.. Enumerable.Range(0, chosen.Length).Select(i => Step(greedy.Add(chosen), i))];
            }

            return Result(before, Variances(), steps, new Network([.. _existing.Places, .. steps.Select(s => s.Place)]), places.Places.Count, candidates.Count - places.Places.Count) with { Exchanges = exchanges };
        }
        finally
        {
            times.ForEach(t => t.Dispose());
        }

        double[] Variances() => Mean(times.ConvertAll(t => t.Variances()));

        DesignStep Step((int Candidate, double Information) added, int number)
        {
            var place = places.Places[added.Candidate];
            return new DesignStep(
                place with
                {
                    Station = place.Station ?? FormattableString.Invariant($"new-{number + 1:000}"),
                    Variable = _model.Variables.Count > 1 ? _model.Variables[_observed].Name : null,
                    Error = ErrorOf(place, _model.Variables[_observed].Name),
                },
                Spread(Variances()),
                added.Information);
        }
    }

    /// <summary>The stations that can close with the least loss, one after the other.</summary>
    /// <param name="cancellation">Stops the work early, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The stations, and the errors that are expected without them.</returns>
    /// <exception cref="InvalidInputException">The network has fewer stations that the model knows of.</exception>
    public DesignResult Remove(CancellationToken cancellation = default)
    {
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var pause = new CollectionPause();
        Require(_stations.Length >= _options.Count, $"{_options.Count} stations are to be removed, and the network has {_stations.Length} that the model has a value at", nameof(_options.Count));
        var times = new List<RemovedAtTime>();
        try
        {
            AtEachTime(prior => times.Add(new RemovedAtTime(prior, _nodes)), pause, cancellation);

            var before = Variances();
            var (left, steps) = (Enumerable.Range(0, _stations.Length).ToList(), new List<DesignStep>());
            for (var i = 0; i < _options.Count; i++)
            {
                cancellation.ThrowIfCancellationRequested();
                using var inner = NewDisposeScope();
                var information = times.Select(t => t.Information()).Aggregate((sum, of) => sum + of).data<double>().ToArray(); // (n)
                var losses = _options.Criterion == DesignCriterion.Entropy ? information : times.Select(t => t.Losses()).Aggregate((sum, of) => sum + of).data<double>().ToArray(); // (n)
                var least = left.MinBy(station => losses[station]);
                times.ForEach(t => t.Remove(least));
                left.Remove(least);
                steps.Add(new DesignStep(_existing.Places[_used[least]] with { Error = _stations[least].Error }, Spread(Variances()), information[least] / times.Count));
            }

            var gone = Enumerable.Range(0, _stations.Length).Except(left).Select(station => _used[station]).ToHashSet();
            return Result(before, Variances(), steps, new Network([.. _existing.Places.Where((_, i) => !gone.Contains(i))]), _stations.Length, 0);
        }
        finally
        {
            times.ForEach(t => t.Dispose());
        }

        double[] Variances() => Mean(times.ConvertAll(t => t.Variances()));
    }

    /// <param name="use">Of what is known of a time, about one state.</param>
    /// <param name="pause">Renewed here.</param>
    /// <param name="cancellation">Checked before each.</param>
    private void AtEachTime(Action<ErrorsAtPlaces> use, CollectionPause pause, CancellationToken cancellation)
    {
        for (var i = 0; i < _times.Length * Math.Max(1, Linearisations / _times.Length); i++)
        {
            cancellation.ThrowIfCancellationRequested();
            using var scope = NewDisposeScope();
            using var then = _model.At(_times[i % _times.Length]);
            use(ErrorsAtPlaces.Of(then, _nodes, _stations, (ulong)i));
            pause.Renew();
        }
    }

    private Candidates CandidatesAt(IReadOnlyList<NetworkPlace> all)
    {
        var (rows, nodes, weights) = _nodes.At(all);
        if (rows.Length < _options.Count)
        {
            throw new InvalidInputException($"{_options.Count} places are to be chosen, and the model has a value of '{_model.Variables[_observed].Name}' at {rows.Length} of the {all.Count} candidates") { Setting = nameof(_options.Count) };
        }

        var places = Array.ConvertAll(rows, row => all[row]);
        var costly = places.Count(p => p.Cost is not null);
        Require(costly == 0 || costly == places.Length, $"{costly} of {places.Length} candidates have a cost; give one to all of them, or to none", nameof(Candidates));
        return new Candidates(
            places,
            nodes,
            weights,
            tensor(Array.ConvertAll(places, p => ErrorOf(p, _model.Variables[_observed].Name))),
            costly == 0 ? null : tensor(Array.ConvertAll(places, p => p.Cost!.Value)));
    }

    private DesignResult Result(double[] before, double[] after, IReadOnlyList<DesignStep> steps, Network network, int candidates, int outside) => new()
    {
        Variable = _model.Variables[_target],
        Before = Spread(before),
        Steps = [.. steps],
        Network = network,
        Unusable = Unusable,
        Candidates = candidates,
        CandidatesOutside = outside,
        Grid = _nodes.Grid,
        SpreadBefore = _nodes.Field(Array.ConvertAll(before, Math.Sqrt)),
        SpreadAfter = _nodes.Field(Array.ConvertAll(after, Math.Sqrt)),
    };

    /// <returns>(N)</returns>
    private static double[] Mean(List<Tensor> times)
    {
        using var scope = NewDisposeScope();
        times.ForEach(t => t.MoveToOuterDisposeScope());
        var mean = stack(times).mean([0]).data<double>().ToArray();
        times.ForEach(t => t.Dispose());
        return mean;
    }

    private double Spread(double[] variances) => Math.Sqrt(variances.Zip(_nodes.Weights, (v, w) => v * w).Sum());

    private double ErrorOf(NetworkPlace place, string variable) => place.Error ?? (_options.Errors.TryGetValue(variable, out var error)
        ? error
        : throw new InvalidInputException($"no error is given for '{variable}', which {(place.Station is { } station ? $"station {station}" : "a station")} observes") { Setting = nameof(_options.Errors) });

    private int VariableOf(string name, string setting) =>
        _model.Variables.ToList().FindIndex(v => v.Name == name) is >= 0 and var index ? index : throw Unknown($"there is no variable '{name}'; the model has", setting);

    private InvalidInputException Unknown(string problem, string setting) =>
        new($"{problem} {string.Join(", ", _model.Variables.Select(v => $"'{v.Name}'"))}") { Setting = setting };

    private static void RequireMemory(double nodes, double stations)
    {
        const int Matrices = 3; // covariance, and two on the way
        var (needed, available) = (Matrices * sizeof(double) * (nodes + stations) * (nodes + stations), (double)GC.GetGCMemoryInfo().TotalAvailableMemoryBytes);
        if (needed > available)
        {
            throw new InvalidInputException(FormattableString.Invariant(
                $"{stations} stations and {nodes} cells need {needed / 1e9:0} GB for the covariance of their errors; this machine has {available / 1e9:0} GB: give a network of fewer stations")) { Setting = "Network" };
        }
    }

    private static void Require(bool holds, FormattableString problem, string setting)
    {
        if (!holds)
        {
            throw new InvalidInputException(FormattableString.Invariant(problem)) { Setting = setting };
        }
    }
}
