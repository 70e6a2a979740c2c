using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Model.Memory;
using VaeDa.Observations;
using VaeDa.Reanalysis;
using VaeDa.Reanalysis.Dates;

namespace VaeDa.Tests.Reanalysis;

/// <summary>A model of EOFs of two variables, and observations of its fields on some dates at the turn of two months.</summary>
public class ManyDates : IDisposable
{
    private const int Dates = 8;
    private const int PerDate = 60;

    public ManyDates()
        : this(null)
    {
    }

    /// <param name="memory">Of d; null: the model remembers nothing.</param>
    protected ManyDates(Func<int, StateMemory>? memory)
    {
        var fields = SyntheticFields.Make(90, variables: 2);
        Model = TestModel.Eof(fields, SyntheticFields.Make(40, variables: 2, seed: 8), 6, memory: memory);
        var (random, sizes) = (new Random(3), SyntheticFields.Sizes(2));
        Tables = [.. Enumerable.Range(0, Dates).Select(d => Observed(fields.Read(d), First.AddDays(d)))];

        ObservationTable Observed(float[] field, DateTime time)
        {
            Observation[] places = [.. Enumerable.Range(0, PerDate).Select(i => new Observation(random.NextDouble() * 170 - 85, random.NextDouble() * 359, 0)
            {
                Variable = $"x{i % 2}",
                Error = 0.3 * sizes[i % 2],
                Time = time,
                Station = $"s{i}",
            })];
            var values = new ObservationOperator(fields.Grid, ["x0", "x1"], new ObservationTable(places)).Apply(field);
            return new ObservationTable(places.Select((p, i) => p with { Anomaly = values[i] + p.Error!.Value * SyntheticFields.Normal(random) }));
        }
    }

    /// <summary>One a day from here on.</summary>
    public static DateTime First { get; } = new(2001, 1, 27, 12, 0, 0, DateTimeKind.Utc);

    public GenerativeModel Model { get; }

    public IReadOnlyList<ObservationTable> Tables { get; }

    public IObservationSequence Sequence => new ObservationsInMemory(Tables);

    public ReanalysisSummary? Run(string folder, ReanalysisOptions? options = null, IObservationSequence? sequence = null, Action<ReanalysisProgress>? progress = null, CancellationToken cancellation = default) =>
        new ReanalysisRun(Model, options ?? new ReanalysisOptions { Assimilation = new() { Members = 4 } }).Run(folder, sequence ?? Sequence, new Dictionary<string, object?>(), progress, cancellation);

    /// <summary>All that is in a folder but the log, by name.</summary>
    public static Dictionary<string, byte[]> Contents(string folder) => Directory.GetFiles(folder, "*", SearchOption.AllDirectories)
        .Where(file => !file.EndsWith(".log", StringComparison.Ordinal))
        .ToDictionary(file => Path.GetRelativePath(folder, file), File.ReadAllBytes);

    public void Dispose()
    {
        Model.Dispose();
        GC.SuppressFinalize(this);
    }
}
