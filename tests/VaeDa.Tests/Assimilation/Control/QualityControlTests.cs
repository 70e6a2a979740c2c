using VaeDa.Assimilation.Control;
using VaeDa.Assimilation.Problem;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation.Control;

public sealed class QualityControlTests : IDisposable
{
    private const int N = 40;
    private const int K = 5;
    private readonly ObservationErrorCovariance _r;
    private readonly Tensor _jacobian; // (n, k)
    private readonly Tensor _variance; // (1, k)
    private readonly Tensor _covariance; // (n, n), G B Gᵀ + R
    private readonly Tensor _innovation; // (1, n), a draw of it

    public QualityControlTests()
    {
        using var generator = new Generator(7);
        // On a line, a unit apart, with a residual that reaches a few places.
        var x = arange(N, float64);
        var residual = (-(x - x.unsqueeze(1)).abs() / 3).exp(); // (n, n)
        var sigma = 0.3 + 0.4 * rand(N, float64, generator: generator); // (n)
        _jacobian = randn([N, K], float64, generator: generator);
        _variance = 0.5 + rand([1, K], float64, generator: generator);
        _covariance = (_jacobian * _variance).matmul(_jacobian.transpose(0, 1)) + residual + diag(sigma.square());
        _innovation = randn([1, N], float64, generator: generator).matmul(linalg.cholesky(_covariance).transpose(0, 1));
        _r = new ObservationErrorCovariance(sigma, residual);
    }

    [Fact]
    public void A_departure_is_from_what_the_others_predict()
    {
        var found = Check(_innovation, double.PositiveInfinity);
        Assert.All(found.Accepted, Assert.True);
        for (var i = 0; i < N; i++)
        {
            AssertLeftOut(found, i, [.. Enumerable.Range(0, N).Where(j => j != i)], _innovation);
        }
    }

    [Fact]
    public void What_is_rejected_is_held_against_the_accepted_and_they_against_each_other()
    {
        var spoilt = Spoilt((3, 9), (4, -8), (25, 12));
        var found = Check(spoilt, 4);
        Assert.Equal([3, 4, 25], Enumerable.Range(0, N).Where(i => !found.Accepted[i]));
        for (var i = 0; i < N; i++)
        {
            AssertLeftOut(found, i, [.. Enumerable.Range(0, N).Where(j => j != i && found.Accepted[j])], spoilt);
        }

        var again = QualityControl.Departures(InnovationCovariance.About(_r, _jacobian, _variance), spoilt, found.Accepted);
        Assert.Equal(found.Accepted, again.Accepted);
        Assert.All(found.Departures.Zip(again.Departures), p => Assert.Equal(p.First, p.Second, 1e-9));
    }

    [Fact]
    public void Two_neighbours_wrong_alike_do_not_outvote_a_third()
    {
        var found = Check(Spoilt((19, 10), (21, 10)), 4);
        Assert.Equal([19, 21], Enumerable.Range(0, N).Where(i => !found.Accepted[i]));
    }

    [Theory]
    [InlineData(5.5, true)]
    [InlineData(6, false)]
    public void Two_that_vouch_for_each_other_go_together_at_twice_the_price_of_one(double error, bool believed)
    {
        // K = [1 0.98; 0.98 1]: each is a fraction of a standard deviation from what the other predicts, and dᵀ K⁻¹ d = 2 e² / 1.98.
        using var r = new ObservationErrorCovariance(tensor(new[] { 0.1, 0.1, 0.1 }), tensor(new[,] { { 0.99, 0.98, 0 }, { 0.98, 0.99, 0 }, { 0, 0, 0.99 } }));
        var found = QualityControl.Check(InnovationCovariance.About(r, zeros([3, 1], float64), ones([1, 1], float64)), tensor(new[,] { { error, error, 1 } }), 4);
        Assert.Equal([believed, believed, true], found.Accepted);
    }

    [Fact]
    public void The_tests_of_good_observations_are_standard_normal()
    {
        using var generator = new Generator(6);
        var root = linalg.cholesky(_covariance).transpose(0, 1);
        var tests = Enumerable.Range(0, 200).SelectMany(_ =>
        {
            var found = Check(randn([1, N], float64, generator: generator).matmul(root), 4);
            return found.Departures.Zip(found.Spreads, (e, s) => e / s);
        }).ToArray();
        Assert.InRange(tests.Average(t => t * t), 0.95, 1.05);
        // 0.00006 of a normal distribution lies beyond 4.
        Assert.True(tests.Count(t => Math.Abs(t) > 4) <= 4);
    }

    [Fact]
    public void One_observation_is_held_against_the_background_alone()
    {
        using var r = new ObservationErrorCovariance(tensor(new[] { 0.5 }), tensor(new[,] { { 0.75 } }));
        var found = QualityControl.Check(InnovationCovariance.About(r, tensor(new[,] { { 1.0 } }), tensor(new[,] { { 3.0 } })), tensor(new[,] { { 10.0 } }), 4);
        Assert.Equal((false, 10.0, 2.0), (found.Accepted[0], Math.Round(found.Departures[0], 9), Math.Round(found.Spreads[0], 9)));
    }

