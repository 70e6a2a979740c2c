using VaeDa.Assimilation;
using VaeDa.Observations;

namespace VaeDa.Tests.Assimilation;

/// <summary>How the members of different dates are related, and what a member follows from.</summary>
public sealed class DatesTests : IDisposable
{
    private const int Members = 40;
    private static readonly DateTime First = new(2000, 1, 1, 0, 0, 0, DateTimeKind.Utc);

    private readonly LinearWorld _world = new(variables: 2);
    private readonly ObservationTable _table;

    public DatesTests() => _table = _world.Observe(60, 0.5, seed: 3);

    public void Dispose() => _world.Dispose();

    // Of independent members each cell's correlation has a standard error of 1 / √M; the mean over N cells that vary together in some
    // 20 patterns one of about 1 / √(20 M), 0.035.
    [Theory]
    [InlineData(AssimilationMethod.GaussNewton)]
    [InlineData(AssimilationMethod.Laplace)]
    public void Members_of_consecutive_dates_with_the_same_observations_are_independent(AssimilationMethod method)
    {
        var (day, next, again) = (Perturbations(First, method), Perturbations(First.AddDays(1), method), Perturbations(First, method));
        Assert.Equal(day, again);
        Assert.InRange(Correlation(day, next), -0.14, 0.14);
        // Nor does a member look like the next one of the next day.
        Assert.InRange(Correlation(day[1..], next[..^1]), -0.14, 0.14);
        Assert.InRange(Correlation(day, Perturbations(null, method)), -0.14, 0.14);
    }

    [Fact]
    public void The_spread_of_a_mean_of_30_dates_is_that_of_a_date_over_the_root_of_30()
    {
        var days = Enumerable.Range(0, 30).Select(i => Perturbations(First.AddDays(i))).ToList();
        var mean = Enumerable.Range(0, Members).Select(m => Enumerable.Range(0, days[0][m].Length).Select(x => days.Average(day => day[m][x])).ToArray()).ToArray();
        // A spread of M members is known to 1 / √(2 M), 11%, at a cell; to a third of that over the grid.
        Assert.InRange(Size(mean) * Math.Sqrt(30) / Math.Sqrt(days.Average(day => Size(day) * Size(day))), 0.88, 1.12);
    }

    [Theory]
    [InlineData(AssimilationMethod.GaussNewton)]
    [InlineData(AssimilationMethod.Laplace)]
    public void A_member_does_not_hang_on_how_many_there_are(AssimilationMethod method)
    {
        var (few, many) = (Run(_table, 20, method), Run(_table, 50, method));
        for (var m = 0; m < 20; m++)
        {
            Assert.True(few.Members[m].Zip(many.Members[m], (a, b) => Math.Abs(a - b)).Max() < 1e-3 * few.Members[m].Max(Math.Abs));
        }
    }

    [Fact]
    public void A_member_does_not_hang_on_the_order_of_the_rows()
    {
        var turned = new ObservationTable(_table.Observations.Reverse());
        var (found, other) = (Run(_table, 10), Run(turned, 10));
        for (var m = 0; m < 10; m++)
        {
            Assert.True(found.Members[m].Zip(other.Members[m], (a, b) => Math.Abs(a - b)).Max() < 1e-2 * found.Members[m].Max(Math.Abs));
        }
    }

    /// <summary>Members less their mean, in climatological standard deviations: the variables are of different sizes.</summary>
    private double[][] Perturbations(DateTime? time, AssimilationMethod method = AssimilationMethod.GaussNewton)
    {
        var analysis = Run(_table.At(time), Members, method);
        return [.. analysis.Members.Select(field => field.Select((value, x) => (value - analysis.Mean[x]) / (double)analysis.ClimatologicalStandardDeviation[x]).ToArray())];
    }

    private Analysis Run(ObservationTable table, int members, AssimilationMethod method = AssimilationMethod.GaussNewton) =>
        _world.Assimilate(table, new AssimilationOptions { Members = members, Method = method, RejectBeyond = double.PositiveInfinity });

    private static double Correlation(double[][] x, double[][] y) =>
        x.Zip(y).Sum(pair => pair.First.Zip(pair.Second, (a, b) => a * b).Sum()) / (Norm(x) * Norm(y));

    private static double Norm(double[][] x) => Math.Sqrt(x.Sum(row => row.Sum(a => a * a)));

    private static double Size(double[][] x) => Norm(x) / Math.Sqrt(x.Length - 1);
}
