using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files.Cf;

namespace VaeDa.Archives.Sources;

/// <summary>
/// The fields of one variable, from one or more files, ascending in time and in the grid's order. One file is open at a
/// time; reading in order opens each once. Not safe from several threads.
/// </summary>
public sealed class FieldSource : IDisposable
{
    // With fewer, a file does not say how often its fields come.
    private const int FewestForStep = 3;

    private readonly Entry[] _entries;
    private readonly Coarsening? _coarsening;
    private readonly float[] _fine; // (H, W) of the files, where they are finer than the grid
    private readonly StoredTimes _stored;
    private readonly List<string> _oddTimes;
    private FieldTimes _fields;
    private double[] _sum = []; // (H, W), where fields are means
    private readonly Grid _gridOfFiles;
    private double[] _missing = [];
    private bool[] _hasMissing = [];
    private ConstantCellWatch? _watch;
    private StrayValueWatch? _strayWatch;
    private FieldFile? _openFile;
    private IFieldReader? _reader;

    private FieldSource(IReadOnlyList<FieldFile> files, int coarsen)
    {
        var first = files[0];
        foreach (var file in files)
        {
            if (!file.Grid.Equals(first.Grid))
            {
                throw new InvalidInputException($"{file.Path}: its grid ({file.Grid}) is not that of {first.Path} ({first.Grid})");
            }

            if (TemperatureUnits.Offset(file.Variable.Units, first.Variable.Units) is null)
            {
                throw new InvalidInputException($"{file.Path}: '{file.Variable.Name}' is in '{file.Variable.Units}', but in {first.Path} it is in '{first.Variable.Units}'");
            }
        }

        var steps = files.Where(file => file.Times.Count >= FewestForStep)
            .Select(file => (file.Path, new StoredTimes([.. file.Times.OrderBy(time => time.Seconds)], file.LongestPeriod).Frequency)).ToList();
        if (steps.Find(file => (file.Frequency == Frequency.Monthly) != (steps[0].Frequency == Frequency.Monthly)) is { Path: { } mixed })
        {
            throw new InvalidInputException($"{mixed}: of this file and {steps[0].Path} one holds a field of each month, the other more; fields of one variable come at one step");
        }

        Variable = coarsen == 1 ? first.Variable : first.Variable with { CellMethods = CfCellMethods.Joined(first.Variable.CellMethods, "area: mean") };
        (History, Institution, Source) = (first.History, first.Institution, first.Source);
        _gridOfFiles = first.Grid;
        _coarsening = coarsen == 1 ? null : new Coarsening(first.Grid, coarsen);
        _fine = new float[_coarsening is null ? 0 : first.Grid.Cells];
        Grid = _coarsening?.Grid ?? first.Grid;
        HasAnomalies = files.All(f => f is TensorFieldFile);
        _entries = [.. files.SelectMany(f => f.Times.Select((time, i) => new Entry(time, f, i))).OrderBy(e => (e.Time.Date, e.Time.SecondOfDay))];
        for (var i = 1; i < _entries.Length; i++)
        {
            var (a, b) = (_entries[i - 1], _entries[i]);
            if ((a.Time.Date, a.Time.SecondOfDay) == (b.Time.Date, b.Time.SecondOfDay))
            {
                throw new InvalidInputException(
                    $"{b.File.Path}: '{Variable.Name}' at {b.Time} comes twice{(a.File == b.File ? "" : $", also in {a.File.Path}")}; each time may come once");
            }

            if (a.Time.Calendar.HasMonthsOf30Days != b.Time.Calendar.HasMonthsOf30Days)
            {
                throw new InvalidInputException($"{b.File.Path}: its calendar is '{b.Time.Calendar.Name}', that of {a.File.Path} is '{a.Time.Calendar.Name}'");
            }
        }

        _stored = new StoredTimes(Array.ConvertAll(_entries, e => e.Time), files.Any(f => f.LongestPeriod is null) ? null : files.Max(f => f.LongestPeriod));
        _fields = FieldTimes.AsStored(_stored);
        Times = [.. _fields.Fields.Select(field => field.Time)];
        Files = [.. files.Select(f => (f.Path, f.Times.Count))];
        _oddTimes = [.. files.SelectMany(f => f.Notices.Select(notice => (f.Path, Notice: notice))).GroupBy(odd => odd.Notice)
            .Select(odd => $"{odd.First().Path}{(odd.Count() == 1 ? "" : $" and {odd.Count() - 1} more")}: {odd.Key}")];
    }

