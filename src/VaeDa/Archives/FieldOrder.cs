using VaeDa.Fields;

namespace VaeDa.Archives;

/// <summary>How a file's rows and columns come to stand in the order of a <see cref="Grid"/>.</summary>
internal sealed class FieldOrder
{
    private readonly bool _flipsRows;
    private readonly bool _flipsColumns;

    // Columns by which the file's (flipped) axis turns to the left.
    private readonly int _roll;

    private FieldOrder(Grid grid, bool flipsRows, bool flipsColumns, int roll)
    {
        Grid = grid;
        _flipsRows = flipsRows;
        _flipsColumns = flipsColumns;
        _roll = roll;
    }

    public Grid Grid { get; }

    /// <param name="latitudes">The file's axis, ascending or descending.</param>
    /// <param name="longitudes">The file's axis; it may run through the antimeridian or Greenwich once.</param>
    /// <exception cref="InvalidInputException">The axes are not those of a grid.</exception>
    public static FieldOrder Of(double[] latitudes, double[] longitudes)
    {
        var flipsRows = latitudes.Length > 1 && latitudes[0] < latitudes[^1];
        var north = flipsRows ? latitudes.Reverse().ToArray() : latitudes;
        var falls = longitudes.Zip(longitudes.Skip(1)).Count(pair => pair.Second < pair.First);
        var flipsColumns = falls > longitudes.Length / 2;
        var east = flipsColumns ? longitudes.Reverse().ToArray() : (double[])longitudes.Clone();

        var seam = 1;
        while (seam < east.Length && !(east[seam] < east[seam - 1]))
        {
            seam++;
        }

        var roll = 0;
        if (seam < east.Length)
        {
            var spacing = Math.Abs(east[1] - east[0]);
            if (Math.Abs(east[0] - east[^1]) < 1.5 * Math.Max(spacing, Math.Abs(east[^1] - east[^2])))
            {
                // A whole circle that starts elsewhere than its convention does: 0…180, −180…0.
                roll = seam;
                east = [.. east[seam..], .. east[..seam]];
            }
            else
            {
                // A region across the seam, 350…358, 0…10: its neighbours stay together.
                for (var j = 0; j < seam; j++)
                {
                    east[j] -= 360;
                }
            }
        }

        return new FieldOrder(new Grid(north, east), flipsRows, flipsColumns, roll);
    }

    /// <param name="field">(H, W) as in the file.</param>
    /// <param name="ordered">(H, W) as on <see cref="Grid"/>.</param>
    public void Apply(ReadOnlySpan<float> field, Span<float> ordered)
    {
        var (height, width) = (Grid.Height, Grid.Width);
        for (var i = 0; i < height; i++)
        {
            var from = field.Slice((_flipsRows ? height - 1 - i : i) * width, width);
            var to = ordered.Slice(i * width, width);
            if (_flipsColumns)
            {
                for (var j = 0; j < width; j++)
                {
                    to[j] = from[width - 1 - (j + _roll) % width];
                }
            }
            else
            {
                from[_roll..].CopyTo(to);
                from[.._roll].CopyTo(to[(width - _roll)..]);
            }
        }
    }
}
