using System.Globalization;
using System.Numerics;
using VaeDa.Fields;
using VaeDa.Fields.Grids;

namespace VaeDa.Archives.Sources;

/// <summary>Finds the cells whose value is the same in every field: a lost fill value, a code for ice or land.</summary>
/// <param name="grid">Of the fields.</param>
internal sealed class ConstantCellWatch(Grid grid)
{
    // With fewer, a value that comes again says nothing.
    private const int FewestValues = 10;

    // Numbers in a message; the cells are counted all.
    private const int MostValues = 5;

    private readonly float[] _low = Filled(grid.Cells, float.PositiveInfinity);
    private readonly float[] _high = Filled(grid.Cells, float.NegativeInfinity);
    private readonly int[] _counts = new int[grid.Cells];

    /// <summary>How many values there were.</summary>
    public long Values => _counts.Sum(count => (long)count);

    public bool IsConstant(int cell) => _counts[cell] >= FewestValues && _low[cell] == _high[cell];

    /// <summary>The shortest number that is a float32: 9999.9 is not 9999.900390625.</summary>
    public static double AsWritten(float value) => double.Parse(value.ToString("R", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);

    /// <param name="field">(H × W), NaN where missing.</param>
    public void Add(ReadOnlySpan<float> field)
    {
        var whole = field.Length / Vector<float>.Count * Vector<float>.Count;
        for (var c = 0; c < whole; c += Vector<float>.Count)
        {
            var (value, low, high) = (new Vector<float>(field[c..]), new Vector<float>(_low, c), new Vector<float>(_high, c));
            // NaN compares false; true is -1.
            Vector.ConditionalSelect(Vector.LessThan(value, low), value, low).CopyTo(_low, c);
            Vector.ConditionalSelect(Vector.GreaterThan(value, high), value, high).CopyTo(_high, c);
            (new Vector<int>(_counts, c) - Vector.Equals(value, value)).CopyTo(_counts, c);
        }

        for (var c = whole; c < field.Length; c++)
        {
            _low[c] = field[c] < _low[c] ? field[c] : _low[c];
            _high[c] = field[c] > _high[c] ? field[c] : _high[c];
            _counts[c] += float.IsNaN(field[c]) ? 0 : 1;
        }
    }

    /// <param name="variable">Short name.</param>
    /// <returns>Null where no cell is constant.</returns>
    public ConstantCells? Describe(string variable)
    {
        int[] constant = [.. Enumerable.Range(0, grid.Cells).Where(IsConstant)];
        if (constant.Length == 0)
        {
            return null;
        }

        var others = ValueRange.None;
        for (var c = 0; c < grid.Cells; c++)
        {
            others = _low[c] < _high[c] ? new ValueRange(Math.Min(others.Low, _low[c]), Math.Max(others.High, _high[c])) : others;
        }

        return new ConstantCells
        {
            Variable = variable,
            Cells = constant.Length,
            Share = (double)constant.Length / grid.Cells,
            Values = [.. constant.GroupBy(c => _low[c]).OrderByDescending(cells => IsBeyond(cells.Key)).ThenByDescending(cells => cells.Count()).Take(MostValues).Select(cells => new ConstantValue
            {
                Value = AsWritten(cells.Key),
                Cells = cells.Count(),
                Latitude = grid.LatitudeOf(cells.First()),
                Longitude = grid.LongitudeOf(cells.First()),
                IsBeyondOthers = IsBeyond(cells.Key),
            })],
        };

        bool IsBeyond(float value) => others != ValueRange.None && (value < others.Low || value > others.High);
    }

    private static float[] Filled(int cells, float value)
    {
        var filled = new float[cells];
        Array.Fill(filled, value);
        return filled;
    }
}
