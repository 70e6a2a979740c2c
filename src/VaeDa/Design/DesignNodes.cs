using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Observations.Networks;
using static TorchSharp.torch;

namespace VaeDa.Design;

/// <summary>
/// The cells whose errors a design follows: those of the variable that counts and of the one that is observed, N together. Of a fine grid
/// every second, third … row and column. What is observed is a sum over four of them, as an analysis takes it.
/// </summary>
internal sealed class DesignNodes
{
    // Of one variable. A covariance of so many takes 144 MB in single precision.
    private const int MostCells = 6_000;

    private readonly int[] _variables; // of the model
    private readonly bool[] _isNode; // (2 or 1, cells of the grid)
    private readonly int[] _numbers; // of nodes, (2 or 1, cells of the grid)

    /// <param name="model">Whose cells they are.</param>
    /// <param name="observed">The variable that new instruments observe.</param>
    /// <param name="target">The variable whose error counts.</param>
    /// <param name="weights">What each cell of the model's grid counts, (C); 0 for those that do not.</param>
    public DesignNodes(GenerativeModel model, int observed, int target, float[] weights)
    {
        _variables = [.. new[] { target, observed }.Distinct()];
        (Grid, var cells) = Thinned(model.Grid);
        Cells = cells;
        _isNode = [.. _variables.SelectMany(v => cells.Select(cell => float.IsFinite(model.Prior.GeneratorError[v * model.Grid.Cells + cell])))];
        _numbers = new int[_isNode.Length];
        var places = new List<(int, int)>();
        for (var i = 0; i < _isNode.Length; i++)
        {
            _numbers[i] = places.Count;
            if (_isNode[i])
            {
                places.Add((_variables[i / Grid.Cells], cells[i % Grid.Cells]));
            }
        }

        Places = places;
        var counts = places.ConvertAll(p => p.Item1 == target ? (double)weights[p.Item2] : 0);
        var sum = counts.Sum();
        if (!(sum > 0))
        {
            throw new InvalidInputException($"the fields of '{model.Variables[target].Name}' have no value in the area that the design is for");
        }

        Weights = [.. counts.Select(w => w / sum)];
        Observed = observed;
    }

    /// <summary>Of the nodes' cells, thinned where the model's is fine.</summary>
    public Grid Grid { get; }

    /// <summary>The cells of the model's grid that those of <see cref="Grid"/> are.</summary>
    public int[] Cells { get; }

    /// <summary>Variable and cell of the model's grid, (N).</summary>
    public IReadOnlyList<(int Variable, int Cell)> Places { get; }

    /// <summary>What each node counts in the mean over the area, (N); 1 together.</summary>
    public double[] Weights { get; }

    /// <summary>The variable that new instruments observe.</summary>
    public int Observed { get; }

    /// <summary>Values at the nodes of the target as a field on <see cref="Grid"/>; NaN elsewhere.</summary>
    /// <param name="values">(N)</param>
    public float[] Field(IReadOnlyList<double> values) => [.. Enumerable.Range(0, Grid.Cells).Select(i => _isNode[i] ? (float)values[_numbers[i]] : float.NaN)];

    /// <summary>The nodes that observations at some places are sums of.</summary>
    /// <param name="places">The places, of which those are left out that the fields have no value at.</param>
    /// <returns>The places that are left, by their numbers, (P), with nodes and weights, (P, 4) each.</returns>
    public (int[] Rows, Tensor Nodes, Tensor Weights) At(IReadOnlyList<NetworkPlace> places)
    {
        var rows = new List<int>(places.Count);
        var (nodes, weights) = (new List<long>(places.Count * ObservationOperator.Corners), new List<double>(places.Count * ObservationOperator.Corners));
        Span<(long Index, float Weight)> corners = stackalloc (long, float)[ObservationOperator.Corners];
        var offset = (long)Array.IndexOf(_variables, Observed) * Grid.Cells;
        for (var i = 0; i < places.Count; i++)
        {
            if (Grid.Locate(places[i].Latitude, places[i].Longitude) is not { } place || !BilinearWeights.At(Grid, place, offset, _isNode, corners))
            {
                continue;
            }

            rows.Add(i);
            foreach (var (index, weight) in corners)
            {
                nodes.Add(_numbers[(int)index]);
                weights.Add(weight);
            }
        }

        return rows.Count == 0
            ? ([], zeros([0, ObservationOperator.Corners], int64), zeros([0, ObservationOperator.Corners], float64))
            : ([.. rows], tensor(nodes.ToArray(), [rows.Count, ObservationOperator.Corners]), tensor(weights.ToArray(), [rows.Count, ObservationOperator.Corners]));
    }

    private static (Grid Grid, int[] Cells) Thinned(Grid grid)
    {
        if (grid.Cells <= MostCells)
        {
            return (grid, [.. Enumerable.Range(0, grid.Cells)]);
        }

        var step = (int)Math.Ceiling(Math.Sqrt((double)grid.Cells / MostCells));
        // A grid that goes round the Earth goes on doing so.
        var across = grid.IsPeriodic ? Enumerable.Range(step, grid.Width).First(s => grid.Width % s == 0) : step;
        int[] rows = Every(grid.Height, step), columns = Every(grid.Width, across);
        int[] cells = [.. rows.SelectMany(row => columns.Select(column => row * grid.Width + column))];
        double[] y = Array.ConvertAll(rows, row => grid.Y[row]), x = Array.ConvertAll(columns, column => grid.X[column]);
        return (grid.Projection is { } map
            ? new Grid(Array.ConvertAll(cells, grid.LatitudeOf), Array.ConvertAll(cells, grid.LongitudeOf), map with { Y = y, X = x })
            : new Grid(y, x), cells);

        // As far from both ends.
        static int[] Every(int count, int step) => [.. Enumerable.Range(0, (count + step - 1) / step).Select(i => (count - 1) % step / 2 + i * step)];
    }
}
