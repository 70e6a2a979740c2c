using VaeDa.Fields;
using VaeDa.Fields.Grids;

namespace VaeDa.Tests;

/// <summary>
/// Small smooth random fields with a known structure: a few waves with random amplitudes, and a little noise. Variables differ
/// in units and size, as temperature, pressure and humidity do: what adds them up unweighted shows.
/// </summary>
public static class SyntheticFields
{
    private static readonly (string Units, double Size)[] Kinds = [("K", 1), ("Pa", 150), ("kg kg-1", 2e-4)];

    public static Grid Grid(int height = 8, int width = 16) => new(
        [.. Enumerable.Range(0, height).Select(i => 90 - (i + 0.5) * 180 / height)],
        [.. Enumerable.Range(0, width).Select(j => (double)j * 360 / width)]);

    public static IReadOnlyList<Variable> Variables(int count = 1) =>
        [.. Enumerable.Range(0, count).Select(v => new Variable { Name = $"x{v}", Units = Kinds[v].Units })];

    /// <summary>What a number of the first variable's is multiplied by for one of this variable's (V).</summary>
    public static double[] Sizes(int count = 1) => [.. Kinds.Take(count).Select(kind => kind.Size)];

    /// <summary>Fields as <see cref="Make"/>'s, of one variable, whose waves remember those of the day before; their noise is new each day.</summary>
    /// <param name="memory">The correlation of waves with the next day's.</param>
    public static InMemoryFields Remembering(int count, double memory, double noise = 0.3, int seed = 7)
    {
        var fresh = Make(count, noise: 0, seed: seed);
        var waves = new List<float[]> { fresh.Read(0) };
        for (var t = 1; t < count; t++)
        {
            waves.Add([.. waves[^1].Zip(fresh.Read(t), (before, own) => (float)(memory * before + Math.Sqrt(1 - memory * memory) * own))]);
        }

        var random = new Random(seed);
        return new InMemoryFields(
            fresh.Grid, fresh.Variables, waves.ConvertAll(field => Array.ConvertAll(field, x => (float)(x + noise * Normal(random)))), [.. Enumerable.Range(0, count).Select(fresh.TimeOf)]);
    }

    /// <summary>The same fields in other units.</summary>
    /// <param name="factors">What each variable's numbers are multiplied by (V).</param>
    public static InMemoryFields InUnits(IFieldSet fields, params IReadOnlyList<double> factors) => new(
        fields.Grid,
        [.. fields.Variables.Select((v, i) => v with { Units = $"{1 / factors[i]} {v.Units}" })],
        [.. Enumerable.Range(0, fields.Count).Select(t => fields.Read(t).Select((x, i) => (float)(x * factors[i / fields.Grid.Cells])).ToArray())],
        [.. Enumerable.Range(0, fields.Count).Select(fields.TimeOf)]);

    /// <param name="noise">Its standard deviation, in the first variable; as large a part of the others.</param>
    /// <param name="missing">Part of the cells that never have a value, 0…1: the same cells in each field.</param>
    public static InMemoryFields Make(int count, Grid? grid = null, int variables = 1, double noise = 0.3, double missing = 0, int seed = 7)
    {
        grid ??= Grid();
        var random = new Random(seed);
        var absent = Enumerable.Range(0, grid.Cells).Select(_ => random.NextDouble() < missing).ToArray();
        var fields = new List<float[]>();
        for (var t = 0; t < count; t++)
        {
            var amplitudes = Enumerable.Range(0, 12).Select(_ => Normal(random)).ToArray();
            var field = new float[variables * grid.Cells];
            for (var v = 0; v < variables; v++)
            {
                for (var i = 0; i < grid.Height; i++)
                {
                    for (var j = 0; j < grid.Width; j++)
                    {
                        var (phi, lambda) = (grid.Latitudes[i] * Math.PI / 180, grid.Longitudes[j] * Math.PI / 180);
                        double value = 0;
                        for (var m = 0; m < 12; m++)
                        {
                            var wave = m % 4;
                            value += amplitudes[m] / (1 + m / 4) * Math.Cos(wave * lambda + m + v) * Math.Cos((m / 4 + 1) * phi);
                        }

                        field[v * grid.Cells + i * grid.Width + j] = absent[i * grid.Width + j] ? float.NaN : (float)(Kinds[v].Size * (2 * value + noise * Normal(random)));
                    }
                }
            }

            fields.Add(field);
        }

        return new InMemoryFields(grid, Variables(variables), fields);
    }

    /// <summary>The same fields with values missing at random.</summary>
    /// <param name="missing">Part of the values, 0…1: others in each field.</param>
    public static InMemoryFields WithGaps(IFieldSet fields, double missing = 0.3, int seed = 11)
    {
        var random = new Random(seed);
        return Where(fields, (_, _) => random.NextDouble() >= missing);
    }

    /// <summary>The same fields where something is known of them; NaN elsewhere.</summary>
    /// <param name="isThere">Of the field's number, and the place in (V, H, W).</param>
    public static InMemoryFields Where(IFieldSet fields, Func<int, int, bool> isThere) => new(
        fields.Grid,
        fields.Variables,
        [.. Enumerable.Range(0, fields.Count).Select(t => fields.Read(t).Select((x, i) => isThere(t, i) ? x : float.NaN).ToArray())],
        [.. Enumerable.Range(0, fields.Count).Select(fields.TimeOf)]);

    public static double Normal(Random random) =>
        Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
