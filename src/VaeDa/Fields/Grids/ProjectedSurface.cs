namespace VaeDa.Fields.Grids;

/// <summary>
/// The part of the sphere that a projected grid covers, as a function P(y, x) of its map's coordinates. Nothing is known of
/// the projection but where the cells lie: between them P is Lagrange's polynomial of third degree in each direction
/// through the 4 × 4 cells about the point, whose error falls with the fourth power of the spacing. A place is where the ray
/// from the Earth's centre through it meets P, which Newton's method finds.
/// </summary>
/// <param name="y">Coordinates of the rows (H).</param>
/// <param name="x">Coordinates of the columns (W).</param>
/// <param name="places">Cell centres (H × W).</param>
internal sealed class ProjectedSurface(Axis y, Axis x, EarthPoint[] places)
{
    private const int Nodes = 4;
    private const int CoarseSide = 32;
    private const int MostSteps = 40;

    // Of a cell's width, between two steps; coarser than the rounding of places on a grid of metres.
    private const double Precision = 1e-9;

    // Of the squares of the derivatives: below it there is none.
    private const double Damping = 1e-14;

    private readonly Lazy<(int[] Cells, double Reach)> _coarse = new(() => Coarse(y.Count, x.Count, places));

    /// <returns>(y, x); null for a place more than half a cell outside the outermost centres.</returns>
    public (double Y, double X)? Locate(double latitude, double longitude)
    {
        var target = EarthPoint.At(latitude, longitude);
        var (cells, reach) = _coarse.Value;
        var nearest = cells.MinBy(cell => (target - places[cell]).Norm);
        if ((target - places[nearest]).Norm > reach)
        {
            return null;
        }

        // Beside a pole of the grid the way from a cell far off may not lead to the place.
        var found = Solve(target, nearest) ?? Solve(target, Enumerable.Range(0, places.Length).MinBy(cell => (target - places[cell]).Norm));
        return found is { } place && Covers(y, place.Y) && Covers(x, place.X) ? found : null;
    }

    /// <summary>
    /// Newton's method for the two equations that P(y, x) has no part across the ray to the target. P leaves the sphere between
    /// the cells, more on one side of a line of cell centres than on the other, so the nearest point to a place on such a line
    /// would for each side's polynomials lie on the other side; on the ray there is one point for both.
    /// </summary>
    /// <param name="target">The place.</param>
    /// <param name="start">The cell to start from.</param>
    /// <returns>(y, x), which may be outside; null if the steps do not end.</returns>
    private (double Y, double X)? Solve(EarthPoint target, int start)
    {
        var across = target.Cross(Math.Abs(target.Z) < 0.9 * EarthPoint.Radius ? new(0, 0, 1) : new(1, 0, 0));
        var up = 1 / EarthPoint.Radius * target.Cross(across);
        var (row, column) = (y[start / x.Count], x[start % x.Count]);
        for (var step = 0; step < MostSteps; step++)
        {
            var (place, alongY, alongX) = At(row, column);
            var (a, b, c, d) = (alongY.Dot(across), alongX.Dot(across), alongY.Dot(up), alongX.Dot(up));
            var (missedAcross, missedUp) = (-place.Dot(across), -place.Dot(up));
            // Where all cells of a row are one place, as at a pole, a column is as good as another: the shortest step.
            var (yy, yx, xx) = (a * a + c * c, a * b + c * d, b * b + d * d);
            var damping = Damping * (yy + xx);
            (yy, xx) = (yy + damping, xx + damping);
            var (ym, xm) = (a * missedAcross + c * missedUp, b * missedAcross + d * missedUp);
            var determinant = yy * xx - yx * yx;
            var (dy, dx) = ((xx * ym - yx * xm) / determinant, (yy * xm - yx * ym) / determinant);
            var (was, wasAcross) = (row, column);
            // A cell beyond the edge at most: further out the polynomials are worth nothing.
            (row, column) = (Within(y, row + dy), Within(x, column + dx));
            if (Math.Abs(row - was) <= Precision * Width(y) && Math.Abs(column - wasAcross) <= Precision * Width(x))
            {
                return place.Dot(target) > 0 ? (row, column) : null;
            }
        }

        return null;
    }

