using VaeDa.Fields;
using VaeDa.Fields.Climatologies;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Archives;

/// <summary>
/// The archive's <c>climatology.nc</c>: <c>NAME_mean</c> and <c>NAME_standard_deviation</c> of each variable, on
/// (dayofyear, latitude, longitude) or (month, latitude, longitude). They are float32: 16 bits would have to span the means of all
/// cells, and one cell with a lost fill value would cost all others their last digits. Files with packed ones are read too. Reads
/// are safe from several threads.
/// </summary>
internal sealed class ClimatologyFile : IDisposable
{
    public const string FileName = "climatology.nc";

    private readonly ClassicNetcdfDataset _dataset;
    private readonly NetcdfVariable?[] _means;
    private readonly NetcdfVariable[] _deviations;
    private readonly ClimatologyCalendar _calendar;
    private readonly int _cells;

    /// <exception cref="InvalidInputException">The file is missing, broken, or not that of these variables and this grid.</exception>
    public ClimatologyFile(string folder, IReadOnlyList<Variable> variables, Grid grid, ClimatologyCalendar calendar)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new InvalidInputException($"{path}: no such file; the archive is not complete");
        }

        _dataset = new ClassicNetcdfDataset(path);
        _calendar = calendar;
        _cells = grid.Cells;
        try
        {
            long[] shape = [calendar.Steps(), grid.Height, grid.Width];
            NetcdfVariable? Find(string name) => _dataset.Find(name) is { } found && !found.Dimensions.Select(d => d.Length).SequenceEqual(shape)
                ? throw new InvalidInputException($"{path}: '{name}' does not have the shape ({string.Join(", ", shape)})")
                : _dataset.Find(name);
            _means = [.. variables.Select(v => Find(v.Name + VariableNames.Mean))];
            _deviations = [.. variables.Select(v => Find(v.Name + VariableNames.StandardDeviation)
                ?? throw new InvalidInputException($"{path}: no variable '{v.Name}{VariableNames.StandardDeviation}'"))];
        }
        catch
        {
            _dataset.Dispose();
            throw;
        }
    }

    /// <summary>Units of a variable's mean, null if the climatology has none.</summary>
    public string? UnitsOfMean(int variable) => _means[variable]?.Attributes.Text("units");

    /// <summary>The largest error of the mean from packing; 0 where it is stored as it is, or there is none.</summary>
    public double PackingErrorOfMean(int variable) => _means[variable] is { Type: NetcdfType.Int16 } stored ? (stored.Attributes.Number("scale_factor") ?? 1) / 2 : 0;

    /// <summary>(H, W); zeros where the archive was made of ready-made anomalies.</summary>
    public void ReadMean(int variable, int step, Span<float> mean)
    {
        if (_means[variable] is { } stored)
        {
            Read(stored, step, mean);
        }
        else
        {
            mean.Clear();
        }
    }

    /// <summary>(H, W).</summary>
    public void ReadStandardDeviation(int variable, DateTime time, Span<float> deviation) =>
        Read(_deviations[variable], _calendar.StepOf(time), deviation);

    public void Dispose() => _dataset.Dispose();

    /// <summary>Writes a climatology, one variable after the other.</summary>
    /// <param name="folder">The archive's.</param>
    /// <param name="grid">The archive's.</param>
    /// <param name="calendar">Steps of the year.</param>
    /// <param name="variables">With the units of their values.</param>
    /// <param name="hasMean">Whether the mean is written too.</param>
    /// <param name="source">What the climatology is made of, for the file's readers.</param>
    /// <param name="compute">Gives the climatology of a variable by its number; it is read before the next is asked for.</param>
    public static void Write(
        string folder, Grid grid, ClimatologyCalendar calendar, IReadOnlyList<Variable> variables, bool hasMean, string source, Func<int, Climatology> compute)
    {
        using var file = new ClassicNetcdfWriter(Path.Combine(folder, FileName));
        file.Attributes["title"] = "Climatology of an anomaly archive";
        file.Attributes["source"] = source;
        var isDaily = calendar == ClimatologyCalendar.Daily;
        var steps = file.AddCoordinate(isDaily ? "dayofyear" : "month", [.. Enumerable.Range(1, calendar.Steps()).Select(s => (double)s)], new NetcdfAttributes
        {
            ["long_name"] = isDaily ? "day of a 365-day year, 29 February as 28" : "month of the year",
            ["units"] = "1",
        });
        var cells = file.AddGrid(grid);
        NetcdfVariable Add(string name, string longName, string units)
        {
            var attributes = new NetcdfAttributes { ["long_name"] = longName, ["units"] = units };
            attributes["_FillValue"] = float.NaN;
            cells.Describe(attributes);
            return file.AddVariable(name, NetcdfType.Float32, [steps, cells.Row, cells.Column], attributes);
        }

        var means = variables.Select(v => hasMean ? Add(v.Name + VariableNames.Mean, $"climatological mean of {v.LongName ?? v.Name}", v.Units) : null).ToList();
        var deviations = variables.Select(v =>
            Add(v.Name + VariableNames.StandardDeviation, $"climatological standard deviation of {v.LongName ?? v.Name}", TemperatureUnits.OfDifference(v.Units))).ToList();
        for (var v = 0; v < variables.Count; v++)
        {
            var climatology = compute(v);
            if (means[v] is { } mean)
            {
                WriteSteps(file, mean, calendar.Steps(), grid.Cells, climatology.ReadMean);
            }

            WriteSteps(file, deviations[v], calendar.Steps(), grid.Cells, climatology.ReadStandardDeviation);
        }

        file.Complete();
    }

    private static void WriteSteps(ClassicNetcdfWriter file, NetcdfVariable variable, int steps, int cells, Action<int, float[]> read)
    {
        var step = 0;
        foreach (var field in ReadAhead.Fields(steps, cells, read))
        {
            file.WriteSlice<float>(variable, step++, field);
        }
    }

    private void Read(NetcdfVariable variable, int step, Span<float> field) =>
        _dataset.Read(variable, [step, 0, 0], [1, variable.Dimensions[1].Length, variable.Dimensions[2].Length], field[.._cells]);
}
