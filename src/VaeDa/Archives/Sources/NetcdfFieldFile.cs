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

    /// <summary>The level that is read, of a variable that has levels.</summary>
    internal required ChosenLevel? Level { get; init; }

    /// <summary>Finds the variables named; if none is named, the only one that is on time and a grid.</summary>
    /// <param name="path">Of the file.</param>
    /// <param name="names">With a group before it, and after it the level, <c>forecast/t@850</c>, where they are needed.</param>
    /// <param name="level">Of all variables that name none; null for none.</param>
    /// <exception cref="InvalidInputException">The file does not hold exactly what was asked for in a form that can be read.</exception>
    public static IReadOnlyList<NetcdfFieldFile> Find(string path, IReadOnlyList<string> names, LevelChoice? level)
    {
        using var dataset = NetcdfDataset.Open(path);
        var found = new List<NetcdfFieldFile>();
        if (names.Count > 0)
        {
            foreach (var name in names)
            {
                // A name may have the sign in it.
                var (named, at) = (Named(dataset, name), name.LastIndexOf('@'));
                var own = named is null && at > 0 ? LevelChoice.Parse(name[(at + 1)..]) : null;
                named ??= at > 0 ? Named(dataset, name[..at]) : null;
                if (named is not null)
                {
                    found.Add(Describe(dataset, named, FieldAxes.Of(dataset, named) ?? throw new InvalidInputException($"{path}: {Obstacle(dataset, named)}"), level, own, name));
                }
            }

            return found.Count > 0
                ? found
                : throw new InvalidInputException($"{path}: no variable {string.Join(" or ", names.Select(n => $"'{n}'"))}; there {Listing(FieldVariables(dataset))}");
        }

        var candidates = FieldVariables(dataset);
        if (candidates.Count == 1)
        {
            return [Describe(dataset, candidates[0], FieldAxes.Of(dataset, candidates[0])!, level, null, null)];
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

    /// <summary>Those with one field a time; where there are none, those with levels.</summary>
    private static List<NetcdfVariable> FieldVariables(NetcdfDataset dataset)
    {
        var found = dataset.Variables.Where(v => v.Type is not (NetcdfType.Char or NetcdfType.Unsupported) && FieldAxes.Of(dataset, v) is not null)
            .ToLookup(v => FieldAxes.Of(dataset, v)!.AreFields);
        return [.. found.Contains(true) ? found[true] : found[false]];
    }

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

        var (time, y, x) = (FieldAxes.TimeOf(dataset, variable), variable.Dimensions[grid.Row].Name, variable.Dimensions[grid.Column].Name);
        return time >= 0
            ? $"variable '{variable.FullName}' has its dimensions in another order ({axes}); 'ncpdq -a {variable.Dimensions[time].Name},{y},{x}' puts them in order"
            : variable.Dimensions.FirstOrDefault(d => d.Name is "time" or "valid_time") is { } undated
                ? $"variable '{variable.FullName}' ({axes}) has no dates: the file has no variable '{undated.Name}' that gives them"
                : $"variable '{variable.FullName}' ({axes}) has no time; 'cdo setdate,2000-01-01' or the like gives it one";
    }

    /// <param name="dataset">Open.</param>
    /// <param name="variable">The one to describe.</param>
    /// <param name="axes">Its dimensions.</param>
    /// <param name="level">The level wanted of all variables; null for none.</param>
    /// <param name="own">The level wanted of this one, which its name in the archive is to have; null for none.</param>
    /// <param name="asked">The variable as the user named it; null for none.</param>
    private static NetcdfFieldFile Describe(NetcdfDataset dataset, NetcdfVariable variable, FieldAxes axes, LevelChoice? level, LevelChoice? own, string? asked)
    {
        // Whether its values can be understood is known before any of them is read.
        dataset.PackingOf(variable);
        try
        {
            var order = axes.Grid.ReadOrder(dataset, variable);
            var chosen = axes.Choose(dataset, variable, own ?? level);
            if (own is not null && chosen is null)
            {
                throw new InvalidInputException($"variable '{variable.FullName}' has no levels to choose from");
            }

            var time = TimeAxis.Read(dataset, axes.TimeCoordinate, variable);
            var longName = variable.Attributes.Text("long_name") ?? variable.Attributes.Text("standard_name");
            return new NetcdfFieldFile
            {
                Path = dataset.Path,
                Variable = new Variable
                {
                    Name = own is null ? variable.Name : FormattableString.Invariant($"{variable.Name}{(float)chosen!.Level}"),
                    Units = variable.Attributes.Text("units")?.Trim() is { Length: > 0 } units ? units : "1",
                    LongName = chosen is null ? longName : FormattableString.Invariant($"{longName ?? variable.Name} at {(float)chosen.Level} {chosen.Units}").TrimEnd(),
                    StandardName = StandardNames.Plausible(variable.Attributes.Text("standard_name")),
                    CellMethods = CellMethodsOf(variable, axes, order.Grid),
                },
                History = dataset.Attributes.Text("history"),
                Institution = dataset.Attributes.Text("institution"),
                Source = dataset.Attributes.Text("source"),
                Asked = asked,
                Level = chosen,
                Grid = order.Grid,
                Times = time.Times,
                LongestPeriod = time.Lengths is { Count: > 0 } lengths ? lengths.Max() : null,
                Notices = time.Notices,
                Order = order,
                FullName = variable.FullName,
            };
        }
        catch (InvalidInputException e) when (!e.Message.StartsWith(dataset.Path, StringComparison.Ordinal))
        {
            throw new InvalidInputException($"{dataset.Path}: {e.Message}", e);
        }
    }

    private static string? CellMethodsOf(NetcdfVariable variable, FieldAxes axes, Grid grid)
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
            _timeDimension = FieldAxes.Of(_dataset, _variable)!.Time;
            _start = new long[_variable.Dimensions.Count];
            _count = [.. _variable.Dimensions.Select(d => d.Length)];
            if (file.Level is { } level)
            {
                (_start[level.Dimension], _count[level.Dimension]) = (level.Index, 1);
            }

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
