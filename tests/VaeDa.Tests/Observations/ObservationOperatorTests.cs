using FsCheck.Xunit;
using TorchSharp;
using VaeDa.Fields.Grids;
using VaeDa.Observations;

namespace VaeDa.Tests.Observations;

public class ObservationOperatorTests
{
    private static readonly Grid Global = new(
        [.. Enumerable.Range(0, 18).Select(i => 85.0 - 10 * i)], [.. Enumerable.Range(0, 24).Select(j => -180.0 + 15 * j)]);

    private static readonly Grid Regional = new([60, 57, 55, 50], [-20, -18, -15, -10, -4]);

    [Property]
    public void Fields_linear_in_latitude_and_longitude_are_exact(ushort a, ushort b)
    {
        var (latitude, longitude) = Within(Regional, a, b);
        var h = Observe(Regional, (latitude, longitude));
        Assert.Equal(3 + 0.5 * latitude - 0.25 * longitude, h.Apply(Field(Regional, (la, lo) => 3 + 0.5 * la - 0.25 * lo)).Single(), 1e-4);
    }

    [Property]
    public void Global_fields_linear_in_latitude_are_exact_at_every_longitude(ushort a, ushort b)
    {
        var (latitude, longitude) = (a / 65535.0 * 170 - 85, b / 65535.0 * 540 - 180);
        Assert.Equal(0.1 * latitude, Observe(Global, (latitude, longitude)).Apply(Field(Global, (la, _) => 0.1 * la)).Single(), 1e-5);
    }

    [Property]
    public void Longitude_is_periodic(ushort a, ushort b, int seed)
    {
        var (latitude, longitude) = (a / 65535.0 * 180 - 90, b / 65535.0 * 180 - 180);
        var field = Random(Global, seed);
        Assert.Equal(Observe(Global, (latitude, longitude)).Apply(field).Single(), Observe(Global, (latitude, longitude + 360)).Apply(field).Single(), 1e-5);
    }

    [Property]
    public void Every_way_to_write_a_longitude_gives_the_same(ushort a, int seed)
    {
        var (latitude, field) = (a / 65535.0 * 180 - 90, Random(Global, seed));
        foreach (var same in new double[][] { [-180, 180], [0, 360], [-0.1, 359.9], [-179.9, 180.1] })
        {
            var equivalents = Observe(Global, [.. same.Select(longitude => (latitude, longitude))]).Apply(field);
            Assert.All(equivalents, e => Assert.Equal(equivalents[0], e, 1e-5));
        }

        // No jump at the seam, for a grid that starts at either meridian: the cells are 15° wide and the values differ by 2 at most.
        var shifted = new Grid(Global.Latitudes, [.. Global.Longitudes.Select(longitude => longitude + 180)]);
        foreach (var (grid, seam) in new[] { (Global, 180.0), (shifted, 0.0) })
        {
            var across = Observe(grid, (latitude, seam - 0.1), (latitude, seam), (latitude, seam + 0.1)).Apply(field);
            Assert.InRange(Math.Abs(across[0] - across[1]), 0, 2 * 0.1 / 15 + 1e-5);
            Assert.InRange(Math.Abs(across[2] - across[1]), 0, 2 * 0.1 / 15 + 1e-5);
        }
    }

    [Property]
    public void Between_the_outermost_row_and_the_pole_a_place_has_that_rows_value(ushort a, ushort b, int seed)
    {
        var (beyond, longitude, field) = (a / 65535.0 * 5, b / 65535.0 * 540 - 180, Random(Global, seed));
        foreach (var pole in new[] { 1, -1 })
        {
            var equivalents = Observe(Global, (pole * (85 + beyond), longitude), (pole * 85, longitude)).Apply(field);
            Assert.Equal(equivalents[1], equivalents[0], 1e-6);
        }
    }

    [Fact]
    public void Across_the_seam_the_last_column_neighbours_the_first()
    {
        var field = Field(Global, (_, longitude) => longitude == 165 ? 1 : longitude == -180 ? 3 : 100);
        Assert.Equal([1.5, 1.5, 3, 3], Observe(Global, (5, 168.75), (5, 168.75), (5, 180), (5, -180)).Apply(field));
    }

    [Property]
    public void Weights_are_not_negative_and_sum_to_1(ushort a, ushort b, int seed)
    {
        var valid = Random(Global, seed).Select(x => x > -0.5).ToArray();
        var h = Observe(Global, valid, (a / 65535.0 * 180 - 90, b / 65535.0 * 540 - 180));
        Assert.Equal(1, h.Count + h.Rejected.Length);
        Assert.All(h.Weights, weight => Assert.InRange(weight, 0, 1));
        Assert.Equal(h.Count, h.Weights.Sum(), 1e-6);
        Assert.All(h.Indices, index => Assert.True(valid[(int)index]));
    }

