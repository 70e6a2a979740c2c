using VaeDa.CrossValidation;
using VaeDa.Design;
using VaeDa.Observations;
using VaeDa.Observations.Networks;

namespace VaeDa.Tests.Design;

/// <summary>Stations whose covariances are known, of a network that has grown.</summary>
public sealed class DesignCheckTests : IDisposable
{
    private const int Stations = 90;
    private readonly SyntheticStations _stations = SyntheticStations.Make(Stations, 30);
    private readonly ObservationTable _table;
    private readonly NetworkPlace[] _places;

    public DesignCheckTests()
    {
        _table = new ObservationTable(_stations.Dates.SelectMany(d => d.Observations));
        _places = [.. _table.Observations.DistinctBy(o => o.Station).Select(o => new NetworkPlace(o.Latitude, o.Longitude) { Station = o.Station })];
    }

    public void Dispose() => _stations.Dispose();

    [Fact]
    public void Stations_are_in_the_network_to_choose_from_or_withheld_and_those_without_observations_are_none()
    {
        var unknown = new NetworkPlace(1, 2) { Station = "unheard of" };
        using var check = Check([.. _places.Take(30), unknown, unknown with { Station = null }], [.. _places.Skip(20), unknown]);
        Assert.Equal(_places.Take(30), check.Network.Places);
        Assert.Equal(Stations - 30, check.Candidates.Count + check.Withheld);
        Assert.InRange(check.Withheld, 5, 25);
        Assert.Empty(check.Candidates.Intersect(check.Network.Places));
        Assert.Equal(30, check.Dates);
        // The stations that came later have no part in the fit.
        var names = _places.Take(30).Select(p => p.Station).ToHashSet();
        var alone = StationFit.Of(_stations.Model, [.. _stations.Dates.Select(d => d.Select(Enumerable.Range(0, d.Count).Where(row => names.Contains(d.Station[row]))))], _stations.Deviation, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(alone.ObservationError, check.Covariances.ObservationError, 1e-9);
        Assert.Equal(alone.Correlation.Length, check.Covariances.Correlation.Length, 1e-6);
    }

    [Fact]
    public void Withheld_stations_are_predicted_by_the_network_and_those_that_were_added()
    {
        using var check = Check([.. _places.Take(30)], [.. _places.Skip(30)]);
        var design = new NetworkDesign(check.Model, check.Network, new DesignOptions { Count = 15, Errors = new Dictionary<string, double> { ["x0"] = check.Covariances.ObservationError } })
            .Add(check.Candidates, TestContext.Current.CancellationToken);
        var scores = check.Score(design, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal([("design", 0), ("design", 10), ("design", 15), ("farthest", 0), ("farthest", 10), ("farthest", 15), ("random", 0), ("random", 10), ("random", 15)], scores.Select(s => (s.Order, s.Added)));
        Assert.Equal([design.Before, design.Steps[9].Spread, design.Steps[14].Spread], scores.Take(3).Select(s => s.Expected));
        Assert.All(scores.Skip(3), s => Assert.True(double.IsNaN(s.Expected)));
        foreach (var score in scores.Take(3))
        {
            var (squares, count) = Errors(check, [.. design.Steps.Take(score.Added).Select(s => s.Place.Station!)]);
            Assert.Equal(count, score.Observations);
            Assert.Equal(Math.Sqrt(squares / count), score.RmseOfAll, 1e-6);
        }

        Assert.True(scores[2].Crps < scores[0].Crps && scores[8].Crps < scores[0].Crps);
        Assert.Equal(3 * scores[0].Observations, scores[8].Observations);
    }

    [Fact]
    public void Without_stations_to_choose_from_or_to_begin_with_nothing_can_be_checked()
    {
        Assert.Contains("no station of the network has an observation", Assert.Throws<InvalidInputException>(() => Check([new NetworkPlace(1, 2) { Station = "unheard of" }], _places)).Message);
        Assert.Contains("0 candidates have observations", Assert.Throws<InvalidInputException>(() => Check(_places, _places)).Message);
    }

    [Fact]
    public void Counts_end_with_all_of_them()
    {
        Assert.Equal([10, 20, 50, 100, 130], DesignCheck.Counts(130));
        Assert.Equal([10, 20], DesignCheck.Counts(20));
        Assert.Equal([3], DesignCheck.Counts(3));
    }

    [Fact]
    public void Boxes_count_by_their_area_and_observations_of_a_box_alike()
    {
        var score = new AreaScore();
        score.Add(1, 359.5, 1, 1);
        score.Add(2, -1, 3, 1);
        score.Add(90, 10, 2, 1);
        var (equator, pole) = (Math.Sin(5 * Math.PI / 180), 1 - Math.Sin(85 * Math.PI / 180));
        Assert.Equal(Math.Sqrt((equator * 5 + pole * 4) / (equator + pole)), score.Rmse, 1e-12);
        Assert.Equal(Math.Sqrt(14.0 / 3), score.RmseOfAll, 1e-12);
        Assert.Equal(3, score.Count);
    }

    private DesignCheck Check(NetworkPlace[] network, NetworkPlace[] candidates) =>
        DesignCheck.Of(_stations.Model, _table, new Network([.. network]), candidates, 4, TestContext.Current.CancellationToken);

    private (double Squares, int Count) Errors(DesignCheck check, string[] added)
    {
        var (squares, count) = (0.0, 0);
        var free = check.Candidates.Select(c => c.Station!).Except(added).ToHashSet();
        var existing = check.Network.Places.Select(p => p.Station!).Concat(added).ToHashSet();
        foreach (var date in _stations.Dates)
        {
            var table = date.Select(Enumerable.Range(0, date.Count).Where(row => !free.Contains(date.Station[row]!)));
            foreach (var p in LeaveOneOut.Of(check.Model, table, [.. table.Station.Select(s => !existing.Contains(s!))], new Dictionary<string, double> { ["x0"] = check.Covariances.ObservationError }, cancellation: TestContext.Current.CancellationToken).Predictions.Where(p => p.Use == PointUse.Withheld))
            {
                squares += Math.Pow(table.Anomaly[p.Row] - p.Anomaly, 2);
                count++;
            }
        }

        return (squares, count);
    }
}
