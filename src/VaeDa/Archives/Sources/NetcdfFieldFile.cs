using System.Buffers;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Archives.Sources;

/// <summary>A variable on (time, latitude, longitude), or on (time, y, x) with latitudes and longitudes, in a CF netCDF file.</summary>
internal sealed class NetcdfFieldFile : FieldFile
{
    // Compressed blocks may hold hundreds of fields: reading many at once unpacks each block once.
    private const long BlockBytes = 64 << 20;

    private NetcdfFieldFile()
    {
    }

    internal required FieldOrder Order { get; init; }

    /// <summary>Name of the variable with its group.</summary>
    internal required string FullName { get; init; }

    /// <summary>Finds the variables named; if none is named, the only one that is on time and a grid.</summary>
    /// <exception cref="InvalidInputException">The file does not hold exactly what was asked for in a form that can be read.</exception>
    public static IReadOnlyList<NetcdfFieldFile> Find(string path, IReadOnlyList<string> names)
    {
        using var dataset = NetcdfDataset.Open(path);
        var found = new List<NetcdfFieldFile>();
        if (names.Count > 0)
        {
            foreach (var name in names)
            {
                if (Named(dataset, name) is { } named)
                {
                    found.Add(Describe(dataset, named, AxesOf(dataset, named) ?? throw new InvalidInputException($"{path}: {Obstacle(dataset, named)}")));
                }
            }

            return found.Count > 0
                ? found
                : throw new InvalidInputException($"{path}: no variable {string.Join(" or ", names.Select(n => $"'{n}'"))}; there {Listing(FieldVariables(dataset))}");
        }

        var candidates = FieldVariables(dataset);
        if (candidates.Count == 1)
        {
            return [Describe(dataset, candidates[0], AxesOf(dataset, candidates[0])!)];
        }

        if (candidates.Count > 1)
        {
            throw new InvalidInputException($"{path}: there {Listing(candidates)}; choose one") { Setting = "Variables" };
        }

        var largest = dataset.Variables.Where(v => v.Dimensions.Count > 1).MaxBy(v => v.Elements);
        throw new InvalidInputException(largest is null
            ? $"{path}: no variable on time and a grid"
            : $"{path}: {Obstacle(dataset, largest)}");
    }

    public override IFieldReader Open() => new Reader(this);

    private static List<NetcdfVariable> FieldVariables(NetcdfDataset dataset) =>
        [.. dataset.Variables.Where(v => v.Type is not (NetcdfType.Char or NetcdfType.Unsupported) && AxesOf(dataset, v) is not null)];

    /// <summary>A variable by its name with or without its group; without, it must be in one group alone.</summary>
    private static NetcdfVariable? Named(NetcdfDataset dataset, string name)
    {
        if (dataset.Find(name) is { } exact)
        {
            return exact;
        }

        var inGroups = dataset.Variables.Where(v => v.Name == name).ToList();
        return inGroups.Count <= 1
            ? inGroups.FirstOrDefault()
            : throw new InvalidInputException($"{dataset.Path}: there {Listing(inGroups)}; choose one") { Setting = "Variables" };
    }

    private static string Listing(List<NetcdfVariable> variables) => variables.Count switch
    {
        0 => "is none on time and a grid",
        1 => $"is '{variables[0].FullName}'",
        _ => $"are {string.Join(", ", variables.Select(v => $"'{v.FullName}'"))}",
    };

    private static string Obstacle(NetcdfDataset dataset, NetcdfVariable variable)
    {
        var axes = string.Join(", ", variable.Dimensions.Select(d => $"{d.Name} {d.Length}"));
        if (HorizontalAxes.Of(dataset, variable) is not { } grid)
        {
            return HorizontalAxes.Places(dataset, variable) is { } places
                ? $"variable '{variable.FullName}' ({axes}) has its places one by one along '{places.Name}', as an unstructured or reduced grid and stations have; a grid is needed: 'cdo remapdis,r360x180' makes one, or 'cdo setgridtype,regular' of a reduced Gaussian grid"
                : variable.Attributes.Contains("grid_mapping")
                    ? $"variable '{variable.FullName}' ({axes}) is on a projected grid without the latitudes and longitudes of its cells; two variables on (y, x) must hold them, named in its attribute 'coordinates' or known by their standard_name or units"
                    : $"variable '{variable.FullName}' ({axes}) is on no grid with latitudes and longitudes; they are known by the names 'latitude' and 'longitude' or 'lat' and 'lon', by their standard_name, or by the units degrees_north and degrees_east, as 'ncatted -a units,NAME,o,c,degrees_north' writes them";
        }

        var (time, y, x) = (TimeOf(dataset, variable), variable.Dimensions[grid.Row].Name, variable.Dimensions[grid.Column].Name);
        return time < 0
            ? $"variable '{variable.FullName}' ({axes}) has no time; 'cdo setdate,2000-01-01' or the like gives it one"
            : grid.Row < time || grid.Column < grid.Row
                ? $"variable '{variable.FullName}' has its dimensions in another order ({axes}); 'ncpdq -a {variable.Dimensions[time].Name},{y},{x}' puts them in order"
                : $"variable '{variable.FullName}' has dimensions ({axes}); (time, latitude, longitude) or (time, y, x) with coordinates is needed, and any further dimension must be of length 1";
    }

