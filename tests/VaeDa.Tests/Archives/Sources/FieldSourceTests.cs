using VaeDa.Archives.Sources;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Tests.Archives.Sources;

public sealed class FieldSourceTests : IDisposable
{
    private static readonly DateTime[] FourDays = FieldFileWriter.Days("2001-02-27", 4);
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Any_order_of_the_axes_comes_as_the_same_field()
    {
        static float Value(DateTime time, double latitude, double longitude) => (float)(latitude * 1000 + (longitude + 360) % 360 + time.Day / 100.0);
        var plain = FieldFileWriter.Write(_folder.File("plain.nc"), FourDays, Value);
        var turned = FieldFileWriter.Write(
            _folder.File("turned.nc"), FourDays, Value, latitudes: [-60, -30, 0, 30, 60], longitudes: [120, 180, 240, 300, 0, 60]);
        var backward = FieldFileWriter.Write(_folder.File("backward.nc"), FourDays, Value, longitudes: [300, 240, 180, 120, 60, 0]);
        var backwardTurned = FieldFileWriter.Write(_folder.File("backward-turned.nc"), FourDays, Value, longitudes: [60, 0, 300, 240, 180, 120]);
        var expected = ReadFirst(plain, out var grid);
        Assert.Equal(Value(FourDays[0], 60, 0), expected[0]);
        foreach (var path in (string[])[turned, backward, backwardTurned])
        {
            Assert.Equal(expected, ReadFirst(path, out var other));
            Assert.Equal(grid, other);
        }

        var west = FieldFileWriter.Write(_folder.File("west.nc"), FourDays, Value, longitudes: [0, 60, 120, -180, -120, -60]);
        var field = ReadFirst(west, out var westGrid);
        Assert.Equal([-180, -120, -60, 0, 60, 120], westGrid.Longitudes);
        Assert.Equal([.. expected[3..6], .. expected[..3]], field[..6]);
    }

    [Fact]
    public void Disordered_files_come_in_order_of_time()
    {
        var late = FieldFileWriter.Write(_folder.File("a.nc"), [FourDays[3], FourDays[1]], (t, _, _) => t.Day);
        var early = FieldFileWriter.Write(_folder.File("b.nc"), [FourDays[2], FourDays[0]], (t, _, _) => t.Day);
        using var source = Assert.Single(FieldSource.OpenAll([late, early], []));
        Assert.Equal(FourDays, source.Times);
        var field = new float[source.Grid.Cells];
        foreach (var i in (int[])[0, 1, 2, 3, 1])
        {
            source.Read(i, field);
            Assert.All(field, value => Assert.Equal(FourDays[i].Day, value));
        }
    }

    [Fact]
    public void Celsius_and_kelvin_may_mix()
    {
        var kelvin = FieldFileWriter.Write(_folder.File("a.nc"), FourDays[..2], (_, _, _) => 300);
        var celsius = FieldFileWriter.Write(_folder.File("b.nc"), FourDays[2..], (_, _, _) => 30, units: "degC");
        using var source = Assert.Single(FieldSource.OpenAll([kelvin, celsius], []));
        var field = new float[source.Grid.Cells];
        source.Read(3, field);
        Assert.Equal("K", source.Variable.Units);
        Assert.All(field, value => Assert.Equal(303.15f, value));
    }

    [Fact]
    public void A_folder_stands_for_its_files_and_variables_are_told_apart()
    {
        FieldFileWriter.Write(_folder.File("t.nc"), FourDays, (_, _, _) => 300);
        FieldFileWriter.Write(_folder.File("p.nc"), FourDays, (_, _, _) => 1e5f, variable: "p", units: "Pa");
        Assert.Equal(["p", "t"], FieldSource.OpenAll([_folder.Path], []).Select(s => s.Variable.Name));
        Assert.Equal(["t", "p"], FieldSource.OpenAll([_folder.Path], ["t", "p"]).Select(s => s.Variable.Name));
    }

