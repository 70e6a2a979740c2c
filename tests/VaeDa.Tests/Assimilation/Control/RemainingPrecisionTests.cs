using VaeDa.Assimilation.Control;
using VaeDa.Assimilation.Problem;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation.Control;

public sealed class RemainingPrecisionTests
{
    private const int N = 300;
    private readonly Tensor _covariance; // (n, n)
    private readonly Tensor _innovation; // (1, n)
    private readonly InnovationCovariance _parts;

    public RemainingPrecisionTests()
    {
        using var generator = new Generator(3);
        var x = arange(N, float64);
        _covariance = 2 * (-(x - x.unsqueeze(1)).abs() / 5).exp() + 0.3 * eye(N, dtype: float64);
        _innovation = randn([1, N], float64, generator: generator).matmul(linalg.cholesky(_covariance).transpose(0, 1));
        _parts = InnovationCovariance.Of(_covariance);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(70)] // more than are pending at a time
    [InlineData(280)]
    public void Taken_out_one_by_one_or_at_once_the_rest_is_as_if_inverted_anew(int count)
    {
        var rows = Some(count);
        using var oneByOne = new RemainingPrecision(_parts, _innovation);
        Array.ForEach(rows, oneByOne.Remove);
        AssertAsInverted(oneByOne, rows);
        using var atOnce = new RemainingPrecision(_parts, _innovation);
        atOnce.Remove(rows);
        AssertAsInverted(atOnce, rows);
        atOnce.Remove(Enumerable.Range(0, N).First(atOnce.Remains));
        AssertAsInverted(atOnce, atOnce.Out);
    }

    [Fact]
    public void What_is_out_is_set_beside_what_the_rest_predicts()
    {
        var rows = Some(120).Order().ToArray();
        using var remaining = new RemainingPrecision(_parts, _innovation);
        remaining.Remove(rows);
        var (departures, covariance) = remaining.OfThoseOut();
        var (left, gone) = (Index(Left(rows)), Index(rows));
        Tensor Part(Tensor a, Tensor b) => _covariance.index_select(0, a).index_select(1, b);
        var gain = linalg.solve(Part(left, left), Part(left, gone)).transpose(0, 1); // (r, m)
        var d = _innovation.squeeze(0);
        AssertNear(d.index_select(0, gone) - gain.matmul(d.index_select(0, left)), departures);
        AssertNear(Part(gone, gone) - gain.matmul(Part(left, gone)), covariance);
    }

    [Theory]
    [InlineData(40)]
    [InlineData(200)] // so many that the matrix has been made smaller
    public void What_is_put_back_is_as_if_it_had_never_gone(int count)
    {
        var rows = Some(count);
        int[] back = [rows[0], rows[^1], rows[7]];
        using var remaining = new RemainingPrecision(_parts, _innovation);
        Array.ForEach(rows, remaining.Remove);
        var covariance = remaining.OfThoseOut().Covariance.clone();
        var columns = new List<Tensor>();
        foreach (var i in back.Select(row => Array.IndexOf(remaining.Out, row)))
        {
            columns.Add(covariance[i] / covariance[i, i].sqrt());
            covariance = covariance - columns[^1].unsqueeze(1) * columns[^1];
        }

        remaining.PutBack(back, stack(columns, 1));
        AssertAsInverted(remaining, [.. rows.Except(back)]);
        remaining.Remove(back[1]);
        AssertAsInverted(remaining, [.. rows.Except(back), back[1]]);
    }

    private static int[] Some(int count)
    {
        var rows = Enumerable.Range(0, N).ToArray();
        new Random(5).Shuffle(rows);
        return rows[..count];
    }

    private static int[] Left(int[] gone) => [.. Enumerable.Range(0, N).Except(gone).Order()];

    private static Tensor Index(int[] rows) => tensor(Array.ConvertAll(rows, i => (long)i));

    private static void AssertNear(Tensor expected, Tensor found) => Assert.True((expected - found).abs().max().item<double>() < 1e-10);

    private void AssertAsInverted(RemainingPrecision found, int[] gone)
    {
        Assert.Equal(gone.Order(), found.Out);
        var left = Left(gone);
        var inverse = linalg.inv(_covariance.index_select(0, Index(left)).index_select(1, Index(left))); // (m, m)
        AssertNear(inverse.matmul(_innovation.squeeze(0).index_select(0, Index(left))), tensor(Array.ConvertAll(left, i => found.Weights[i])));
        AssertNear(inverse.diagonal(), tensor(Array.ConvertAll(left, i => found.Precisions[i])));
        Assert.All(gone, i => Assert.Equal((0, 0), (found.Weights[i], found.Precisions[i])));
        var each = found.Partners.Length / N;
        for (var m = 0; m < left.Length; m++)
        {
            for (var p = left[m] * each; p < (left[m] + 1) * each; p++)
            {
                var partner = Array.IndexOf(left, found.Partners[p]);
                Assert.Equal(partner < 0 ? 0 : inverse[m, partner].item<double>(), partner < 0 ? 0 : found.Ties[p], 1e-10);
            }
        }
    }
}
