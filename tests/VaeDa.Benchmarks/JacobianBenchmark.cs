using System.CommandLine;
using VaeDa.Assimilation.Problem;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Benchmarks;

/// <summary>The Jacobian of H D, n × k, at the latents' mean: the ways to it.</summary>
internal sealed class JacobianBenchmark : Benchmark
{
    // Rows are too many to take all of them five times, and columns by double backward too: so many are timed.
    private const int TimedRows = 16;
    private const int TimedColumns = 20;
    private const int States = 16;
    private readonly FullSize _size;

    public JacobianBenchmark()
        : base("jacobian", "The Jacobian of 3,000 observations with respect to 100 latents: the ways to it.") => _size = new FullSize(this);

    protected override void Run(ParseResult parsed, CancellationToken cancellation)
    {
        NativeHeap.AskForLargePages(); // as for an analysis
        StartTorch();
        using var pause = new CollectionPause();
        foreach (var preset in _size.Models(parsed))
        {
            pause.Renew();
            using var scope = NewDisposeScope();
            using var model = FullSize.Model(preset, _size.Rows(parsed));
            using var search = new Search(model, FullSize.Observations);
            using var generator = search.Problem.Observed();
            var together = model.StatesTogether(States);
            var (p, z) = (search.Problem, search.Problem.Mean);
            var (n, k) = (p.Observations.shape[1], z.shape[1]);
            Print($"{preset}, {model.Grid.Height}×{model.Grid.Width}, {n} × {k}");
            Tensor differences = null!, tangents = null!, rows = null!;
            Tensor? local = null;
            var seconds = Timing.InTurn(
                Runs,
                () => differences = p.Differences(z),
                () => tangents = ByDoubleBackward(generator, z.to(float32), together, (int)n),
                () => rows = Rows(generator, z.to(float32), together, (int)n),
                () => local = generator.LocalJacobian(z.to(float32)),
                () => p.CostAndGradient(z, p.Mean, p.Observations));
            var gradient = seconds[4];
            var (byColumns, byRows) = (seconds[1] * k / TimedColumns, seconds[2] * n / TimedRows);
            var (some, ofSome) = (rows.narrow(1, 0, TimedColumns), tangents.narrow(0, 0, TimedRows)); // (r, c)
            Print($"  a gradient: {gradient:f3} s");
            Print($"  forward differences: {Times(seconds[0])}, {k + 1} states decoded; error {Error(differences.narrow(1, 0, TimedColumns)):e1}");
            Print($"  forward mode by double backward: {Times(byColumns)} ({TimedColumns} columns {seconds[1]:f2} s), exact");
            Print($"  rows by passes back through all that is observed: {Times(byRows)} ({TimedRows} rows {seconds[2]:f2} s), exact; differ from the above by {((some - ofSome).norm() / ofSome.norm()).item<double>():e1}");
            if (local is not null)
            {
                Print($"  each observation's own pass back: {Times(seconds[3])}, exact; differs from double backward by {Error(local.to(float64).narrow(1, 0, TimedColumns)):e1}");
            }

            string Times(double s) => FormattableString.Invariant($"{s:f2} s, {s / gradient:f1} gradients");

            double Error(Tensor columns) => ((columns - tangents).norm() / tangents.norm()).item<double>();
        }
    }

    /// <summary>J e = ∂(Jᵀ v · e)/∂v, whatever v: the way back through the way back. The first columns.</summary>
    /// <returns>(n, c)</returns>
    private static Tensor ByDoubleBackward(ObservedGenerator generator, Tensor z, int together, int n)
    {
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        var columns = eye(z.shape[1]).narrow(0, 0, TimedColumns).split(together).Select(directions =>
        {
            using var inner = NewDisposeScope();
            var state = z.expand(directions.shape[0], -1).detach().clone().requires_grad_(true); // (s, k)
            var v = zeros(directions.shape[0], n).requires_grad_(true); // (s, n)
            var pulled = autograd.grad([generator.Apply(state)], [state], [v], create_graph: true)[0]; // (s, k)
            return autograd.grad([(pulled * directions).sum()], [v])[0].to(float64).MoveToOuterDisposeScope(); // (s, n)
        });
        return cat([.. columns]).transpose(0, 1).MoveToOuterDisposeScope(); // (n, c)
    }

    /// <summary>The first rows, a pass back for each.</summary>
    /// <returns>(r, k)</returns>
    private static Tensor Rows(ObservedGenerator generator, Tensor z, int together, int n)
    {
        using var scope = NewDisposeScope();
        using var grad = enable_grad();
        var rows = eye(n).narrow(0, 0, TimedRows).split(together).Select(v =>
        {
            using var inner = NewDisposeScope();
            var state = z.expand(v.shape[0], -1).detach().clone().requires_grad_(true); // (s, k)
            return autograd.grad([generator.Apply(state)], [state], [v])[0].to(float64).MoveToOuterDisposeScope(); // (s, k)
        });
        return cat([.. rows]).MoveToOuterDisposeScope(); // (r, k)
    }
}