    [Fact]
    public void It_is_the_same_by_a_covariance_as_it_stands_and_by_its_parts()
    {
        var spoilt = Spoilt((3, 9), (4, -8), (25, 12));
        var (byParts, whole) = (Check(spoilt, 4), QualityControl.Check(InnovationCovariance.Of(_covariance), spoilt, 4));
        Assert.Equal(byParts.Accepted, whole.Accepted);
        Assert.All(byParts.Departures.Zip(whole.Departures), p => Assert.Equal(p.First, p.Second, 1e-8));
        Assert.All(byParts.Spreads.Zip(whole.Spreads), p => Assert.Equal(p.First, p.Second, 1e-8));
    }

    [Fact]
    public void A_majority_that_no_climate_allows_is_not_believed_for_its_number()
    {
        // Three of four in another unit: to each other they agree.
        var spoilt = Spoilt([.. Enumerable.Range(0, N).Where(i => i % 4 != 0).Select(i => (i, 60.0))]);
        Assert.Equal(Enumerable.Range(0, N).Select(i => i % 4 == 0), Check(spoilt, 4).Accepted);
    }

    [Fact]
    public void A_rare_state_that_many_agree_on_is_believed()
    {
        // Ten standard deviations of one latent, seen by all.
        var rare = _innovation + 10 * (_jacobian * _variance.sqrt()).select(1, 0);
        Assert.All(Check(rare, 4).Accepted, Assert.True);
    }

    [Fact]
    public void From_what_was_believed_before_it_comes_to_the_same()
    {
        var spoilt = Spoilt((3, 9), (4, -8), (25, 12));
        bool[] before = [.. Enumerable.Range(0, N).Select(i => i is not (3 or 7 or 30))];
        Assert.Equal(Check(spoilt, 4).Accepted, QualityControl.Check(InnovationCovariance.About(_r, _jacobian, _variance), spoilt, 4, before).Accepted);
    }

    [Theory]
    [InlineData(3.9)]
    [InlineData(4.1)]
    public void Within_the_tolerance_it_stays_as_it_was(double test)
    {
        using var r = new ObservationErrorCovariance(tensor(new[] { 0.6, 0.6 }), tensor(new[,] { { 0.64, 0 }, { 0, 0.64 } }));
        var covariance = InnovationCovariance.About(r, zeros([2, 1], float64), ones([1, 1], float64)); // the identity
        foreach (var before in new[] { true, false })
        {
            bool[] CheckFrom(double tolerance) => QualityControl.Check(covariance, tensor(new[,] { { test, 1 } }), 4, [before, true], tolerance).Accepted;
            Assert.Equal([before, true], CheckFrom(0.05));
            Assert.Equal([test < 4, true], CheckFrom(0));
        }
    }

    [Fact]
    public void The_rejected_count_for_nothing_and_the_rest_as_if_alone()
    {
        bool[] accepted = [.. Enumerable.Range(0, N).Select(i => i % 7 != 3)];
        using var r = _r.Accepting(accepted);
        var d = _innovation.clone();
        d[0, 3] = tensor(1e6);
        var solved = r.Solve(d);
        var rows = ObservationErrorCovariance.Indices(accepted, true);
        var part = (_r.Residual! + diag(_r.Sigma.square())).index_select(0, rows).index_select(1, rows);
        var alone = linalg.solve(part, _innovation.index_select(1, rows).transpose(0, 1)).squeeze(1);
        Assert.True((solved.squeeze(0).index_select(0, rows) - alone).abs().max().item<double>() < 1e-10);
        Assert.Equal(0, solved.squeeze(0).index_select(0, ObservationErrorCovariance.Indices(accepted, false)).abs().max().item<double>());
        Assert.Equal((accepted.Count(a => a), N), (r.Count, _r.Count));
        Assert.Same(_r, r.Accepting(_r.Accepted));
    }

    public void Dispose() => _r.Dispose();

    private CheckedObservations Check(Tensor innovation, double threshold) => QualityControl.Check(InnovationCovariance.About(_r, _jacobian, _variance), innovation, threshold);

    private Tensor Spoilt(params (int Index, double Error)[] errors)
    {
        var spoilt = _innovation.clone();
        foreach (var (index, error) in errors)
        {
            spoilt[0, index] += error;
        }

        return spoilt;
    }

    /// <summary>By the plain formula: the conditional distribution given the others, their covariance solved anew.</summary>
    private void AssertLeftOut(CheckedObservations found, int i, int[] others, Tensor innovation)
    {
        var rows = tensor(Array.ConvertAll(others, j => (long)j));
        var across = _covariance[i].index_select(0, rows); // (m)
        var weights = linalg.solve(_covariance.index_select(0, rows).index_select(1, rows), across); // (m)
        Assert.Equal((innovation[0, i] - weights.dot(innovation[0].index_select(0, rows))).item<double>(), found.Departures[i], 1e-8);
        Assert.Equal((_covariance[i, i] - weights.dot(across)).sqrt().item<double>(), found.Spreads[i], 1e-8);
    }
}
