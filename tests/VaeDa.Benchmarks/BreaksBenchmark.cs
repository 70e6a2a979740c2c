using System.CommandLine;
using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Model.Linear;
using VaeDa.Model.Prior;
using VaeDa.Observations;
using VaeDa.Observations.Networks;
using VaeDa.Reanalysis;
using VaeDa.Reanalysis.Dates;
using VaeDa.Reanalysis.Stations;
using VaeDa.Results;
using static TorchSharp.torch;

namespace VaeDa.Benchmarks;

/// <summary>Breaks hidden in the records of stations, and how many of them are found: docs/memory.md.</summary>
internal sealed class BreaksBenchmark : Benchmark
{
    private const int FieldsForKriging = 600;
    private static readonly double[] Sizes = [0.5, 0.75, 1, 1.5, 2];
    private static readonly TimeSpan Near = TimeSpan.FromDays(30);

    private readonly Argument<string> _archive = new("archive") { Description = "Folder of the archive with the true fields." };
    private readonly Option<string> _model = new("--model") { Description = "Model file.", DefaultValueFactory = _ => Path.Combine(Machine.RepositoryRoot, "models", "speedy-ta.safetensors") };
    private readonly Option<string> _network = new("--network") { Description = "Network file.", DefaultValueFactory = _ => Path.Combine(Machine.RepositoryRoot, "data", "networks", "mid.csv") };
    private readonly Option<string> _from = new("--from") { Description = "First date.", DefaultValueFactory = _ => "2000" };
    private readonly Option<string> _to = new("--to") { Description = "Last date.", DefaultValueFactory = _ => "2001" };
    private readonly Option<int> _jumps = new("--jumps") { Description = "N.", DefaultValueFactory = _ => 60 };
    private readonly Option<int> _drifts = new("--drifts") { Description = "N.", DefaultValueFactory = _ => 0 };
    private readonly Option<int> _episodes = new("--episodes") { Description = "N, of 90 days each.", DefaultValueFactory = _ => 0 };
    private readonly Option<int> _seed = new("--seed") { Description = "Of the breaks.", DefaultValueFactory = _ => 19 };
    private readonly Option<string> _by = new("--by") { Description = "What stations are predicted by: smoother, none (the model, each date by itself) or kriging.", DefaultValueFactory = _ => "smoother" };
    private readonly Option<string> _out = new("--out") { Description = "Folder of the reanalysis; where it is there already it goes on, or is only read.", DefaultValueFactory = _ => "breaks" };

    public BreaksBenchmark()
        : base("breaks", "Breaks hidden in the records of stations: the share that is found, the error of date and size, and false ones.")
    {
        _by.AcceptOnlyFromAmong("smoother", "none", "kriging");
        Arguments.Add(_archive);
        Array.ForEach<Option>([_model, _network, _from, _to, _jumps, _drifts, _episodes, _seed, _by, _out], Options.Add);
    }

    protected override void Run(ParseResult parsed, CancellationToken cancellation)
    {
        var device = StartTorch();
        using var archive = AnomalyArchive.Open(parsed.GetValue(_archive)!);
        using var loaded = ModelFile.LoadGenerator(parsed.GetValue(_model)!, device);
        var (by, folder) = (parsed.GetValue(_by)!, parsed.GetValue(_out)!);
        using var kriging = by == "kriging" ? Kriging(loaded, archive, cancellation) : null;
        var (from, to) = (TimePeriod.Parse(parsed.GetValue(_from)!).Start, TimePeriod.Parse(parsed.GetValue(_to)!).End);
        int[] dates = [.. Enumerable.Range(0, archive.Count).Where(i => archive.Times[i] >= from && archive.Times[i] < to)];
        var network = Network.Read(parsed.GetValue(_network)!);
        ObservationTable[] tables = [.. dates.Select(i => Observed(archive, network, i))];
        (BreakKind, int)[] kinds = [(BreakKind.Jump, parsed.GetValue(_jumps)), (BreakKind.Drift, parsed.GetValue(_drifts)), (BreakKind.Episode, parsed.GetValue(_episodes))];
        string[] stations = [.. tables[0].Station.OfType<string>()];
        var faults = HiddenBreak.Draw(stations, kinds, dates.Length, (ulong)parsed.GetValue(_seed));
        var run = new ReanalysisRun(kriging ?? loaded, new ReanalysisOptions
        {
            Assimilation = new() { Members = 0 },
            Memory = by == "smoother" ? MemoryUse.Smoother : MemoryUse.None,
            Save = SavedFields.None,
            Workers = Threads,
        });
        run.Run(folder, new ObservationsInMemory([.. tables.Select((t, i) => HiddenBreak.In(t, faults, i, dates.Length))]), new Dictionary<string, object?> { ["seed of breaks"] = parsed.GetValue(_seed) }, cancellation: cancellation);
        Report(StationTable.Read(Path.Combine(folder, "stations.csv")), faults.Values, [.. dates.Select(i => archive.Times[i])], stations.Length);
    }