    /// <summary>The variable, with the units in which its values are read.</summary>
    public Variable Variable { get; private set; }

    /// <summary>The grid of the fields as they are read: that of the files, or a coarser one if one was asked for.</summary>
    public Grid Grid { get; }

    /// <summary>The times of the fields (T), ascending, UTC.</summary>
    public IReadOnlyList<DateTime> Times { get; private set; }

    /// <summary>The paths of the files that the fields come from, and how many come from each.</summary>
    public IReadOnlyList<(string Path, int Fields)> Files { get; }

    /// <summary>Whether the files are tensors, <c>.npy</c> or <c>.safetensors</c>, which hold anomalies and never anything else.</summary>
    public bool HasAnomalies { get; }

    /// <summary>The first file's <c>history</c>; null for none.</summary>
    internal string? History { get; }

    /// <summary>The first file's <c>institution</c>; null for none.</summary>
    internal string? Institution { get; }

    /// <summary>The first file's <c>source</c>; null for none.</summary>
    internal string? Source { get; }

    /// <summary>Opens the fields of files, sorted by variable. Their values are read later.</summary>
    /// <param name="paths">NetCDF files, <c>.npy</c> or <c>.safetensors</c> tensors, or folders of them.</param>
    /// <param name="variables">The short names of the variables to take, with the group in front where several have the name; if empty, each netCDF file must hold just one.</param>
    /// <param name="coarsen">Values are area means over blocks of so many cells a side; 1 for the cells themselves.</param>
    /// <param name="level">The level to take of variables that have several, as <c>850</c> or <c>850hPa</c>; null where a variable names its own, <c>t@850</c>, or has one.</param>
    /// <returns>One source for each variable, in the order named, else in the order met; each must be disposed of.</returns>
    /// <exception cref="InvalidInputException">A file cannot be read, or the files do not go together.</exception>
    public static IReadOnlyList<FieldSource> OpenAll(IReadOnlyList<string> paths, IReadOnlyList<string> variables, int coarsen = 1, string? level = null)
    {
        ArgumentNullException.ThrowIfNull(paths);
        ArgumentNullException.ThrowIfNull(variables);
        var (files, wanted) = (new List<FieldFile>(), level is null ? null : LevelChoice.Parse(level));
        foreach (var path in paths.SelectMany(Expand))
        {
            files.AddRange(TensorFieldFile.IsTensor(path) ? TensorFieldFile.Find(path, variables) : NetcdfFieldFile.Find(path, variables, wanted));
        }

        foreach (var name in variables.Where(name => files.All(f => f.Asked != name)))
        {
            throw new InvalidInputException($"no file holds a variable '{name}'; there {(files.Count == 1 ? "is" : "are")} {string.Join(", ", files.Select(f => $"'{f.Variable.Name}'").Distinct())}");
        }

        if (wanted is not null && files.TrueForAll(f => f is not NetcdfFieldFile { Level: not null }))
        {
            throw new InvalidInputException($"{files[0].Path}: '{files[0].Variable.Name}' has no levels to choose from") { Setting = "Level" };
        }

        var names = variables.ToList();
        return [.. files.GroupBy(f => f.Variable.Name).OrderBy(g => g.Min(f => f.Asked is { } asked ? names.IndexOf(asked) : 0)).Select(g => new FieldSource([.. g], coarsen))];
    }

    /// <summary>Reads one field.</summary>
    /// <param name="index">The number of the field in <see cref="Times"/>, from 0.</param>
    /// <param name="field">Room for the field, (H, W) row-major on <see cref="Grid"/>, in the units of <see cref="Variable"/>; NaN where there is no value.</param>
    /// <exception cref="InvalidInputException">The file cannot be read, or is cut short.</exception>
    public void Read(int index, Span<float> field)
    {
        var (_, first, count) = _fields.Fields[index];
        ReadStored(first, field);
        if (count == 1)
        {
            return;
        }

        // A cell that is missing in one of them has no mean.
        _sum = _sum.Length == field.Length ? _sum : new double[field.Length];
        Array.Clear(_sum);
        for (var i = 0; i < count; i++)
        {
            if (i > 0)
            {
                ReadStored(first + i, field);
            }

            for (var c = 0; c < field.Length; c++)
            {
                _sum[c] += field[c];
            }
        }

        for (var c = 0; c < field.Length; c++)
        {
            field[c] = (float)(_sum[c] / count);
        }
    }

