namespace VaeDa.Plotting.Contours;

/// <summary>
/// Lines of equal value on a raster (Maple 2003, Geometric design and space planning using the marching squares and marching
/// cube algorithms): in each square of four values the line joins the crossings of its sides, linear between two values; where
/// all four sides are crossed, the mean of the four says which corners belong together. A square with a missing value has none.
/// </summary>
internal sealed class MarchingSquares
{
    private readonly double[,] values;
    private readonly double level;
    private readonly int width;

    // By crossed side, the one or two sides that a segment joins it to.
    private readonly Dictionary<int, (int First, int Second)> neighbours = [];

    private MarchingSquares(double[,] values, double level)
    {
        this.values = values;
        this.level = level;
        width = values.GetLength(1);
    }

    /// <param name="values">(rows, columns), NaN where missing.</param>
    public static IReadOnlyList<Isoline> Lines(double[,] values, double level)
    {
        var squares = new MarchingSquares(values, level);
        squares.March();
        return squares.Join();
    }

    private void March()
    {
        for (var r = 0; r + 1 < values.GetLength(0); r++)
        {
            for (var c = 0; c + 1 < width; c++)
            {
                var (a, b, e, d) = (values[r, c], values[r, c + 1], values[r + 1, c + 1], values[r + 1, c]);
                var sum = a + b + e + d;
                if (double.IsNaN(sum))
                {
                    continue;
                }

                var (aboveA, aboveB, aboveE, aboveD) = (a >= level, b >= level, e >= level, d >= level);
                var (top, right, bottom, left) = (Across(r, c), Down(r, c + 1), Across(r + 1, c), Down(r, c));
                if (aboveA == aboveE && aboveB == aboveD && aboveA != aboveB)
                {
                    var joinsA = sum / 4 >= level == aboveA;
                    Connect(top, joinsA ? right : left);
                    Connect(bottom, joinsA ? left : right);
                    continue;
                }

                var first = -1;
                Cross(aboveA != aboveB, top, ref first);
                Cross(aboveB != aboveE, right, ref first);
                Cross(aboveD != aboveE, bottom, ref first);
                Cross(aboveA != aboveD, left, ref first);
            }
        }
    }

    private void Cross(bool isCrossed, int side, ref int first)
    {
        if (!isCrossed)
        {
            return;
        }

        if (first < 0)
        {
            first = side;
            return;
        }

        Connect(first, side);
    }

    // Sides are numbered: from a value to the one at its right, even; to the one beneath it, odd.
    private int Across(int row, int column) => 2 * (row * width + column);

    private int Down(int row, int column) => 2 * (row * width + column) + 1;

    private void Connect(int one, int other)
    {
        neighbours[one] = neighbours.TryGetValue(one, out var known) ? (known.First, other) : (other, -1);
        neighbours[other] = neighbours.TryGetValue(other, out known) ? (known.First, one) : (one, -1);
    }

    private List<Isoline> Join()
    {
        var lines = new List<Isoline>();
        var isDone = new HashSet<int>();
        // Open lines first, from an end; what is left then is closed.
        foreach (var start in neighbours.Where(side => side.Value.Second < 0).Concat(neighbours).Select(side => side.Key))
        {
            if (!isDone.Add(start))
            {
                continue;
            }

            var points = new List<(double, double)> { Point(start) };
            var side = neighbours[start].First;
            while (isDone.Add(side))
            {
                points.Add(Point(side));
                var (first, second) = neighbours[side];
                side = isDone.Contains(first) && second >= 0 ? second : first;
            }

            lines.Add(new Isoline(points, neighbours[start].Second >= 0));
        }

        return lines;
    }

    private (double Row, double Column) Point(int side)
    {
        var (row, column) = (side / 2 / width, side / 2 % width);
        var from = values[row, column];
        return side % 2 == 0
            ? (row, column + (level - from) / (values[row, column + 1] - from))
            : (row + (level - from) / (values[row + 1, column] - from), column);
    }
}