    private static void Report(IReadOnlyList<StationBreak> found, IEnumerable<HiddenBreak> faults, DateTime[] times, int stations)
    {
        Print($"{"kind",-10}{"size K",-12}{"hidden",8}{"found",8}{"days off: mean",16}{"median",8}{"error of size K",18}{"in its own sd",15}");
        var extra = 0;
        foreach (var kind in faults.GroupBy(f => f.Kind))
        {
            foreach (var (least, most) in Sizes.Zip(Sizes.Skip(1)))
            {
                HiddenBreak[] hidden = [.. kind.Where(f => Math.Abs(f.Size) >= least && Math.Abs(f.Size) < most)];
                var hits = hidden.Select(f => (Fault: f, Part: PartOf(f))).Where(h => h.Part is not null).ToList();
                // Of a drift any part that overlaps it is a hit, and its beginning says little.
                double[] days = kind.Key == BreakKind.Drift ? [double.NaN] : [.. hits.Select(h => DaysOff(h.Part!, times[h.Fault.First])).Order()];
                double[] errors = [.. hits.Select(h => Error(h.Part!, h.Fault))];
                double[] scaled = [.. hits.Zip(errors, (h, e) => e / h.Part!.Error)];
                Print($"{kind.Key,-10}{$"{least}-{most}",-12}{hidden.Length,8}{hits.Count,8}{days.DefaultIfEmpty().Average(),16:f1}{days.ElementAtOrDefault(days.Length / 2),8:f0}{Rms(errors),18:f3}{Rms(scaled),15:f2}");
            }
        }

        var broken = faults.Select(f => f.Station).ToHashSet();
        var wrong = found.Where(p => !broken.Contains(p.Station)).ToList();
        foreach (var fault in faults)
        {
            extra += found.Where(p => p.Station == fault.Station).SelectMany(Begins).Count(t => (t - times[fault.First]).Duration() > Near && !(fault.Kind == BreakKind.Episode && (t - times[fault.First + HiddenBreak.Season]).Duration() <= Near));
        }

        Print($"false: {wrong.Count} at {wrong.Select(p => p.Station).Distinct().Count()} of {stations - broken.Count} stations without a break ({string.Join(", ", wrong.GroupBy(p => p.Kind).Select(g => $"{g.Key} {g.Count()}"))}); {extra} further ones at stations with one");

        StationBreak? PartOf(HiddenBreak fault) => found.Where(p => p.Station == fault.Station && (fault.Kind == BreakKind.Drift ? p.To > times[fault.First] : DaysOff(p, times[fault.First]) <= Near.TotalDays))
            .OrderByDescending(p => p.Kind == fault.Kind).ThenBy(p => DaysOff(p, times[fault.First])).FirstOrDefault();

        double DaysOff(StationBreak part, DateTime time) => Begins(part).Select(t => Math.Abs((t - time).TotalDays)).DefaultIfEmpty(double.PositiveInfinity).Min();

        // A part that begins with the record begins nowhere, and the one that follows it begins where it ends.
        IEnumerable<DateTime> Begins(StationBreak part) => new[] { part.From, Array.Find(times, t => t > part.To) }.Where(t => t > times[0]);

        double Error(StationBreak part, HiddenBreak fault)
        {
            var (first, last) = (Array.IndexOf(times, part.From), Array.IndexOf(times, part.To));
            var truth = Enumerable.Range(first, last - first + 1).Average(i => fault.At(i, times.Length));
            // Where what is before the break is said to be off, the other way round.
            return part.Offset - (fault.Kind == BreakKind.Jump && last < fault.First ? -fault.Size : truth);
        }

        static double Rms(double[] values) => values.Length == 0 ? double.NaN : Math.Sqrt(values.Average(v => v * v));
    }

    private static ObservationTable Observed(AnomalyArchive archive, Network network, int index)
    {
        var field = new float[archive.Variables.Count * archive.Grid.Cells]; // (V, H, W)
        archive.Read(index, field);
        var spec = new PseudoObservationSpec { Errors = ObservationErrors.Resolve(archive.Variables, [], []), Seed = 0 }.At(archive.Times[index]);
        return PseudoObservations.Make(field, archive.Grid, [.. archive.Variables.Select(v => v.Name)], network, spec).Table.ByTime()[0];
    }

    /// <summary>As of the rivals in the verification.</summary>
    private static GenerativeModel Kriging(GenerativeModel model, AnomalyArchive archive, CancellationToken cancellation)
    {
        var climatology = new ClimatologyAutoencoder(model.Grid, model.Normalisation.Offset);
        var training = archive.Part(SplitPart.Training);
        var every = Math.Max(1, training.Count / FieldsForKriging);
        var sample = new FieldSubset(training, [.. Enumerable.Range(0, training.Count).Where(i => i % every == 0)]);
        var prior = PriorEstimator.Of(climatology, sample, sample, model.Normalisation, CPU, patterns: false, cancellation);
        return new GenerativeModel(climatology, model.Grid, model.Variables, model.Normalisation, prior, model.ClimatologicalStandardDeviation, CPU);
    }
}