    private static Axes? AxesOf(NetcdfDataset dataset, NetcdfVariable variable)
    {
        var time = TimeOf(dataset, variable);
        return time >= 0 && HorizontalAxes.Of(dataset, variable) is { } grid && grid.Row > time && grid.Column > grid.Row
            && variable.Dimensions.Where((_, d) => d != time && d != grid.Row && d != grid.Column).All(d => d.Length == 1)
            ? new Axes(time, grid)
            : null;
    }

    /// <returns>Number of the dimension; −1 without one.</returns>
    private static int TimeOf(NetcdfDataset dataset, NetcdfVariable variable) =>
        variable.Dimensions.ToList().FindIndex(d => dataset.Find(d.Name) is { Dimensions.Count: 1 } own && IsTime(own));

    private static bool IsTime(NetcdfVariable coordinate) =>
        coordinate.Attributes.Text("units")?.Contains(" since ", StringComparison.OrdinalIgnoreCase) == true
        || coordinate.Name is "time" or "valid_time";

    private static NetcdfFieldFile Describe(NetcdfDataset dataset, NetcdfVariable variable, Axes axes)
    {
        // Whether its values can be understood is known before any of them is read.
        dataset.PackingOf(variable);
        try
        {
            var order = axes.Grid.ReadOrder(dataset, variable);
            var time = dataset.Find(variable.Dimensions[axes.Time].Name)!;
            var timeUnits = CfTimeUnits.Parse(
                time.Attributes.Text("units") ?? throw new InvalidInputException($"'{time.Name}' has no units"),
                time.Attributes.Text("calendar"));
            return new NetcdfFieldFile
            {
                Path = dataset.Path,
                Variable = new Variable
                {
                    Name = variable.Name,
                    Units = variable.Attributes.Text("units")?.Trim() is { Length: > 0 } units ? units : "1",
                    LongName = variable.Attributes.Text("long_name") ?? variable.Attributes.Text("standard_name"),
                    StandardName = StandardNames.Plausible(variable.Attributes.Text("standard_name")),
                    CellMethods = CellMethodsOf(variable, axes, order.Grid),
                },
                History = dataset.Attributes.Text("history"),
                Institution = dataset.Attributes.Text("institution"),
                Source = dataset.Attributes.Text("source"),
                Grid = order.Grid,
                Times = [.. dataset.ReadAll(time).Select(timeUnits.Decode)],
                Order = order,
                FullName = variable.FullName,
            };
        }
        catch (InvalidInputException e) when (!e.Message.StartsWith(dataset.Path, StringComparison.Ordinal))
        {
            throw new InvalidInputException($"{dataset.Path}: {e.Message}", e);
        }
    }

    private static string? CellMethodsOf(NetcdfVariable variable, Axes axes, Grid grid)
    {
        var dimensions = variable.Dimensions;
        var (row, column) = grid.Projection is null ? ("latitude", "longitude") : ("y", "x");
        return CfCellMethods.Renamed(variable.Attributes.Text("cell_methods"), name =>
            name == "area" || name == "time" ? name
            : name == dimensions[axes.Time].Name ? "time"
            : name == dimensions[axes.Grid.Row].Name ? row
            : name == dimensions[axes.Grid.Column].Name ? column
            : null);
    }

    private sealed record Axes(int Time, HorizontalAxes Grid);

    private sealed class Reader : IFieldReader
    {
        private readonly NetcdfFieldFile _file;
        private readonly NetcdfDataset _dataset;
        private readonly NetcdfVariable _variable;
        private readonly long[] _start;
        private readonly long[] _count;
        private readonly int _timeDimension;
        private readonly float[] _block;
        private readonly int _fieldsAtOnce;
        private int _blockStart;
        private int _blockFields;

        public Reader(NetcdfFieldFile file)
        {
            _file = file;
            _dataset = NetcdfDataset.Open(file.Path);
            _variable = _dataset.Find(file.FullName)
                ?? throw new InvalidInputException($"{file.Path}: variable '{file.Variable.Name}' has disappeared since the file was first read");
            _timeDimension = AxesOf(_dataset, _variable)!.Time;
            _start = new long[_variable.Dimensions.Count];
            _count = [.. _variable.Dimensions.Select(d => d.Length)];
            _fieldsAtOnce = (int)Math.Clamp(BlockBytes / (sizeof(float) * file.Order.FileCells), 1, _dataset.UnpackedTogether(_variable, _timeDimension));
            _block = ArrayPool<float>.Shared.Rent(_fieldsAtOnce * file.Order.FileCells);
        }

        public void Read(int index, Span<float> field)
        {
            var cells = _file.Order.FileCells;
            if (index < _blockStart || index >= _blockStart + _blockFields)
            {
                _blockStart = index / _fieldsAtOnce * _fieldsAtOnce;
                _blockFields = Math.Min(_fieldsAtOnce, _file.Times.Count - _blockStart);
                _start[_timeDimension] = _blockStart;
                _count[_timeDimension] = _blockFields;
                _dataset.Read(_variable, _start, _count, _block.AsSpan(0, _blockFields * cells));
            }

            _file.Order.Apply(_block.AsSpan((index - _blockStart) * cells, cells), field);
        }

        public void Dispose()
        {
            _dataset.Dispose();
            ArrayPool<float>.Shared.Return(_block);
        }
    }
}
