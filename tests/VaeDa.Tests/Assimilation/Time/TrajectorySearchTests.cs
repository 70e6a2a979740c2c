using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Residual;
using VaeDa.Assimilation.Time;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Model.Memory;
using VaeDa.Model.Prior;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation.Time;

/// <summary>
/// Three latents, which are all observed as 1 on both of two dates, with errors as large as the prior's spread. Half of a state is remembered:
/// Λ (1, 1) = ⅔ (1, 1), and the minimum is at 1 / (1 + ⅔) throughout.
/// </summary>
public sealed class TrajectorySearchTests : IDisposable
{
    private const int K = 3;
    private readonly GenerativeModel _model;
    private readonly ObservationErrorCovariance _r;
    private readonly LatentProblem _latent;
    private readonly ResidualCovariance _residual;
    private readonly DatedProblem _date;
    private readonly TrajectoryPrior _prior;
    private readonly TrajectoryProblem _problem;

    public TrajectorySearchTests()
    {
        var grid = SyntheticFields.Grid();
        var prior = new PriorStatistics
        {
            LatentMean = zeros(K),
            LatentVariance = ones(K),
            GeneratorError = [.. Enumerable.Repeat(1f, grid.Cells)],
            ResidualCorrelation = new SpatialCorrelation { Smoothness = Smoothness.Half, Length = 1, Nugget = 0 },
        };
        _model = new GenerativeModel(new WalledGenerator(K, grid.Height, grid.Width), grid, [new Variable { Name = "x0", Units = "K" }], new Normalisation { Scale = [1], Offset = [0] }, prior, new float[grid.Cells], CPU);
        Observation[] cells = [.. Enumerable.Range(0, K).Select(c => new Observation(grid.LatitudeOf(c), grid.LongitudeOf(c), 1))];
        var h = new ObservationOperator(grid, ["x0"], new ObservationTable(cells));
        _r = new ObservationErrorCovariance(ones(K, float64), zeros([K, K], float64));
        _latent = new LatentProblem(_model, h, ones([1, K], float64), _r, 8);
        _residual = ResidualCovariance.Of(_model, h, [.. cells.Select(c => new ObservationPlace(EarthPoint.At(c.Latitude, c.Longitude), 0))]);
        _date = new DatedProblem(_latent, _residual);
        using var memory = new StateMemory(0.5 * eye(K, dtype: float64), 0.75);
        _prior = new TrajectoryPrior(memory, 2);
        _problem = new TrajectoryProblem(_prior, [_date, _date], (count, action) =>
        {
            for (var i = 0; i < count; i++)
            {
                action(i);
            }
        });
    }

    [Fact]
    public void Where_all_is_linear_the_first_step_is_the_last()
    {
        using var scope = NewDisposeScope();
        var (x, cost, iterations, unconverged) = Minimise(1, zeros([1, 2, K], float64));
        Assert.All(x.data<double>().ToArray(), value => Assert.Equal(0.6, value, 1e-6));
        // ½ (⅔ · 0.6² + 0.4²) of each of six numbers.
        Assert.Equal(1.2, cost.item<double>(), 1e-6);
        Assert.Equal((1, 0), (iterations, unconverged));
    }

    [Fact]
    public void A_step_to_where_there_is_no_number_is_refused_and_the_next_are_not()
    {
        using var scope = NewDisposeScope();
        // Of a curvature that is far too small, so that the first steps end behind the wall.
        var (x, _, _, unconverged) = Minimise(0.1, zeros([1, 2, K], float64));
        Assert.Equal(0, unconverged);
        Assert.All(x.data<double>().ToArray(), value => Assert.Equal(0.6, value, 0.01));
    }

    [Fact]
    public void Sequences_that_begin_where_there_is_no_number_are_counted_and_the_others_found()
    {
        using var scope = NewDisposeScope();
        var (x, _, _, unconverged) = Minimise(1, cat([full([1, 2, K], 3.0, float64), zeros([1, 2, K], float64)])); // (2, T, k)
        Assert.Equal(1, unconverged);
        Assert.All(x[1].flatten().data<double>().ToArray(), value => Assert.Equal(0.6, value, 0.01));
    }

    public void Dispose()
    {
        _prior.Dispose();
        _date.Dispose();
        _residual.Dispose();
        _latent.Dispose();
        _r.Dispose();
        _model.Dispose();
    }

    /// <param name="scale">Of the curvature that the search begins with.</param>
    /// <param name="start">(S, T, k)</param>
    private (Tensor X, Tensor Cost, int Iterations, int Unconverged) Minimise(double scale, Tensor start)
    {
        using var curvature = BlockBand.Factor(2, t => scale * (_prior.Diagonal(t) + eye(K, dtype: float64)), t => scale * _prior.Below(t), _ => null);
        return new TrajectorySearch(_problem, curvature).Minimise(start, zeros_like(start), [ones([1, K], float64), ones([1, K], float64)], 0.01, K, foresees: false, TestContext.Current.CancellationToken);
    }
}
