using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Search;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Model.Prior;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation.Search;

public sealed class GaussNewtonTests : IDisposable
{
    private const int K = 3;
    private readonly GenerativeModel _model;
    private readonly LatentProblem _problem;
    private readonly ObservationErrorCovariance _r;

    // z₁…z₃ observed as 1, 1, 1 with errors as large as the prior's spread: the minimum is at ½, ½, ½.
    public GaussNewtonTests()
    {
        var grid = SyntheticFields.Make(1).Grid;
        var variable = new Variable { Name = "x0", Units = "K" };
        var prior = new PriorStatistics
        {
            LatentMean = zeros(K),
            LatentVariance = ones(K),
            GeneratorError = [.. Enumerable.Repeat(1f, grid.Cells)],
            ResidualCorrelation = new SpatialCorrelation { Smoothness = Smoothness.Half, Length = 1, Nugget = 0 },
        };
        _model = new GenerativeModel(new WalledGenerator(K, grid.Height, grid.Width), grid, [variable], new Normalisation { Scale = [1], Offset = [0] }, prior, new float[grid.Cells], CPU);
        var cells = Enumerable.Range(0, K).Select(c => new Observation(grid.LatitudeOf(c), grid.LongitudeOf(c), 1));
        var h = new ObservationOperator(grid, ["x0"], new ObservationTable(cells));
        _r = new ObservationErrorCovariance(ones(K, float64), zeros([K, K], float64));
        _problem = new LatentProblem(_model, h, ones([1, K], float64), _r, 8);
    }

    [Fact]
    public void A_state_whose_cost_is_not_a_number_has_not_converged()
    {
        var far = new Linearisation(full([1, K], 1.5, float64), eye(K, dtype: float64), zeros([1, K], float64));
        Assert.False(GaussNewton.Minimise(_problem, far, CancellationToken.None).Converged);
    }

    [Fact]
    public void A_step_to_where_there_is_no_number_is_refused_and_the_next_are_not()
    {
        var start = _problem.FirstGuess();
        // Of a curvature that is far too small, so that the first steps end behind the wall.
        var found = GaussNewton.Minimise(_problem, start with { Jacobian = 0.1 * start.Jacobian }, CancellationToken.None);
        Assert.True(found.Converged);
        Assert.Equal(0.75, found.Cost, 1e-3);
        Assert.All(found.Z.data<double>().ToArray(), z => Assert.Equal(0.5, z, 0.01));
    }

    [Fact]
    public void Members_that_begin_where_there_is_no_number_are_counted()
    {
        var best = GaussNewton.Minimise(_problem, _problem.FirstGuess(), CancellationToken.None);
        // The first member's own prior mean and observations draw it behind the wall.
        var means = stack([full([K], 3.0, float64), zeros([K], float64)]); // (2, k)
        var (_, unconverged) = GaussNewton.MinimiseMembers(_problem, best, means, stack([full([K], 3.0, float64), ones([K], float64)]), CancellationToken.None);
        Assert.Equal(1, unconverged);
    }

    public void Dispose()
    {
        _problem.Dispose();
        _r.Dispose();
        _model.Dispose();
    }
}
