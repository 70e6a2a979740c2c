using System.Collections.Immutable;
using System.Runtime.InteropServices;
using VaeDa.Fields.Grids;
using static TorchSharp.torch;

namespace VaeDa.Observations;

/// <summary>
/// H: from fields to their equivalents at the observations, bilinear in latitude and longitude and periodic in the
/// latter. Linear and sparse: four cells and weights for each of the n accepted observations, in their order; for an average
/// of observations (<see cref="Averaged"/>), the cells of all of them.
/// </summary>
internal sealed class ObservationOperator
{
    /// <summary>Cells that one observation draws on.</summary>
    public const int Corners = 4;

    private const int ObservationsTogether = 1 << 13;
    private readonly ImmutableArray<long> _rows; // of each index the observation that it is for, ascending; default: four for each

    /// <param name="grid">The grid of the fields.</param>
    /// <param name="variables">Names of the fields' variables (V), in order.</param>
    /// <param name="table">The observations.</param>
    /// <param name="valid">
    /// Where the fields have values, (V, H, W), for a grid with missing cells. The weights of an observation beside a
    /// missing cell are renormalised over the others.
    /// </param>
    /// <exception cref="InvalidInputException">There are several variables and an observation does not say which it is of.</exception>
    public ObservationOperator(Grid grid, IReadOnlyList<string> variables, ObservationTable table, ReadOnlySpan<bool> valid = default)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(variables);
        ArgumentNullException.ThrowIfNull(table);
        FieldSize = variables.Count * grid.Cells;
        if (!valid.IsEmpty && valid.Length != FieldSize)
        {
            throw new ArgumentException($"{valid.Length} cells in the mask for {FieldSize} in the field", nameof(valid));
        }

        var accepted = ImmutableArray.CreateBuilder<int>(table.Count);
        var rejected = ImmutableArray.CreateBuilder<RejectedObservation>();
        var indices = ImmutableArray.CreateBuilder<long>(Corners * table.Count);
        var weights = ImmutableArray.CreateBuilder<float>(Corners * table.Count);
        Span<(long Index, float Weight)> corners = stackalloc (long, float)[Corners];
        for (var i = 0; i < table.Count; i++)
        {
            var reason = Place(grid, variables, table, i, valid, corners);
            if (reason is not null)
            {
                rejected.Add(new RejectedObservation(i, reason));
                continue;
            }

            accepted.Add(i);
            foreach (var (index, weight) in corners)
            {
                indices.Add(index);
                weights.Add(weight);
            }
        }