    [Fact]
    public void What_does_not_fit_is_refused_in_one_line_that_names_it()
    {
        static float One(DateTime time, double latitude, double longitude) => 1;
        var good = FieldFileWriter.Write(_folder.File("good.nc"), FourDays, One);
        Refused("comes twice", good, FieldFileWriter.Write(_folder.File("again.nc"), FourDays[..1], One));
        Refused("its grid", good, FieldFileWriter.Write(_folder.File("grid.nc"), FourDays, One, latitudes: [50, 40]));
        Refused("'Pa'", good, FieldFileWriter.Write(_folder.File("units.nc"), FourDays, One, units: "Pa"));
        Refused("'none'", FieldFileWriter.Write(_folder.File("calendar.nc"), FourDays, One, calendar: "none"));
        Refused("moons since", FieldFileWriter.Write(_folder.File("months.nc"), FourDays, One, timeUnits: "moons since 2000-01-01"));
        Refused("(lat 5, time 4, lon 6)", FieldFileWriter.Write(_folder.File("order.nc"), FourDays, One, order: ["lat", "time", "lon"]));
        Refused("span less than 360", FieldFileWriter.Write(_folder.File("halo.nc"), FourDays, One, longitudes: [0, 90, 180, 270, 360, 450]));
        Refused("no such file", _folder.File("absent.nc"));
        File.WriteAllText(_folder.File("text.nc"), "lat,lon,anomaly\n");
        Refused("not a netCDF file", _folder.File("text.nc"));
        Assert.Contains("'t'", Assert.Throws<InvalidInputException>(() => FieldSource.OpenAll([good], ["t2m"])).Message);
    }

    [Fact]
    public void Of_several_variables_one_must_be_named()
    {
        var path = _folder.File("two.nc");
        using (var file = new ClassicNetcdfWriter(path))
        {
            var time = file.AddDimension("time", 2);
            var timeValues = file.AddTime(time);
            var (latitude, longitude) = file.AddGrid(new VaeDa.Fields.Grids.Grid([1, 0], [0, 1]));
            file.Write(file.AddVariable("u", NetcdfType.Float32, [time, latitude, longitude]), (float[])[1, 2, 3, 4, 5, 6, 7, 8]);
            Assert.Throws<InvalidOperationException>(() => file.AddVariable("late", NetcdfType.Float32, []));
            file.Write(timeValues, [0.0, 24]);
            file.Complete();
        }

        Assert.Single(FieldSource.OpenAll([path], []));
        using (var file = new ClassicNetcdfWriter(path))
        {
            var time = file.AddDimension("time", 1);
            var timeValues = file.AddTime(time);
            var (latitude, longitude) = file.AddGrid(new VaeDa.Fields.Grids.Grid([1, 0], [0, 1]));
            var u = file.AddVariable("u", NetcdfType.Float32, [time, latitude, longitude]);
            var v = file.AddVariable("v", NetcdfType.Float32, [time, latitude, longitude]);
            file.Write(u, (float[])[1, 2, 3, 4]);
            file.Write(v, (float[])[5, 6, 7, 8]);
            file.Write(timeValues, [0.0]);
            file.Complete();
        }

        Refused("'u', 'v'; choose one", path);
        using var source = Assert.Single(FieldSource.OpenAll([path], ["v"]));
        var field = new float[4];
        source.Read(0, field);
        Assert.Equal([5, 6, 7, 8], field);
    }

    private static float[] ReadFirst(string path, out VaeDa.Fields.Grids.Grid grid)
    {
        using var source = Assert.Single(FieldSource.OpenAll([path], []));
        var field = new float[source.Grid.Cells];
        source.Read(0, field);
        grid = source.Grid;
        return field;
    }

    private static void Refused(string named, params string[] paths)
    {
        var message = Assert.Throws<InvalidInputException>(() => FieldSource.OpenAll(paths, [])).Message;
        Assert.StartsWith(paths[^1], message);
        Assert.Contains(named, message);
        Assert.DoesNotContain('\n', message);
    }
}
