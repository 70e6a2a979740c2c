using VaeDa.Observations;

namespace VaeDa.Tests.Observations;

public class WithheldStationsTests
{
    [Fact]
    public void One_station_in_ten_is_withheld_wherever_it_stands_in_the_file()
    {
        // As the World Meteorological Organization numbers them, most ending in 0.
        var rows = Enumerable.Range(0, 3000).Select(i => new Observation(0, 0, 0) { Station = $"{10 * (1000 + i):d6}" }).ToList();
        var withheld = WithheldStations.Of(new ObservationTable(rows), 10);
        Assert.InRange(withheld.Count(w => w), 240, 360);
        rows.Reverse();
        Assert.Equal(withheld.Reverse(), WithheldStations.Of(new ObservationTable(rows), 10));
    }

    [Fact]
    public void A_station_without_a_name_is_known_by_its_place()
    {
        var table = new ObservationTable([new Observation(51.5, -0.1, 1), new Observation(51.5, -0.1, 2)]);
        Assert.Equal("51.5,-0.1", WithheldStations.NameOf(table, 0));
        Assert.Single(WithheldStations.Of(table, 2).Distinct());
    }
}
