using ScottPlot;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;
using VaeDa.Plotting.Projections;
using Rectangle = SixLabors.ImageSharp.Rectangle;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class ProjectionFigureTests
{
    private static readonly Color Hot = ColourScale.Anomaly.Colours.GetColor(1);
    private static readonly Color Zero = ColourScale.Anomaly.Colours.GetColor(0.5);

    private static readonly MapView Robinson = new() { Projection = ProjectionKind.Robinson };
    private static readonly MapView Pacific = Robinson with { Centre = (0, 180) };
    private static readonly MapView Globe = new() { Projection = ProjectionKind.Orthographic, Centre = (50, 10) };
    private static readonly MapView Arctic = new() { Projection = ProjectionKind.PolarStereographic };
    private static readonly MapView Antarctic = new() { Region = NamedRegions.All["antarctic"] };
    private static readonly MapView LambertEurope = new() { Projection = ProjectionKind.Lambert, Region = NamedRegions.All["europe"] };
    private static readonly MapView Chile = new() { Projection = ProjectionKind.Lambert, Region = new MapBox(-90, -55, -56, -15) };
    private static readonly MapView DateLine = new() { Region = new MapBox(150, -150, -60, -10) };

    public static TheoryData<string, double, double> Places => new()
    {
        { nameof(Robinson), 51, 17 },
        { nameof(Robinson), -61, -163 },
        { nameof(Pacific), -21, 161 },
        { nameof(Pacific), 31, -161 },
        { nameof(Globe), 11, 21 },
        { nameof(Globe), 71, 91 },
        { nameof(Arctic), 61, -101 },
        { nameof(Arctic), 41, 175 },
        { nameof(Antarctic), -77, 131 },
        { nameof(LambertEurope), 49, 25 },
        { nameof(Chile), -31, -63 },
        { nameof(DateLine), -47, -161 },
        { nameof(DateLine), -21, 161 },
    };

    [Theory]
    [MemberData(nameof(Places))]
    public void A_warm_cell_is_at_its_place_and_no_other_place_is_warm(string name, double latitude, double longitude)
    {
        var grid = Grids.TwoDegrees;
        var view = ViewOf(name);
        var (row, column) = grid.Locate(latitude, longitude)!.Value;
        var picture = PictureOf(view, grid.Constant(0).With((int)row * grid.Width + (int)column, 10));
        var warm = picture.Where(picture.Data(), colour => Picture.Near(colour, Hot)).ToHashSet();
        Assert.Contains(PixelOf(picture, view, latitude, longitude), warm);
        // Its corners, and nothing beyond them.
        var corners = new[] { (1, 1), (1, -1), (-1, 1), (-1, -1) }.Select(c => PixelOf(picture, view, latitude + c.Item1, longitude + c.Item2)).ToArray();
        Assert.InRange(warm.Min(p => p.X), corners.Min(p => p.X) - 2, corners.Min(p => p.X) + 4);
        Assert.InRange(warm.Max(p => p.X), corners.Max(p => p.X) - 4, corners.Max(p => p.X) + 2);
        Assert.InRange(warm.Min(p => p.Y), corners.Min(p => p.Y) - 2, corners.Min(p => p.Y) + 4);
        Assert.InRange(warm.Max(p => p.Y), corners.Max(p => p.Y) - 4, corners.Max(p => p.Y) + 2);
    }

    [Theory]
    [InlineData(nameof(Robinson), 0.01, 0.03)]
    [InlineData(nameof(Globe), 0.03, 0.03)]
    [InlineData(nameof(Arctic), 0.97, 0.97)]
    [InlineData(nameof(LambertEurope), 0.02, 0.3)]
    public void Beyond_the_edge_is_paper(string name, double across, double down)
    {
        var grid = Grids.TwoDegrees;
        // Neither warm nor missing cells nor fog reach it.
        var figure = FigureOf(ViewOf(name), grid.Constant(10).With(0, float.NaN), grid.Constant(1));
        var picture = Picture.Of(figure);
        var (x, y) = picture.Pixel(across, down);
        Assert.Equal(0, picture.Ink(new Rectangle(x - 4, y - 4, 8, 8)));
    }

    [Theory]
    [InlineData(nameof(Robinson))]
    [InlineData(nameof(Pacific))]
    [InlineData(nameof(Globe))]
    [InlineData(nameof(Arctic))]
    [InlineData(nameof(LambertEurope))]
    [InlineData(nameof(DateLine))]
    public void Coasts_end_at_the_edge_and_are_not_drawn_across(string name)
    {
        var extent = (ProjectedExtent)MapExtent.Of(Grids.TwoDegrees, ViewOf(name));
        var coarse = Fields.Grids.Land.NaturalEarth.Rings.Select(ring => ring.Select(p => ((double, double)?)(p.Latitude, p.Longitude)));
        var (pieces, breaks) = (0, 0);
        foreach (var ring in coarse)
        {
            ScottPlot.Coordinates? before = null;
            foreach (var place in extent.Trace(Finely(ring)))
            {
                if (before is { } from && place is { } to && OnMap(extent, from) && OnMap(extent, to))
                {
                    pieces++;
                    // A quarter of a degree is never so long.
                    Assert.InRange(Math.Sqrt(Math.Pow(to.X - from.X, 2) + Math.Pow(to.Y - from.Y, 2)), 0, 0.03);
                }

                breaks += before is not null && place is null ? 1 : 0;
                before = place;
            }
        }

        Assert.True(pieces > 50);
        Assert.True(breaks > 0 || ViewOf(name).Region is not null);
    }

    [Fact]
    public void A_line_over_the_cut_goes_on_at_the_other_edge()
    {
        var extent = MapExtent.Of(Grids.TwoDegrees, Robinson);
        var places = extent.Trace([(0, 178.5), (0, -178.5)]).ToArray();
        var ends = places.OfType<ScottPlot.Coordinates>().ToArray();
        var edge = 0.8487 * Math.PI;
        Assert.Contains(ends, p => Math.Abs(p.X - edge) < 1e-3);
        Assert.Contains(ends, p => Math.Abs(p.X + edge) < 1e-3);
        var east = Array.FindIndex(places, p => p is { } at && Math.Abs(at.X - edge) < 1e-3);
        Assert.Null(places[east + 1]);
    }

    [Fact]
    public void Coasts_are_where_they_are()
    {
        var picture = PictureOf(Robinson, Grids.TwoDegrees.Constant(0));
        int InkNear(double latitude, double longitude)
        {
            var (x, y) = PixelOf(picture, Robinson, latitude, longitude);
            return picture.Count(new Rectangle(x - 8, y - 8, 16, 16), Picture.IsDark);
        }

        Assert.True(InkNear(-34.5, 19) > 0, "the Cape");
        Assert.True(InkNear(14.7, -17.3) > 0, "Dakar");
        Assert.Equal(0, InkNear(20, 10));
        Assert.Equal(0, InkNear(-10, -140));
    }

    [Fact]
    public void Missing_cells_are_grey_in_a_projection_too()
    {
        var picture = PictureOf(Globe, Grids.TwoDegrees.Constant(float.NaN).With(70 * 180 + 90, 0));
        var (x, y) = PixelOf(picture, Globe, 21, 5);
        Assert.True(Picture.Near(picture.At(x, y), MapPanel.Missing));
    }

    [Fact]
    public void A_projected_grid_is_drawn_in_another_projection()
    {
        var grid = Grids.Britain;
        var view = new MapView { Projection = ProjectionKind.Orthographic };
        var cell = 10 * grid.Width + 12;
        var picture = Picture.Of(new FieldFigure(new FieldMap { Grid = grid, Values = grid.Constant(0).With(cell, 10), Title = "", Units = "K" }) { Style = new FigureStyle { View = view } });
        var extent = MapExtent.Of(grid, view);
        var place = extent.Place(grid.LatitudeOf(cell), grid.LongitudeOf(cell))!.Value;
        var (x, y) = picture.Pixel((place.X - extent.Left) / (extent.Right - extent.Left), (extent.Top - place.Y) / (extent.Top - extent.Bottom));
        Assert.True(Picture.Near(picture.At(x, y), Hot));
    }

    [Fact]
    public void A_region_of_a_projected_grid_stays_in_its_projection()
    {
        var grid = Grids.Britain;
        var region = new MapBox(-2, 2, 51, 54);
        var (whole, part) = (MapExtent.Of(grid, MapView.Own), MapExtent.Of(grid, new MapView { Region = region }));
        Assert.True(part.Left > whole.Left && part.Right <= whole.Right && part.Top < whole.Top && part.Bottom > whole.Bottom);
        for (var cell = 0; cell < grid.Cells; cell++)
        {
            if (region.Contains(grid.LatitudeOf(cell), grid.LongitudeOf(cell)))
            {
                Assert.InRange(grid.X[cell % grid.Width], part.Left, part.Right);
                Assert.InRange(grid.Y[cell / grid.Width], part.Bottom, part.Top);
            }
        }

        var empty = Assert.Throws<InvalidInputException>(() => MapExtent.Of(grid, new MapView { Region = new MapBox(100, 110, 0, 10) }));
        Assert.Contains("no cell", empty.Message);
    }

    [Fact]
    public void What_a_projection_cannot_show_is_refused()
    {
        string Refusal(MapView view) => Assert.Throws<InvalidInputException>(() => MapExtent.Of(Grids.TwoDegrees, view)).Message;
        Assert.Contains("not all round the Earth", Refusal(new MapView { Projection = ProjectionKind.Lambert }));
        Assert.Contains("both sides of the equator", Refusal(new MapView { Projection = ProjectionKind.Lambert, Region = NamedRegions.All["africa"] }));
        Assert.Contains("beyond the edge", Refusal(new MapView { Projection = ProjectionKind.Orthographic, Region = NamedRegions.All["tropics"] }));
        Assert.Contains("one hemisphere", Refusal(new MapView { Projection = ProjectionKind.PolarStereographic, Region = new MapBox(-180, 180, -50, 60) }));
    }

    private static IEnumerable<(double, double)?> Finely(IEnumerable<(double Latitude, double Longitude)?> ring)
    {
        (double Latitude, double Longitude)? before = null;
        foreach (var next in ring)
        {
            if (before is { } from && next is { } to)
            {
                var east = Math.IEEERemainder(to.Longitude - from.Longitude, 360);
                var steps = (int)Math.Ceiling(Math.Max(Math.Abs(east), Math.Abs(to.Latitude - from.Latitude)) * 4) + 1;
                for (var i = 0; i < steps; i++)
                {
                    yield return (from.Latitude + (to.Latitude - from.Latitude) * i / steps, from.Longitude + east * i / steps);
                }
            }

            before = next;
        }
    }

    // Beyond a region's frame a map may stretch as it likes.
    private static bool OnMap(MapExtent extent, Coordinates place) => place.X >= extent.Left && place.X <= extent.Right && place.Y >= extent.Bottom && place.Y <= extent.Top;

    private static Figure FigureOf(MapView view, float[] values, float[]? ignorance = null) =>
        new FieldFigure(new FieldMap { Grid = Grids.TwoDegrees, Values = values, Title = "", Units = "K", Ignorance = ignorance }) { Style = new FigureStyle { View = view } };

    private static Picture PictureOf(MapView view, float[] values) => Picture.Of(FigureOf(view, values));

    private static (int X, int Y) PixelOf(Picture picture, MapView view, double latitude, double longitude)
    {
        var extent = MapExtent.Of(Grids.TwoDegrees, view);
        var place = extent.Place(latitude, longitude)!.Value;
        return picture.Pixel((place.X - extent.Left) / (extent.Right - extent.Left), (extent.Top - place.Y) / (extent.Top - extent.Bottom));
    }

    private static MapView ViewOf(string name) => name switch
    {
        nameof(Robinson) => Robinson,
        nameof(Pacific) => Pacific,
        nameof(Globe) => Globe,
        nameof(Arctic) => Arctic,
        nameof(Antarctic) => Antarctic,
        nameof(LambertEurope) => LambertEurope,
        nameof(Chile) => Chile,
        nameof(DateLine) => DateLine,
        _ => throw new ArgumentOutOfRangeException(nameof(name)),
    };
}
