using VaeDa.Fields;
using VaeDa.Fields.Climatologies;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Archives;

/// <summary>
/// The archive's <c>climatology.nc</c>: <c>NAME_mean</c> and <c>NAME_standard_deviation</c> of each variable, on
/// (time, latitude, longitude), with a climatological time of 366 days, each with its times of the day where fields come several times a day, or of
/// 12 months. They are float32: 16 bits would have to span the means of all
/// cells, and one cell with a lost fill value would cost all others their last digits. Files of earlier versions, of 365 days or with
/// packed values, are read too. Reads are safe from several threads.
/// </summary>
internal sealed class ClimatologyFile : IDisposable
{
    public const string FileName = "climatology.nc";

    private readonly ClassicNetcdfDataset _dataset;
    private readonly NetcdfVariable?[] _means;
    private readonly NetcdfVariable[] _deviations;
    private readonly ClimatologySteps _steps;
    private readonly int _cells;
    private readonly IntactRecords? _intact;

    /// <param name="folder">The archive's.</param>
    /// <param name="variables">The archive's.</param>
    /// <param name="grid">The archive's.</param>
    /// <param name="steps">Of its year.</param>
    /// <param name="listed">The file's entry in the archive's description; null where that has none.</param>
    /// <exception cref="InvalidInputException">The file is missing, broken, or not that of these variables and this grid.</exception>
    public ClimatologyFile(string folder, IReadOnlyList<Variable> variables, Grid grid, ClimatologySteps steps, ArchiveFile? listed = null)
    {
        var path = Path.Combine(folder, FileName);
        if (!File.Exists(path))
        {
            throw new InvalidInputException($"{path}: no such file; the archive is not complete");
        }

        _dataset = new ClassicNetcdfDataset(path);
        _intact = listed is null ? null : new IntactRecords(_dataset, listed);
        _steps = steps;
        _cells = grid.Cells;
        try
        {
            long[] shape = [steps.Calendar == ClimatologyCalendar.Daily ? 366 * steps.PerDay : 12, grid.Height, grid.Width];
            NetcdfVariable? Find(string name) => _dataset.Find(name) is not { } found ? null
                : found.Dimensions.Select(d => d.Length).SequenceEqual(shape) || found.Dimensions.Select(d => d.Length).SequenceEqual([steps.Count, grid.Height, grid.Width]) ? found
                : throw new InvalidInputException($"{path}: '{name}' does not have the shape ({string.Join(", ", shape)})");
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
        Read(_deviations[variable], _steps.StepOf(time), deviation);

    public void Dispose() => _dataset.Dispose();

    /// <summary>Writes a climatology, one variable after the other.</summary>
    /// <param name="folder">The archive's.</param>
    /// <param name="grid">The archive's.</param>
    /// <param name="times">Its records.</param>
    /// <param name="variables">With the units of their values.</param>
    /// <param name="source">What made the fields.</param>
    /// <param name="provenance">What makes the file.</param>
    /// <param name="compute">Gives the climatology of a variable by its number; it is read before the next is asked for.</param>
    public static void Write(
        string folder, Grid grid, ClimatologicalTime times, IReadOnlyList<Variable> variables, string source, Provenance provenance, Func<int, Climatology> compute)
    {
        using var file = new ClassicNetcdfWriter(Path.Combine(folder, FileName));
        var description = times.Climatology;
        file.Describe("Climatology of an anomaly archive", source, provenance, description);
        var time = file.AddRecordDimension("time");
        var values = file.AddTime(time, new DateTime(description.First.Year, 1, 1));
        values.Attributes["climatology"] = "climatology_bounds";
        var bounds = file.AddVariable("climatology_bounds", NetcdfType.Float64, [time, file.BoundsDimension()]);
        var cells = file.AddGrid(grid);
        NetcdfVariable Add(string name, NetcdfAttributes attributes)
        {
            cells.Describe(attributes);
            return file.AddVariable(name, NetcdfType.Float32, [time, cells.Row, cells.Column], attributes);
        }

        // Several fields a day are of instants, where nothing else is said of them.
        variables = description.TimesOfDay == 1 ? variables
            : [.. variables.Select(v => CfCellMethods.Of(v.CellMethods, "time") is null ? v with { CellMethods = CfCellMethods.Joined(v.CellMethods, "time: point") } : v)];
        var note = description.SmoothDays > 0 ? FormattableString.Invariant($"running window of {description.SmoothDays} days") : null;
        var means = variables.Select(v => description.Origin == ClimatologyOrigin.Computed ? Add(v.Name + VariableNames.Mean, FieldAttributes.OfClimatologicalMean(v, note)) : null).ToList();
        var deviations = variables.Select(v => Add(v.Name + VariableNames.StandardDeviation, FieldAttributes.OfClimatologicalDeviation(v, note))).ToList();
        for (var record = 0; record < times.Count; record++)
        {
            var (start, end) = times.BoundsOf(record);
            file.WriteSlice(values, record, CfCoordinates.HoursOf(times.TimeOf(record)));
            file.WriteSlice(bounds, record, CfCoordinates.HoursOf(start), CfCoordinates.HoursOf(end));
        }

        for (var v = 0; v < variables.Count; v++)
        {
            var climatology = compute(v);
            if (means[v] is { } mean)
            {
                WriteRecords(mean, climatology.ReadMean);
            }

            WriteRecords(deviations[v], climatology.ReadStandardDeviation);
        }

        file.Complete();

        void WriteRecords(NetcdfVariable variable, Action<int, float[]> read)
        {
            var record = 0;
            foreach (var field in ReadAhead.Fields(times.Count, grid.Cells, (i, field) => read(times.StepOf(i), field)))
            {
                file.WriteSlice<float>(variable, record++, field);
            }
        }
    }

    private void Read(NetcdfVariable variable, int step, Span<float> field)
    {
        // In files of earlier versions 29 February has no record.
        var record = variable.Dimensions[0].Length == _steps.Count ? step : ClimatologicalTime.RecordOf(step, _steps.PerDay);
        _intact?.Require(record);
        _dataset.Read(variable, [record, 0, 0], [1, variable.Dimensions[1].Length, variable.Dimensions[2].Length], field[.._cells]);
    }
}