    /// <summary>The area of a cell, km².</summary>
    public double AreaOf(int row, int column)
    {
        var (_, alongY, alongX) = At(y[row], x[column]);
        return alongY.Cross(alongX).Norm * y.WidthOf(row) * x.WidthOf(column);
    }

    /// <summary>P and its derivatives.</summary>
    private (EarthPoint Place, EarthPoint AlongY, EarthPoint AlongX) At(double row, double column)
    {
        Span<double> byY = stackalloc double[Nodes], slopeY = stackalloc double[Nodes], byX = stackalloc double[Nodes], slopeX = stackalloc double[Nodes];
        var (firstRow, rows) = Stencil(y, row, byY, slopeY);
        var (firstColumn, columns) = Stencil(x, column, byX, slopeX);
        EarthPoint place = default, alongY = default, alongX = default;
        for (var i = 0; i < rows; i++)
        {
            for (var j = 0; j < columns; j++)
            {
                var cell = places[(firstRow + i) * x.Count + firstColumn + j];
                place += byY[i] * byX[j] * cell;
                alongY += slopeY[i] * byX[j] * cell;
                alongX += byY[i] * slopeX[j] * cell;
            }
        }

        return (place, alongY, alongX);
    }

    /// <summary>Lagrange's weights of the nodes about a coordinate, and their derivatives.</summary>
    private static (int First, int Count) Stencil(Axis axis, double coordinate, Span<double> weights, Span<double> slopes)
    {
        var count = Math.Min(Nodes, axis.Count);
        var first = Math.Clamp(axis.IntervalOf(coordinate) - 1, 0, axis.Count - count);
        for (var i = 0; i < count; i++)
        {
            var (weight, slope) = (1.0, 0.0);
            for (var k = 0; k < count; k++)
            {
                if (k != i)
                {
                    var between = axis[first + i] - axis[first + k];
                    var factor = (coordinate - axis[first + k]) / between;
                    (weight, slope) = (weight * factor, slope * factor + weight / between);
                }
            }

            (weights[i], slopes[i]) = (weight, slope);
        }

        return (first, count);
    }

    private static double Width(Axis axis) => axis.WidthOf(0);

    private static double Within(Axis axis, double coordinate)
    {
        var (low, high) = (Math.Min(axis[0], axis[axis.Count - 1]), Math.Max(axis[0], axis[axis.Count - 1]));
        return Math.Clamp(coordinate, low - Width(axis), high + Width(axis));
    }

    private static bool Covers(Axis axis, double coordinate) => axis.IndexOf(coordinate) is var index && index >= -0.5 && index <= axis.Count - 0.5;

    /// <summary>Some cells, the corners among them, and how far a place of the grid can be from the nearest of them, km.</summary>
    private static (int[] Cells, double Reach) Coarse(int height, int width, EarthPoint[] places)
    {
        int[] rows = Some(height), columns = Some(width);
        double reach = 0;
        for (var i = 1; i < rows.Length; i++)
        {
            for (var j = 1; j < columns.Length; j++)
            {
                reach = Math.Max(reach, (Place(i, j) - Place(i - 1, j - 1)).Norm);
                reach = Math.Max(reach, (Place(i, j - 1) - Place(i - 1, j)).Norm);
            }
        }

        return ([.. rows.SelectMany(_ => columns, (row, column) => row * width + column)], reach);

        EarthPoint Place(int i, int j) => places[rows[i] * width + columns[j]];

        static int[] Some(int count)
        {
            var last = Math.Min(count - 1, CoarseSide);
            return [.. Enumerable.Range(0, last + 1).Select(i => (int)((long)i * (count - 1) / last))];
        }
    }
}