        Accepted = accepted.DrainToImmutable();
        Count = Accepted.Length;
        Rejected = rejected.DrainToImmutable();
        Indices = indices.DrainToImmutable();
        Weights = weights.DrainToImmutable();
    }

    private ObservationOperator(ObservationOperator whole, ImmutableArray<long> indices, int fieldSize) =>
        (Accepted, Rejected, Count, _rows, Indices, Weights, FieldSize) = (whole.Accepted, whole.Rejected, whole.Count, whole._rows, indices, whole.Weights, fieldSize);

    private ObservationOperator(ObservationOperator whole, IReadOnlyList<int> some)
    {
        (Accepted, Rejected, Count, FieldSize) = ([.. some.Select(i => whole.Accepted[i])], [], some.Count, whole.FieldSize);
        Indices = [.. some.SelectMany(i => Enumerable.Range(Corners * i, Corners)).Select(i => whole.Indices[i])];
        Weights = [.. some.SelectMany(i => Enumerable.Range(Corners * i, Corners)).Select(i => whole.Weights[i])];
    }

    private ObservationOperator(int fieldSize, IReadOnlyCollection<SortedDictionary<long, float>> averages)
    {
        (Accepted, Rejected, Count, FieldSize) = ([], [], averages.Count, fieldSize);
        _rows = [.. averages.SelectMany((cells, i) => Enumerable.Repeat((long)i, cells.Count))];
        Indices = [.. averages.SelectMany(cells => cells.Keys)];
        Weights = [.. averages.SelectMany(cells => cells.Values)];
    }

    /// <summary>Rows of the table that have an equivalent (n), ascending; none if these are averages.</summary>
    public ImmutableArray<int> Accepted { get; }

    /// <summary>The other rows: outside the grid, of an unknown variable, or among missing cells only.</summary>
    public ImmutableArray<RejectedObservation> Rejected { get; }

    /// <summary>Equivalents, n: of observations accepted, or of averages of them.</summary>
    public int Count { get; }

    /// <summary>Whether each equivalent is of one observation, from <see cref="Corners"/> cells.</summary>
    internal bool IsOfSingleObservations => _rows.IsDefault;

    /// <summary>V · H · W.</summary>
    public int FieldSize { get; }

    /// <summary>Flat indices into (V, H, W), observation by observation: (n·4), fewer or more for each if these are averages. A corner of weight 0 repeats one that has a weight.</summary>
    public ImmutableArray<long> Indices { get; }

    /// <summary>Weights of those cells: not negative, 1 together for each observation.</summary>
    public ImmutableArray<float> Weights { get; }

    /// <summary>The same of fields that hold these cells only, (V, c).</summary>
    /// <param name="cells">Of the H × W, each once; all that the observations draw on.</param>
    /// <param name="gridCells">H · W.</param>
    public ObservationOperator Within(IReadOnlyList<int> cells, int gridCells)
    {
        ArgumentNullException.ThrowIfNull(cells);
        var position = cells.Select((cell, i) => (cell, i)).ToDictionary(p => p.cell, p => p.i);
        return new ObservationOperator(this, [.. Indices.Select(index => index / gridCells * cells.Count + position[(int)(index % gridCells)])], FieldSize / gridCells * cells.Count);
    }

    /// <summary>The equivalents of some of these observations.</summary>
    /// <param name="some">Of the n, single ones.</param>
    public ObservationOperator Part(IReadOnlyList<int> some)
    {
        ArgumentNullException.ThrowIfNull(some);
        return IsOfSingleObservations ? new ObservationOperator(this, some) : throw new InvalidOperationException("these are averages already");
    }

    /// <summary>The equivalents of averages of these observations.</summary>
    /// <param name="groups">Of each average, observations (of the n) and their weights, 1 together.</param>
    public ObservationOperator Averaged(IReadOnlyList<IReadOnlyList<(int Observation, double Weight)>> groups)
    {
        ArgumentNullException.ThrowIfNull(groups);
        if (!IsOfSingleObservations)
        {
            throw new InvalidOperationException("these are averages already");
        }

        return new ObservationOperator(FieldSize, [.. groups.Select(OfGroup)]);

        SortedDictionary<long, float> OfGroup(IReadOnlyList<(int Observation, double Weight)> group)
        {
            var cells = new SortedDictionary<long, float>();
            foreach (var (observation, weight) in group)
            {
                for (var i = Corners * observation; i < Corners * (observation + 1); i++)
                {
                    cells[Indices[i]] = cells.GetValueOrDefault(Indices[i]) + (float)(weight * Weights[i]);
                }
            }

            return cells;
        }
    }

    /// <param name="field">(V, H, W).</param>
    /// <returns>(n).</returns>
    public double[] Apply(ReadOnlySpan<float> field)
    {
        if (field.Length != FieldSize)
        {
            throw new ArgumentException($"{field.Length} cells in the field; the operator is for {FieldSize}", nameof(field));
        }

        var equivalents = new double[Count];
        for (var i = 0; i < Indices.Length; i++)
        {
            equivalents[IsOfSingleObservations ? i / Corners : _rows[i]] += (double)Weights[i] * field[(int)Indices[i]];
        }

        return equivalents;
    }

    /// <summary>Differentiable; on the fields' device and in their precision.</summary>
    /// <param name="fields">(B, V · H · W), or of any shape that flattens to it.</param>
    /// <returns>(B, n).</returns>
    public Tensor Apply(Tensor fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        using var scope = NewDisposeScope();
        var flat = fields.flatten(1); // (B, V·H·W)
        if (flat.shape[1] != FieldSize)
        {
            throw new ArgumentException($"{flat.shape[1]} cells in each field; the operator is for {FieldSize}", nameof(fields));
        }

        return Apply(indices => flat.index_select(1, indices.to(fields.device))).MoveToOuterDisposeScope(); // (B, n)
    }

    /// <summary>Of fields that are made only where they are needed.</summary>
    /// <param name="at">From flat indices into (V, H, W), (c), to the fields there, (B, c).</param>
    /// <returns>(B, n).</returns>
    internal Tensor Apply(Func<Tensor, Tensor> at)
    {
        using var scope = NewDisposeScope();
        // Made anew at each call: 144 kB for 3,000 observations, and the operator owns no native memory.
        var (indices, weights) = (tensor(ImmutableCollectionsMarshal.AsArray(Indices)!), tensor(ImmutableCollectionsMarshal.AsArray(Weights)!)); // (4n), or (e)
        if (!IsOfSingleObservations)
        {
            var all = at(indices); // (B, e)
            var entries = stack([tensor(ImmutableCollectionsMarshal.AsArray(_rows)!), arange(_rows.Length)]).to(all.device); // (2, e)
            using var sums = sparse_coo_tensor(entries, weights.to(all.dtype).to(all.device), [Count, _rows.Length]); // (n, e)
            return sums.mm(all.transpose(0, 1)).transpose(0, 1).MoveToOuterDisposeScope(); // (B, n)
        }

        // Some observations at a time: what they draw on is four times as large as the result.
        var parts = new List<Tensor>();
        for (var first = 0; first < Count || parts.Count == 0; first += ObservationsTogether)
        {
            using var inner = NewDisposeScope();
            var count = Math.Min(ObservationsTogether, Count - first);
            var fields = at(indices.narrow(0, Corners * first, Corners * count)); // (B, 4c)
            var of = weights.narrow(0, Corners * first, Corners * count).to(fields.dtype).to(fields.device); // (4c)
            parts.Add((fields * of).view(fields.shape[0], count, Corners).sum(-1).MoveToOuterDisposeScope()); // (B, c)
        }

        return (parts.Count == 1 ? parts[0] : cat(parts, 1)).MoveToOuterDisposeScope(); // (B, n)
    }

    private static string? Place(
        Grid grid, IReadOnlyList<string> variables, ObservationTable table, int row, ReadOnlySpan<bool> valid, Span<(long Index, float Weight)> corners)
    {
        if (table.Observations[row].Flag is { } flag)
        {
            return flag;
        }

        if (table.Variable[row] is null && variables.Count > 1)
        {
            throw new InvalidInputException($"{table.Place(row)}: which of {Quote(variables)} was observed? Name it in a column 'variable'");
        }

        var variable = table.Variable[row] is { } name ? variables.ToList().IndexOf(name) : 0;
        if (variable < 0)
        {
            return $"its variable '{table.Variable[row]}' is not among {Quote(variables)}";
        }

        if (grid.Locate(table.Latitude[row], table.Longitude[row]) is not { } place)
        {
            return FormattableString.Invariant($"({table.Latitude[row]:0.##}, {table.Longitude[row]:0.##}) is outside the grid, {grid}");
        }

        return BilinearWeights.At(grid, place, (long)variable * grid.Cells, valid, corners)
            ? null
            : FormattableString.Invariant($"the fields have no value near ({table.Latitude[row]:0.##}, {table.Longitude[row]:0.##})");
    }

    private static string Quote(IEnumerable<string> names) => string.Join(", ", names.Select(name => $"'{name}'"));
}