    [Fact]
    public void Cell_centres_give_the_cells()
    {
        foreach (var grid in new[] { Global, Regional })
        {
            var field = Random(grid, 3);
            var centres = grid.Latitudes.SelectMany(_ => grid.Longitudes, (la, lo) => (la, lo)).ToArray();
            Assert.Equal(field.Select(x => (double)x), Observe(grid, centres).Apply(field));
        }
    }

    [Fact]
    public void The_poles_take_the_outermost_row()
    {
        var field = Random(Global, 4);
        Assert.Equal([field[0], field[17 * 24 + 1]], Observe(Global, (90, -180), (-90, -165)).Apply(field));
    }

    [Fact]
    public void A_grid_that_ends_within_two_rows_of_a_pole_reaches_it()
    {
        foreach (var (outermost, reaches) in new[] { (81.0, true), (79.0, false) })
        {
            var grid = new Grid([outermost, outermost - 5, 0, 5 - outermost, -outermost], [-180, -60, 60]);
            var h = Observe(grid, (89, -60), (-89, 60));
            Assert.Equal(reaches ? 2 : 0, h.Count);
            Assert.All(h.Apply(Field(grid, (latitude, longitude) => latitude + longitude)), value => Assert.Contains(value, new[] { outermost - 60, 60 - outermost }));
        }
    }

