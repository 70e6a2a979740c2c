using System.Text.Json;
using VaeDa.Observations.Networks;

namespace VaeDa.Cli.Tests.Commands.Design;

public sealed class DesignCommandTests(Weather weather) : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Places_are_added_in_their_order_and_can_be_observed()
    {
        var run = Design("--network", "sparse", "--add", "5");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.StartsWith("5 of ", run.Output);
        Assert.Contains("falls from", run.Output);
        Assert.Equal(["design.json", "design.png", "network.csv", "places.csv"], Files());
        var told = JsonDocument.Parse(File.ReadAllText(_folder.File("design/design.json"))).RootElement;
        var spreads = told.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("spread").GetDouble()).Prepend(told.GetProperty("before").GetDouble()).ToArray();
        Assert.Equal(6, spreads.Length);
        Assert.All(spreads.Zip(spreads.Skip(1)), pair => Assert.True(pair.Second < pair.First));
        Assert.Equal("sparse.csv", told.GetProperty("provenance").GetProperty("network").GetString());
        var (places, network) = (Network.Read(_folder.File("design/places.csv")).Places, Network.Read(_folder.File("design/network.csv")).Places);
        Assert.Equal(105, network.Length);
        Assert.Equal(network.TakeLast(5), places);
        Assert.Equal("new-001", places[0].Station);

        var observed = VaedaProcess.RunIn(_folder.Path, "observe", weather.Archive, "--network", "design/places.csv", "--out", "obs.csv");
        Assert.Equal(0, observed.ExitCode);
        Assert.Contains("5 observations", observed.Output);
    }

    [Fact]
    public void Stations_are_closed_and_the_others_stay()
    {
        var run = Design("--network", "sparse", "--remove", "3", "--json");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        var told = JsonDocument.Parse(run.Output).RootElement;
        Assert.Equal("remove", told.GetProperty("action").GetString());
        Assert.True(told.GetProperty("after").GetDouble() > told.GetProperty("before").GetDouble());
        var gone = told.GetProperty("steps").EnumerateArray().Select(s => s.GetProperty("station").GetString()).ToArray();
        var left = Network.Read(_folder.File("design/network.csv")).Places.Select(p => p.Station).ToArray();
        Assert.Equal(97, left.Length);
        Assert.Empty(left.Intersect(gone));
    }

    [Fact]
    public void Candidates_come_from_a_file_with_costs_and_of_its_land_alone()
    {
        File.WriteAllText(_folder.File("logbooks.csv"), "lat,lon,station,cost,ship\n50,10,Erfurt,1,\n51,20,Lodz,100,\n0,-30,Beagle,1,yes\n48,2,Paris,1,\n");
        var run = Design("--candidates", "logbooks.csv", "--add", "2", "--land", "--region", "north", "--season", "JJA", "--exchange");
        Assert.Equal((0, "vaeda: columns of logbooks.csv not used: ship\n"), (run.ExitCode, run.Error.ReplaceLineEndings("\n")));
        var places = Network.Read(_folder.File("design/places.csv")).Places;
        Assert.Equal(["Erfurt", "Paris"], places.Select(p => p.Station).Order(StringComparer.Ordinal));
        Assert.All(places, p => Assert.Equal(1, p.Cost));
    }

    [Fact]
    public void By_entropy_and_from_a_spacing()
    {
        var run = Design("--add", "2", "--by", "entropy", "--spacing", "10", "--sea", "--time", "2001-07");
        Assert.Equal((0, ""), (run.ExitCode, run.Error));
        Assert.Equal(2, Network.Read(_folder.File("design/places.csv")).Places.Length);
    }

    [Fact]
    public void A_regional_model_leaves_stations_out_that_it_does_not_know()
    {
        var run = VaedaProcess.RunIn(_folder.Path, "design", weather.RegionModel, "--network", "sparse", "--add", "2", "--out", "design");
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"^vaeda: \d+ of the network's 100 stations count for nothing, the first, land-\d+: .*outside the grid", run.Error);
    }

    [Fact]
    public void A_design_is_held_against_the_observations_of_stations_that_came_later()
    {
        var observed = VaedaProcess.RunIn(_folder.Path, "observe", weather.Archive, "--network", "sparse", "--from", "2001-01-05", "--to", "2001-01-20", "--out", "obs.csv");
        Assert.Equal((0, ""), (observed.ExitCode, observed.Error));
        var places = Network.Read(_folder.File("obs.csv")).Places.DistinctBy(p => p.Station).ToArray();
        new Network([.. places.Take(50)]).Write(_folder.File("then.csv"));
        new Network([.. places.Skip(50)]).Write(_folder.File("now.csv"));
        string[] options = ["--network", "then.csv", "--candidates", "now.csv", "--add", "12", "--against", "obs.csv", "--withhold", "3"];
        var run = Design(options);
        Assert.Equal(0, run.ExitCode);
        Assert.Matches(@"obs\.csv: \d+ dates; of 50 stations of the network 50 have observations, of 50 candidates 50, of which \d+ are withheld", run.Error);
        Assert.Contains("covariances fitted to", run.Error);
        Assert.Contains("errors at withheld stations, ", run.Output);
        Assert.Equal(["design.json", "design.png", "network.csv", "places.csv", "realised.csv"], Files());
        var realised = JsonDocument.Parse(File.ReadAllText(_folder.File("design/design.json"))).RootElement.GetProperty("realised").EnumerateArray().Select(r => (r.GetProperty("order").GetString(), r.GetProperty("added").GetInt32())).ToArray();
        Assert.Equal([("design", 0), ("design", 10), ("design", 12), ("farthest", 0), ("farthest", 10), ("farthest", 12), ("random", 0), ("random", 10), ("random", 12)], realised);
        Assert.Equal(10, File.ReadLines(_folder.File("design/realised.csv")).Count());

        // What was realised of another design goes with it.
        Assert.Equal(0, Design("--network", "then.csv", "--candidates", "now.csv", "--add", "3").ExitCode);
        Assert.Equal(["design.json", "design.png", "network.csv", "places.csv"], Files());
    }

    [Theory]
    [InlineData(2, "--against obs.csv", "", "--against needs --network and --candidates")]
    [InlineData(2, "--against obs.csv --network sparse --candidates two.csv --error 1", "", "--against and --error exclude each other")]
    [InlineData(2, "--withhold 3", "", "--withhold has no meaning without --against")]
    [InlineData(1, "--against none.csv --network sparse --candidates two.csv", "", "none.csv")]
    [InlineData(2, "--add 0", "--remove 2", "exclude each other")]
    [InlineData(2, "--remove 2", "", "--remove needs --network")]
    [InlineData(2, "--remove 2 --network sparse --land", "", "--land has no meaning with --remove")]
    [InlineData(2, "--land --sea", "", "--land and --sea exclude each other")]
    [InlineData(2, "--candidates a.csv --spacing 2", "", "exclude each other")]
    [InlineData(2, "--season DJF --time 2000-01", "", "exclude each other")]
    [InlineData(2, "--season winter", "", "winter")]
    [InlineData(2, "--by guess", "", "guess")]
    [InlineData(2, "--region box=1,2,3", "", "--region is 'box=1,2,3'; it must be NAME=west,east,south,north")]
    [InlineData(2, "--add 100000", "", "--add is 100000; it must be at most 10000")]
    [InlineData(2, "--width 10", "", "--width is 10; it must be 200…4000")]
    [InlineData(2, "--colours 1", "", "--colours is 1; it must be 2…256")]
    [InlineData(1, "--add 0", "", "0 stations are asked for; at least 1 is needed")]
    [InlineData(1, "--remove 101 --network sparse", "", "101 stations are to be removed, and the network has 100")]
    [InlineData(1, "--spacing 0.01", "", "(--spacing)")]
    [InlineData(1, "--region box=0,10,80,20", "", "region 'box'")]
    [InlineData(1, "--region nowhere", "", "there is no area 'nowhere'")]
    [InlineData(1, "--by entropy --region north", "", "(--by)")]
    [InlineData(1, "--variable rain", "", "(--variable)")]
    [InlineData(1, "--target rain", "", "(--target)")]
    [InlineData(1, "--error none", "", "error 'none' is neither a number")]
    [InlineData(1, "--network none", "", "there is no file 'none'")]
    [InlineData(1, "--candidates none.csv", "", "none.csv")]
    [InlineData(1, "--candidates bad.csv", "", "bad.csv:3")]
    [InlineData(1, "--candidates costs.csv --add 1", "", "1 of 2 candidates have a cost")]
    [InlineData(1, "--candidates two.csv", "", "at 2 of the 2 candidates")]
    public void What_cannot_be_is_told_in_one_line_and_nothing_is_written(int code, string options, string more, string told)
    {
        File.WriteAllText(_folder.File("bad.csv"), "lat,lon,cost\n10,20,1\n20,30,-1\n");
        File.WriteAllText(_folder.File("costs.csv"), "lat,lon,cost\n10,20,1\n20,30,\n");
        File.WriteAllText(_folder.File("two.csv"), "lat,lon\n10,20\n20,30\n");
        var run = Design([.. $"{options} {more}".Split(' ', StringSplitOptions.RemoveEmptyEntries)]);
        Assert.Equal((code, ""), (run.ExitCode, run.Output));
        Assert.Contains(told, Assert.Single(run.Error.TrimEnd().Split('\n')));
        Assert.False(Directory.Exists(_folder.File("design")));
    }

    private VaedaProcess Design(params string[] options) => VaedaProcess.RunIn(_folder.Path, ["design", weather.Model, .. options, "--out", "design"]);

    private string[] Files() => [.. Directory.GetFiles(_folder.File("design")).Select(file => Path.GetFileName(file)).Order(StringComparer.Ordinal)];
}
