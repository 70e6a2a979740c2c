namespace VaeDa.Fields.Grids;

/// <summary>How a file's rows and columns come to stand in the order of a <see cref="Grid"/>.</summary>
internal sealed class FieldOrder
{
    // Degrees: float32 files hold 359.99997 for 360.
    private const double SameColumn = 1e-3;

    private readonly bool _flipsRows;
    private readonly bool _flipsColumns;

    // Columns by which the file's (flipped) axis turns to the left.
    private readonly int _roll;

    // One more than the grid's where the (flipped) axis ends with its first column again.
    private readonly int _fileWidth;

    private FieldOrder(Grid grid, int fileWidth, bool flipsRows, bool flipsColumns, int roll)
    {
        Grid = grid;
        _fileWidth = fileWidth;
        _flipsRows = flipsRows;
        _flipsColumns = flipsColumns;
        _roll = roll;
    }

    public Grid Grid { get; }

    /// <summary>Values of a field in the file.</summary>
    public int FileCells => Grid.Height * _fileWidth;

    /// <param name="latitudes">The file's axis, ascending or descending.</param>
    /// <param name="longitudes">
    /// The file's axis; it may run through the antimeridian or Greenwich once, or be that of a region across it, sorted: the region's
    /// two parts come together. A last column that is the first one again, after a whole turn, is left out.
    /// </param>
    /// <exception cref="InvalidInputException">The axes are not those of a grid, or the longitudes leave a gap.</exception>
    public static FieldOrder Of(double[] latitudes, double[] longitudes)
    {
        var flipsRows = latitudes.Length > 1 && latitudes[0] < latitudes[^1];
        var north = flipsRows ? latitudes.Reverse().ToArray() : latitudes;
        var falls = longitudes.Zip(longitudes.Skip(1)).Count(pair => pair.Second < pair.First);
        var flipsColumns = falls > longitudes.Length / 2;
        var east = flipsColumns ? longitudes.Reverse().ToArray() : (double[])longitudes.Clone();

        if (east.Length > 2 && Math.Abs(Math.IEEERemainder(east[^1] - east[0], 360)) < SameColumn)
        {
            east = east[..^1];
        }

        if (east.Zip(east.Skip(1)).Count(pair => pair.Second < pair.First) > 1)
        {
            throw new InvalidInputException("longitudes must ascend or descend, but for one place where they begin again; these do not");
        }

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

        var cut = Circle.CutOf(east);
        if (cut > 0)
        {
            roll = (roll + cut) % east.Length;
            east = [.. east[cut..], .. east[..cut].Select(longitude => longitude + 360)];
        }

        return new FieldOrder(new Grid(north, east), longitudes.Length, flipsRows, flipsColumns, roll);
    }

    /// <param name="y">The file's axis of the projection, ascending or descending.</param>
    /// <param name="x">The file's axis of the projection, ascending or descending.</param>
    /// <param name="latitudes">(H × W) as in the file.</param>
    /// <param name="longitudes">(H × W) as in the file.</param>
    /// <param name="units">Of both axes.</param>
    /// <param name="mapping">The file's grid mapping; null for none.</param>
    /// <exception cref="InvalidInputException">The coordinates are not those of a grid.</exception>
    public static FieldOrder OfProjected(double[] y, double[] x, double[] latitudes, double[] longitudes, string units, GridMapping? mapping)
    {
        var (flipsRows, flipsColumns) = (y[0] < y[^1], x[0] > x[^1]);
        double[] Ordered(double[] cells)
        {
            var ordered = new double[cells.Length];
            Apply<double>(cells, ordered, x.Length, x.Length, flipsRows, flipsColumns, 0);
            return ordered;
        }

        var projection = new Projection { Y = flipsRows ? [.. y.Reverse()] : y, X = flipsColumns ? [.. x.Reverse()] : x, Units = units, Mapping = mapping };
        return new FieldOrder(new Grid(Ordered(latitudes), Ordered(longitudes), projection), x.Length, flipsRows, flipsColumns, 0);
    }

    /// <summary>Of a file that gives its rows and columns no coordinates: they are numbered, the northern side at the top.</summary>
    /// <inheritdoc cref="OfProjected"/>
    public static FieldOrder OfNumbered(int height, int width, double[] latitudes, double[] longitudes)
    {
        double[] rows = [.. Enumerable.Range(0, height).Select(i => (double)i)];
        var isNorthFirst = latitudes[..width].Average() > latitudes[^width..].Average();
        return OfProjected(isNorthFirst ? [.. rows.Reverse()] : rows, [.. Enumerable.Range(0, width).Select(j => (double)j)], latitudes, longitudes, "1", null);
    }

    /// <param name="field">(H, W) as in the file.</param>
    /// <param name="ordered">(H, W) as on <see cref="Grid"/>.</param>
    public void Apply(ReadOnlySpan<float> field, Span<float> ordered) => Apply(field, ordered, _fileWidth, Grid.Width, _flipsRows, _flipsColumns, _roll);

    private static void Apply<T>(ReadOnlySpan<T> field, Span<T> ordered, int fileWidth, int width, bool flipsRows, bool flipsColumns, int roll)
    {
        var height = ordered.Length / width;
        for (var i = 0; i < height; i++)
        {
            var from = field.Slice((flipsRows ? height - 1 - i : i) * fileWidth, fileWidth);
            var to = ordered.Slice(i * width, width);
            if (flipsColumns)
            {
                for (var j = 0; j < width; j++)
                {
                    to[j] = from[fileWidth - 1 - (j + roll) % width];
                }
            }
            else
            {
                from[roll..width].CopyTo(to);
                from[..roll].CopyTo(to[(width - roll)..]);
            }
        }
    }
}