    /// <summary>How often the fields come, as they are read.</summary>
    internal Frequency Frequency => _fields.Frequency;

    /// <summary>What was found odd in the files' times, and what was done with them, in words.</summary>
    internal IReadOnlyList<string> Notices => [.. _oddTimes, .. _fields.Notices.Select(notice => $"{Variable.Name}: {notice}")];

    /// <summary>Hours between the fields as the files hold them, where they are whole ones that a step can have; null for others.</summary>
    internal int? HoursBetweenStored => _stored.Interval is { } seconds && seconds % 3600 == 0 && 24 % (seconds / 3600) == 0 ? (int)(seconds / 3600) : null;

    /// <summary>From now on the fields are those at a step: means of days or months, or those every so many hours.</summary>
    /// <exception cref="InvalidInputException">They do not come so often.</exception>
    internal void Take(TimeStep step)
    {
        _fields = FieldTimes.At(_stored, step, Variable.Name);
        Times = [.. _fields.Fields.Select(field => field.Time)];
        if (_fields.Fields.Any(field => field.Count > 1))
        {
            Variable = Variable with { CellMethods = CfCellMethods.AveragedOver(Variable.CellMethods, "time") };
        }
    }

    private void ReadStored(int index, Span<float> field)
    {
        var entry = _entries[index];
        if (_openFile != entry.File || _reader is null)
        {
            _reader?.Dispose();
            _reader = null;
            _reader = entry.File.Open();
            _openFile = entry.File;
        }

        // As the files hold them, before a mean over cells or other units hide what stands for a missing value.
        var stored = _coarsening is null ? field : _fine;
        _reader.Read(entry.Index, stored);
        for (var i = 0; i < _missing.Length; i++)
        {
            _hasMissing[i] |= Remove(_missing[i], stored);
        }

        _watch?.Add(stored);
        _strayWatch?.Add(stored);
        _coarsening?.Apply(stored, field);

        if (TemperatureUnits.Offset(entry.File.Variable.Units, Variable.Units) is { } offset && offset != 0)
        {
            for (var c = 0; c < field.Length; c++)
            {
                field[c] = (float)(field[c] + offset);
            }
        }
    }

    /// <summary>Values that stand for missing ones beside those that the files declare, in the files' units; equal to a millionth.</summary>
    internal IReadOnlyList<double> Missing
    {
        set => (_missing, _hasMissing) = ([.. value], new bool[value.Count]);
    }

    /// <summary>Whether a field read so far has one of the values of <see cref="Missing"/>, by its number.</summary>
    internal bool HasMissing(int number) => _hasMissing[number];

    /// <summary>From now on the fields that are read are watched for cells that never change, and for values far from all others that come again.</summary>
    internal void BeginWatch() => (_watch, _strayWatch) = (new ConstantCellWatch(_gridOfFiles), new StrayValueWatch(_gridOfFiles.Cells));

    /// <returns>What there was of these in the fields read since <see cref="BeginWatch"/>.</returns>
    internal (ConstantCells? Constant, IReadOnlyList<StrayValue> Stray) EndWatch()
    {
        var (cells, stray) = (_watch!, _strayWatch!);
        (_watch, _strayWatch) = (null, null);
        return (cells.Describe(Variable.Name), [.. stray.Describe(Variable.Name, cells)]);
    }

    /// <summary>Closes the file that is open.</summary>
    public void Dispose() => _reader?.Dispose();

    private static bool Remove(double missing, Span<float> field)
    {
        var (hasAny, tolerance) = (false, Math.Abs(missing) * 1e-6);
        for (var c = 0; c < field.Length; c++)
        {
            if (Math.Abs(field[c] - missing) <= tolerance)
            {
                (field[c], hasAny) = (float.NaN, true);
            }
        }

        return hasAny;
    }

    private static IEnumerable<string> Expand(string path)
    {
        if (!Directory.Exists(path))
        {
            return [path];
        }

        var files = Directory.EnumerateFiles(path)
            .Where(f => Path.GetExtension(f).ToLowerInvariant() is ".nc" or ".nc4" or ".cdf" or ".npy" or ".safetensors")
            .Order(StringComparer.Ordinal).ToList();
        return files.Count > 0 ? files : throw new InvalidInputException($"{path}: no .nc, .nc4, .cdf, .npy or .safetensors file in this folder");
    }

    private sealed record Entry(CalendarTime Time, FieldFile File, int Index);
}