    [Property]
    public void The_tensor_form_equals_the_span_form(int seed)
    {
        var (h, field) = (ObserveAtRandom(seed, 40), new[] { Random(Global, seed), Random(Global, seed + 1) });
        using var scope = torch.NewDisposeScope();
        var equivalents = h.Apply(torch.tensor(field.SelectMany(f => f).ToArray(), [2, Global.Cells]));
        Assert.Equal([2, h.Count], equivalents.shape);
        var expected = field.SelectMany(f => h.Apply(f)).ToArray();
        Assert.All(equivalents.data<float>().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
    }

    [Fact]
    public void The_tensor_form_of_many_observations_goes_by_parts()
    {
        var (h, field) = (ObserveAtRandom(6, 20_000), Random(Global, 6));
        using var scope = torch.NewDisposeScope();
        var fields = torch.tensor(field, [1, Global.Cells]);
        Assert.All(h.Apply(fields).data<float>().ToArray().Zip(h.Apply(field)), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
    }

    [Property(MaxTest = 20)]
    public void Its_gradient_is_the_transpose(int seed)
    {
        // ⟨Hx, y⟩ = ⟨x, Hᵀy⟩, with Hᵀy by the gradient.
        using var scope = torch.NewDisposeScope();
        var (h, generator) = (ObserveAtRandom(seed, 40), new torch.Generator((ulong)(uint)seed));
        var x = torch.randn([1, Global.Cells], dtype: torch.float64, generator: generator);
        var y = torch.randn([1, h.Count], dtype: torch.float64, generator: generator);
        var origin = torch.zeros([1, Global.Cells], dtype: torch.float64, requires_grad: true);
        (h.Apply(origin) * y).sum().backward();
        Assert.Equal((h.Apply(x) * y).sum().item<double>(), (x * origin.grad!).sum().item<double>(), 1e-9);
    }

    [Property(MaxTest = 20)]
    public void An_average_has_the_average_of_the_equivalents(int seed)
    {
        var (h, field, random) = (ObserveAtRandom(seed, 40), Random(Global, seed), new Random(seed));
        var size = Enumerable.Range(0, h.Count).Select(_ => 0.1 + random.NextDouble()).ToArray();
        var groups = Enumerable.Range(0, h.Count).GroupBy(_ => random.Next(7)).Select(g => g.Select(i => (i, size[i] / g.Sum(j => size[j]))).ToArray()).ToArray();
        var averaged = h.Averaged(groups);
        var each = h.Apply(field);
        var expected = groups.Select(g => g.Sum(o => o.Item2 * each[o.i])).ToArray();
        Assert.Equal(groups.Length, averaged.Count);
        Assert.All(averaged.Apply(field).Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5));

        using var scope = torch.NewDisposeScope();
        var fields = torch.tensor(Array.ConvertAll(field, x => (double)x)).unsqueeze(0).requires_grad_(true);
        var equivalents = averaged.Apply(fields);
        Assert.All(equivalents.data<double>().ToArray().Zip(expected), pair => Assert.Equal(pair.Second, pair.First, 1e-5));
        // The gradient is the transpose: ⟨Hx, y⟩ = ⟨x, Hᵀy⟩.
        using var generator = new torch.Generator((ulong)(uint)seed);
        var y = torch.randn([1, averaged.Count], dtype: torch.float64, generator: generator);
        (equivalents * y).sum().backward();
        Assert.Equal((equivalents * y).sum().item<double>(), (fields.detach() * fields.grad!).sum().item<double>(), 1e-9);

        // Of fields that hold only the cells that they draw on.
        int[] cells = [.. averaged.Indices.Select(i => (int)i).Distinct()];
        Assert.Equal(averaged.Apply(field), averaged.Within(cells, Global.Cells).Apply([.. cells.Select(c => field[c])]));
    }

    [Fact]
    public void The_tensor_form_leaves_only_its_result()
    {
        var h = ObserveAtRandom(5, 40);
        using var scope = torch.NewDisposeScope();
        var fields = torch.zeros(3, 1, Global.Height, Global.Width);
        var before = scope.DisposablesCount;
        Assert.Equal([3, 40], h.Apply(fields).shape);
        Assert.Equal(before + 1, scope.DisposablesCount);
    }

    [Fact]
    public void Missing_cells_never_count()
    {
        var field = Field(Global, (latitude, longitude) => latitude == 5 && longitude == 0 ? double.NaN : latitude);
        var valid = field.Select(x => !float.IsNaN(x)).ToArray();
        var h = Observe(Global, valid, (5, 7.5), (2.5, 3), (5, 0), (5, 15), (-5, 0));
        Assert.Equal([0, 1, 3, 4], h.Accepted);
        Assert.Equal(new RejectedObservation(2, "the fields have no value near (5, 0)"), h.Rejected.Single());
        var equivalents = h.Apply(field);
        Assert.Equal(5, equivalents[0]);
        Assert.Equal((0.75 * 0.2 * 5 + 0.25 * -5) / (0.75 * 0.2 + 0.25), equivalents[1], 1e-5);
        Assert.Equal([5, -5], equivalents[2..]);
        using var tensor = torch.tensor(field, [1, Global.Cells]);
        using var result = h.Apply(tensor);
        Assert.All(result.data<float>(), value => Assert.True(float.IsFinite(value)));
    }

    [Fact]
    public void Observations_outside_the_grid_or_of_another_variable_are_rejected_with_the_reason()
    {
        var table = new ObservationTable(
        [
            new Observation(58, -19, 1) { Variable = "msl" },
            new Observation(58, 40, 1) { Variable = "msl" },
            new Observation(58, -19, 1) { Variable = "u10" },
            new Observation(58, -19, 1) { Variable = "t2m" },
        ]);
        var h = new ObservationOperator(Regional, ["t2m", "msl"], table);
        Assert.Equal([0, 3], h.Accepted);
        Assert.Equal([1, 2], h.Rejected.Select(r => r.Index));
        Assert.Contains("outside the grid", h.Rejected[0].Reason);
        Assert.Equal("its variable 'u10' is not among 't2m', 'msl'", h.Rejected[1].Reason);
        Assert.Equal([2, 1], h.Apply([.. Enumerable.Repeat(1f, Regional.Cells), .. Enumerable.Repeat(2f, Regional.Cells)]).Select(x => Math.Round(x, 6)));
    }

    [Fact]
    public void With_several_variables_an_observation_must_name_its_own()
    {
        var table = new ObservationTable([new Observation(58, -19, 1) { Line = 17 }]) { Source = "obs.csv" };
        Assert.Equal(
            "obs.csv:17: which of 't2m', 'msl' was observed? Name it in a column 'variable'",
            Assert.Throws<InvalidInputException>(() => new ObservationOperator(Regional, ["t2m", "msl"], table)).Message);
    }

    [Fact]
    public void Fields_of_another_size_are_refused()
    {
        var h = Observe(Global, (5, 0));
        Assert.Throws<ArgumentException>(() => h.Apply(new float[7]));
        Assert.Throws<ArgumentException>(() => h.Apply(torch.zeros(1, 7)));
    }

    private static ObservationOperator Observe(Grid grid, params (double Latitude, double Longitude)[] places) => Observe(grid, default, places);

    private static ObservationOperator Observe(Grid grid, ReadOnlySpan<bool> valid, params (double Latitude, double Longitude)[] places) =>
        new(grid, ["t2m"], new ObservationTable(places.Select(p => new Observation(p.Latitude, p.Longitude, 0))), valid);

    private static ObservationOperator ObserveAtRandom(int seed, int count)
    {
        var random = new Random(seed);
        return Observe(Global, [.. Enumerable.Range(0, count).Select(_ => (random.NextDouble() * 180 - 90, random.NextDouble() * 540 - 180))]);
    }

    private static (double Latitude, double Longitude) Within(Grid grid, ushort a, ushort b) => (
        grid.Latitudes[^1] + a / 65535.0 * (grid.Latitudes[0] - grid.Latitudes[^1]),
        grid.Longitudes[0] + b / 65535.0 * (grid.Longitudes[^1] - grid.Longitudes[0]));

    private static float[] Field(Grid grid, Func<double, double, double> value) =>
        [.. grid.Latitudes.SelectMany(_ => grid.Longitudes, (la, lo) => (float)value(la, lo))];

    private static float[] Random(Grid grid, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, grid.Cells).Select(_ => (float)(random.NextDouble() * 2 - 1))];
    }
}
