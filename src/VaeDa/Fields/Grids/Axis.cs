namespace VaeDa.Fields.Grids;

/// <summary>The coordinates of a grid's rows or columns, strictly ascending or strictly descending, at least two.</summary>
internal sealed class Axis(IReadOnlyList<double> values)
{
    public int Count => values.Count;

    public double this[int index] => values[index];

    /// <summary>How wide a cell is: half of the way to its neighbours on either side, at an end all of the way to the only one.</summary>
    public double WidthOf(int index) => Math.Abs(values[Math.Min(index + 1, Count - 1)] - values[Math.Max(index - 1, 0)]) / (index == 0 || index == Count - 1 ? 1 : 2);

    /// <summary>The lower index of the interval about a coordinate, 0…Count−2; the outermost one's beyond an end.</summary>
    public int IntervalOf(double coordinate)
    {
        var ascends = values[0] < values[^1];
        int low = 0, high = Count - 1;
        while (high - low > 1)
        {
            var middle = (low + high) / 2;
            (low, high) = ascends ? values[middle] <= coordinate ? (middle, high) : (low, middle)
                : values[middle] >= coordinate ? (middle, high) : (low, middle);
        }

        return low;
    }

    /// <summary>Fractional index of a coordinate; beyond an end, in steps of the outermost interval.</summary>
    public double IndexOf(double coordinate)
    {
        var low = IntervalOf(coordinate);
        return low + (coordinate - values[low]) / (values[low + 1] - values[low]);
    }
}
