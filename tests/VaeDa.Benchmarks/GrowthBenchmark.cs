using System.CommandLine;
using VaeDa.Assimilation.Search;
using VaeDa.Observations;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Benchmarks;

/// <summary>How the search's time grows with members, observations, latents and grid, one at a time.</summary>
internal sealed class GrowthBenchmark : Benchmark
{
    // A sixteenth of the full size, so that the curves take minutes; the last point of the grid's is the full size.
    private const int UsualRows = 180;
    private const int UsualMembers = 20;
    private const int FewMembers = 5;
    private const int UsualLatents = 100;
    private readonly FullSize _size;
    private readonly Option<string[]> _curves = new("--curve") { Description = "members, observations, latents, grid.", DefaultValueFactory = _ => ["members", "observations", "latents", "grid"], AllowMultipleArgumentsPerToken = true };

    public GrowthBenchmark()
        : base("growth", "The time of a search by members, observations, latents and grid, and the exponent of each.")
    {
        _size = new FullSize(this, UsualRows);
        _curves.AcceptOnlyFromAmong("members", "observations", "latents", "grid");
        Options.Add(_curves);
    }

    protected override void Run(ParseResult parsed, CancellationToken cancellation)
    {
        NativeHeap.AskForLargePages(); // as for an analysis
        StartTorch();
        using var pause = new CollectionPause();
        using var noGrad = no_grad();
        foreach (var preset in _size.Models(parsed))
        {
            foreach (var curve in parsed.GetValue(_curves)!)
            {
                (int Size, Func<double> Seconds)[] points = curve switch
                {
                    "members" => [.. new[] { 5, 20, 80 }.Select(m => (m, Median(preset, _size.Rows(parsed), UsualLatents, Table(3000), m)))],
                    "observations" => [.. new[] { 100, 300, 1000, 3000, 10_000, 30_000, 100_000 }.Select(n => (n, Median(preset, _size.Rows(parsed), UsualLatents, Table(n), UsualMembers)))],
                    "latents" => [.. new[] { 20, 50, 100, 200, 500 }.Select(k => (k, Median(preset, _size.Rows(parsed), k, Table(3000), UsualMembers)))],
                    _ => [.. new[] { 48, 96, 180, 360, 721 }.Select(rows => (rows * (rows % 2 == 0 ? 2 * rows : 2 * rows - 2), Median(preset, rows, UsualLatents, Table(3000), FewMembers)))],
                };
                var measured = new List<(double Size, double Seconds)>();
                foreach (var (size, seconds) in points)
                {
                    cancellation.ThrowIfCancellationRequested();
                    pause.Renew();
                    measured.Add((size, seconds()));
                    Print($"{preset}, {curve} {size}: {measured[^1].Seconds:f2} s");
                }

                Print($"  exponent {Exponent(measured[0], measured[^1]):f2} over all, {Exponent(measured[^2], measured[^1]):f2} at the end");
            }
        }
    }

    private static double Exponent((double Size, double Seconds) a, (double Size, double Seconds) b) => Math.Log(b.Seconds / a.Seconds) / Math.Log(b.Size / a.Size);

    /// <summary>Random places of the bundled sample's day, as many as are asked for.</summary>
    private static ObservationTable Table(int count)
    {
        var given = FullSize.Observations;
        var random = new Random(count);
        // Moved by up to a degree: no two in one place.
        return new ObservationTable(Enumerable.Range(0, count).Select(i => i % given.Count).Select(row => new Observation(
            Math.Clamp(given.Latitude[row] + 2 * random.NextDouble() - 1, -90, 90), (given.Longitude[row] + 2 * random.NextDouble() + 359) % 360, given.Anomaly[row]) { Error = given.Error[row] }));
    }

    private Func<double> Median(string preset, int rows, int latents, ObservationTable table, int members) => () =>
    {
        using var model = FullSize.Model(preset, rows, latents);
        var observed = Search.Observe(model, table);
        return Timing.InTurn(Runs, () =>
        {
            using var scope = NewDisposeScope();
            using var search = new Search(model, observed);
            var best = search.MostProbable();
            var (means, observations) = search.Perturb(members, seed: 1);
            GaussNewton.MinimiseMembers(search.Problem, best, means, observations, CancellationToken.None);
        })[0];
    };
}
