using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Results;

/// <summary>The fields that <see cref="AnalysisFieldWriter"/> wrote, of one time or many, and of folders of earlier versions.</summary>
internal sealed class AnalysisFieldReader : IDisposable
{
    // What long names of most probable fields began with in earlier versions; the variable's followed.
    private const string MostProbableOf = "most probable anomaly of ";

    private readonly string _path;
    private readonly NetcdfDataset _file;

    /// <exception cref="InvalidInputException">There is no such file, or it is not of an analysis.</exception>
    public AnalysisFieldReader(string path)
    {
        _path = path;
        _file = NetcdfDataset.Open(path);
        try
        {
            const string Deviation = VariableNames.ClimatologicalStandardDeviation;
            Names = [.. _file.Variables.Where(v => v.Name.EndsWith(Deviation, StringComparison.Ordinal)).Select(v => v.Name[..^Deviation.Length])];
            if (Names.Count == 0)
            {
                throw new InvalidInputException($"{path}: not an analysis: it has no variable whose name ends in {Deviation}");
            }

            VariableNames.Check([.. Names.Select(name => new Variable { Name = name, Units = "1" })], null, _ => path);
            Grid = _file.ReadGrid(Find(Names[0] + Deviation));
            Members = (int)(_file.Find("member")?.Elements ?? 0);
            if (_file.Find("time") is { } time)
            {
                var units = CfTimeUnits.Parse(time.Attributes.Text("units") ?? "", time.Attributes.Text("calendar"));
                Times = [.. _file.ReadAll(time).Select(units.Decode)];
            }
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    /// <summary>Of the variables (V).</summary>
    public IReadOnlyList<string> Names { get; }

    /// <summary>Of the analysis; null where the file names none.</summary>
    public string? Id => _file.Attributes.Text(AnalysisId.Attribute);

    public Grid Grid { get; }

    /// <summary>M.</summary>
    public int Members { get; }

    /// <summary>UTC; empty where the analysis has no time.</summary>
    public IReadOnlyList<DateTime> Times { get; } = [];

    /// <summary>Whether a field of this ending is in the file.</summary>
    public bool Has(string ending) => _file.Find(Names[0] + ending) is not null;

    /// <param name="ending">Of its name, after the variable's.</param>
    /// <param name="record">Of the time, from 0; of no effect on what has no time.</param>
    /// <returns>(V, H, W)</returns>
    public float[] Field(string ending, int record = 0)
    {
        var values = new float[Names.Count * Grid.Cells];
        for (var v = 0; v < Names.Count; v++)
        {
            var variable = Find(Names[v] + ending);
            RequireShape(variable, Grid.Height, Grid.Width);
            long[] start = variable.Dimensions.Count == 3 ? [record, 0, 0] : [0, 0];
            _file.Read(variable, start, [.. start[2..].Select(_ => 1L), Grid.Height, Grid.Width], values.AsSpan(v * Grid.Cells, Grid.Cells));
        }

        return values;
    }

    /// <summary>The members of one time, which stay in the file until each is asked for.</summary>
    public MembersInFile MembersOf(int record = 0)
    {
        if (Members > 0)
        {
            foreach (var name in Names)
            {
                RequireShape(Find(name), Members, Grid.Height, Grid.Width);
            }
        }

        return new MembersInFile(_path, Names, Grid, Members, record, Id);
    }

    /// <summary>What the file says of its variables.</summary>
    public IReadOnlyList<Variable> Variables() => [.. Names.Select(name =>
    {
        var attributes = Find(name + (Has(VariableNames.MostProbable) ? VariableNames.MostProbable : VariableNames.Mean)).Attributes;
        return new Variable
        {
            Name = name,
            Units = attributes.Text("units") ?? "1",
            // The name stands there for a long name that is not known.
            LongName = attributes.Text("long_name") is { } text && text.StartsWith(MostProbableOf, StringComparison.Ordinal) && text[MostProbableOf.Length..] is var own && own != name ? own : null,
        };
    })];

    public void Dispose() => _file.Dispose();

    private NetcdfVariable Find(string name) =>
        _file.Find(name) ?? throw new InvalidInputException($"{_path}: not a whole analysis: it has no variable '{name}'");

    /// <param name="variable">Along time, or in folders of earlier versions without.</param>
    /// <param name="shape">Without time.</param>
    private void RequireShape(NetcdfVariable variable, params IReadOnlyList<long> shape)
    {
        var lengths = variable.Dimensions.Select(d => d.Length).ToList();
        if (!lengths.SequenceEqual(shape) && !lengths.SequenceEqual([Times.Count, .. shape]))
        {
            throw new InvalidInputException($"{_path}: variable '{variable.Name}' is not on the grid of the others");
        }
    }
}
