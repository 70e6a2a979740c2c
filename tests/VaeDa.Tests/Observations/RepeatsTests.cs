using VaeDa.Fields.Grids;
using VaeDa.Observations;
using VaeDa.Observations.Rows;

namespace VaeDa.Tests.Observations;

public sealed class RepeatsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Rows_that_repeat_station_and_time_are_one_observation_their_mean()
    {
        var table = Read("""
            lat,lon,anomaly,error,time,station,variable
            50,10,1,0.5,2000-01-15,A,t2m
            51,10,7,0.5,2000-01-15,B,t2m
            50,10,2,0.7,2000-01-15,A,t2m
            50,10,6,0.6,2000-01-15,A,t2m
            50,10,5,,2000-01-16,A,t2m
            50,10,5,,2000-01-15,A,psl
            50,12,5,,2000-01-15,A,t2m
            """);
        Assert.Equal([3, 7, 2, 6, 5, 5, 5], table.Anomaly);
        Assert.Equal(0.6, table.Error[0]!.Value, 12);
        Assert.Equal([null, null, "repeat: averaged with line 2", "repeat: averaged with line 2", null, null, null], table.Observations.Select(o => o.Flag));
        Assert.Equal("2 rows repeat station (or place) and time of others: they are averaged with these and count once (3 rows, 1 observations)", Assert.Single(table.Notes));
    }

    [Fact]
    public void The_very_same_row_keeps_its_value_to_the_last_bit()
    {
        var table = Read($"lat,lon,anomaly,error\n{string.Concat(Enumerable.Repeat("50,10,0.1,0.3\n", 3))}");
        Assert.Equal((0.1, 0.3), (table.Anomaly[0], table.Error[0]));
        Assert.Equal(2, table.Observations.Count(o => RowFlag.IsRepeat(o.Flag)));
    }

    [Fact]
    public void The_hours_of_a_day_are_one_observation_of_each_station_when_the_day_is_chosen()
    {
        var hours = Read("lat,lon,anomaly,time,station\n" + string.Concat(Enumerable.Range(0, 24).Select(h => $"50,10,{h},2000-01-15T{h:00}:00,A\n51,10,1,2000-01-15T{h:00}:00,B\n")));
        Assert.All(hours.Observations, o => Assert.Null(o.Flag));
        var day = TimeSelection.Of(hours, "2000-01-15");
        var used = day.Observations.Where(o => o.Flag is null).ToList();
        Assert.Equal([("A", 11.5), ("B", 1)], used.Select(o => (o.Station!, o.Anomaly)));
        Assert.Equal("2 stations (or places) have 48 values at several times of 2000-01-15: they are averaged, one observation each", Assert.Single(day.Notes));
        Assert.Equal(2, new ObservationOperator(new Grid([60, 40], [0, 20, 40]), ["t2m"], day).Count);
        Assert.Equal([6, 1], TimeSelection.Of(hours, "2000-01-15T06").Anomaly);
    }

    [Fact]
    public void Days_are_not_one_analysis()
    {
        var table = Read("lat,lon,anomaly,time,station\n50,10,1,2000-01-15,A\n51,10,2,2000-01-15,B\n50,10,3,2000-01-16,A\n52,10,2,2000-02-14,A\n52,11,2,2000-02-15,B\n");
        Assert.EndsWith("2000-01 has observations of 2 days, from 2000-01-15 to 2000-01-16, and an analysis is of one; choose one, such as 2000-01-16", Assert.Throws<InvalidInputException>(() => TimeSelection.Of(table, "2000-01")).Message);
        // Nor where no station has more than one.
        Assert.Contains("2 days", Assert.Throws<InvalidInputException>(() => TimeSelection.Of(table, "2000-02")).Message);
    }

    [Fact]
    public void A_code_is_in_no_average()
    {
        var table = Read("lat,lon,anomaly\n50,10,1\n50,10,-9999\n50,10,3\n52,11,-9999\n");
        Assert.Equal([2, -9999, 3, -9999], table.Anomaly);
        Assert.Equal([null, RowFlag.MissingCode, "repeat: averaged with line 2", RowFlag.MissingCode], table.Observations.Select(o => o.Flag));
    }

    private ObservationTable Read(string text) => ObservationFile.Read(_folder.Write("obs.csv", text));
}
