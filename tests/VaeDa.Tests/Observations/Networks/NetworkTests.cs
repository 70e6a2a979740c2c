using VaeDa.Fields.Grids;
using VaeDa.Observations.Networks;

namespace VaeDa.Tests.Observations.Networks;

public sealed class NetworkTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public static TheoryData<string> Names => [.. NetworkSpec.Bundled.Keys];

    public void Dispose() => _folder.Dispose();

    [Theory]
    [MemberData(nameof(Names))]
    public void The_bundled_networks_are_made_again_byte_for_byte(string name)
    {
        NetworkGenerator.Generate(NetworkSpec.Bundled[name]).Write(_folder.File("network.csv"));
        Assert.Equal(
            File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "data/networks", $"{name}.csv")), File.ReadAllText(_folder.File("network.csv")));
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void The_bundled_networks_obey_their_specs(string name)
    {
        var spec = NetworkSpec.Bundled[name];
        var places = Network.Read(Path.Combine(SharedData.RepositoryRoot, "data/networks", $"{name}.csv")).Places;
        Assert.Equal(spec.Count, places.Length);
        Assert.Equal(spec.Count * spec.LandFraction, places.Count(p => Land.NaturalEarth.Contains(p.Latitude, p.Longitude)));
        Assert.All(places, p => Assert.InRange(p.Latitude, -spec.HighestLatitude, spec.HighestLatitude));
        Assert.Equal(spec.Count, places.Select(p => p.Station).Distinct().Count());
        for (var i = 0; i < places.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                Assert.True(GreatCircle.Distance(places[i].Latitude, places[i].Longitude, places[j].Latitude, places[j].Longitude) >= spec.LeastDistance);
            }
        }
    }

    [Fact]
    public void Another_seed_gives_another_network()
    {
        var spec = NetworkSpec.Bundled["sparse"];
        Assert.NotEqual(NetworkGenerator.Generate(spec).Places, NetworkGenerator.Generate(spec with { Seed = 3 }).Places);
    }

    [Fact]
    public void Concentration_draws_the_stations_together()
    {
        static double Europeans(double concentration) => NetworkGenerator
            .Generate(new NetworkSpec { Count = 300, Seed = 1, LandFraction = 1, Concentration = concentration }).Places
            .Count(p => p.Latitude is > 35 and < 70 && p.Longitude is > -12 and < 40);
        Assert.True(Europeans(2) > 1.5 * Europeans(0.5));
    }

    [Fact]
    public void Scattered_places_are_uniform_by_area()
    {
        var places = NetworkGenerator.Generate(new NetworkSpec { Count = 2000, Seed = 1, LandFraction = 0, ScatteredFraction = 1, LeastDistance = 0 }).Places;
        // Half the sphere lies within 30° of the equator, and 53% of its sea.
        Assert.InRange(places.Count(p => Math.Abs(p.Latitude) < 30) / 2000.0, 0.50, 0.57);
    }

    [Fact]
    public void Too_many_places_are_refused() => Assert.Contains("no room for 50 places 5000 km apart", Assert.Throws<InvalidInputException>(() =>
        NetworkGenerator.Generate(new NetworkSpec { Count = 50, Seed = 1, LandFraction = 0.5, LeastDistance = 5000 })).Message);

    [Fact]
    public void A_spec_out_of_range_is_refused() => Assert.Equal("network: land fraction 1.5 is outside 0…1", Assert.Throws<InvalidInputException>(() =>
        NetworkGenerator.Generate(new NetworkSpec { Count = 50, Seed = 1, LandFraction = 1.5 })).Message);

    [Fact]
    public void A_network_is_read_with_its_variables_and_errors_and_written_the_same()
    {
        var network = Network.Read(_folder.Write("n.csv", "lat,lon,id,var,sigma,height\n50,-5,a,u10,2,9\n51,355,,,,9\n"));
        Assert.Equal([new(50, -5) { Station = "a", Variable = "u10", Error = 2 }, new(51, 355)], network.Places);
        Assert.Equal(["height"], network.IgnoredColumns);
        network.Write(_folder.File("again.csv"));
        Assert.Equal(network.Places, Network.Read(_folder.File("again.csv")).Places);
    }

    [Fact]
    public void A_file_of_observations_is_a_network_even_where_anomalies_are_missing() =>
        Assert.Equal(2, Network.Read(_folder.Write("obs.csv", "lat,lon,anomaly\n1,2,\n3,4,5\n")).Places.Length);

    [Theory]
    [InlineData("lat,lon\n95,0\n", ":2: column 'lat': '95' is outside -90…90")]
    [InlineData("lat,station\n95,0\n", ": the header has no column for longitude")]
    [InlineData("lat,lon\n", ": there is a header and no row below it")]
    public void A_malformed_network_is_refused_by_place(string text, string message) =>
        Assert.StartsWith(_folder.File("n.csv") + message, Assert.Throws<InvalidInputException>(() => Network.Read(_folder.Write("n.csv", text))).Message);
}
