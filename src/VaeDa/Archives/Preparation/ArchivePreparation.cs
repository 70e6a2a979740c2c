using System.Numerics;
using System.Runtime.InteropServices;
using VaeDa.Archives.Sources;
using VaeDa.Fields;
using VaeDa.Fields.Climatologies;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Archives.Preparation;

/// <summary>
/// Makes an <see cref="AnomalyArchive"/> of field files in two passes: the first gives the climatology and the range of the
/// anomalies, the second writes them. A few fields are in memory at a time, plus a part of one variable's climatology, so memory
/// does not grow with the number of years.
/// </summary>
public sealed class ArchivePreparation : IDisposable
{
    private const int DefaultSmoothDays = 15;

    /// <summary>Days of weather between what is learnt from and what is held out, where nobody says how many.</summary>
    private const int GapBetweenDays = 5;

    private readonly PreparationOptions _options;
    private readonly IProgress<PreparationProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly AnomalyArchive? _like;
    private readonly IReadOnlyList<FieldSource> _sources;

    // What to add to a source's values to have them in the units of the climatology's mean.
    private readonly double[] _offsets;
    private readonly bool _areAnomalies;
    private readonly Grid _grid;
    private readonly DateTime[] _times;

    // Number of each time's field in each source: [variable][time].
    private readonly int[][] _indices;
    private readonly Frequency _frequency;
    private readonly SplitRule _split;
    private readonly SplitPart[] _parts;
    private readonly bool[] _isInClimatology;
    private readonly ClimatologyDescription _climatology;
    private readonly ValueRange[] _anomalyRanges;

    private ArchivePreparation(PreparationOptions options, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        _options = options;
        _progress = progress;
        _cancellation = cancellation;
        Check(options);
        _sources = FieldSource.OpenAll(options.Inputs, options.Variables, options.Coarsen);
        try
        {
            _areAnomalies = options.AreAnomalies || _sources.All(s => s.HasAnomalies);
            if (!_areAnomalies && _sources.FirstOrDefault(s => s.HasAnomalies) is { } tensor)
            {
                throw new InvalidInputException($"{tensor.Files[0].Path}: tensors hold anomalies, and the other files are taken to hold none; if they do, say so") { Setting = nameof(options.AreAnomalies) };
            }

            _grid = _sources[0].Grid;
            foreach (var other in _sources.Where(s => !s.Grid.Equals(_grid)))
            {
                throw new InvalidInputException($"{other.Files[0].Path}: the grid of '{other.Variable.Name}' ({other.Grid}) is not that of '{_sources[0].Variable.Name}' ({_grid})");
            }

            if (options.Like is not null)
            {
                _like = AnomalyArchive.Open(options.Like);
                _sources = MatchLike(_like);
            }

            _offsets = [.. _sources.Select((s, v) => _like?.Climatology.UnitsOfMean(v) is { } units && !_areAnomalies ? TemperatureUnits.Offset(s.Variable.Units, units)!.Value : 0)];
            _times = CommonTimes();
            _indices = [.. _sources.Select(s => IndicesIn(s.Times))];
            _frequency = FrequencyOf(_times, _like?.Description.Frequency);
            CheckFrequency();
            _split = _like is not null
                ? new SplitRule { Everything = SplitPart.Test }
                : new SplitRule
                {
                    TestYears = options.TestYears,
                    ValidationYears = options.ValidationYears,
                    TrainingYears = options.TrainingYears,
                    GapDays = options.GapDays ?? (_frequency == Frequency.Monthly ? 0 : GapBetweenDays),
                };
            _parts = _split.Apply(_times);
            (_isInClimatology, _climatology) = _like is null ? DescribeClimatology() : (new bool[_times.Length], _like.Description.Climatology with { TakenFrom = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(_like.Folder))) });
            _anomalyRanges = new ValueRange[_sources.Count];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <exception cref="InvalidInputException">The files cannot be read, do not go together, or do not go with the options.</exception>
    public static PreparationReport Run(PreparationOptions options, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var preparation = new ArchivePreparation(options, progress, cancellation);
        return preparation.Run();
    }

    public void Dispose()
    {
        _like?.Dispose();
        foreach (var source in _sources)
        {
            source.Dispose();
        }
    }

    private static void Check(PreparationOptions options)
    {
        if (options.Like is null)
        {
            return;
        }

        if (options.ClimatologyYears is not null || options.SmoothDays is not null || options.TestYears is not null || options.ValidationYears is not null || options.TrainingYears is not null)
        {
            throw new InvalidInputException("an archive made like another uses that archive's climatology and holds only test fields: climatology years, window and split cannot be given");
        }

        if (Path.GetFullPath(options.Like) == Path.GetFullPath(options.Output))
        {
            throw new InvalidInputException($"{options.Output}: this is the archive whose climatology is to be used; name another folder for the new one");
        }
    }

    /// <summary>The sources in the order of the other archive's variables.</summary>
    private List<FieldSource> MatchLike(AnomalyArchive like)
    {
        if (!like.Grid.Equals(_grid))
        {
            throw new InvalidInputException($"{_sources[0].Files[0].Path}: its grid ({_grid}) is not that of {like.Folder} ({like.Grid})");
        }

        if (!like.Variables.Select(v => v.Name).Order().SequenceEqual(_sources.Select(s => s.Variable.Name).Order()))
        {
            throw new InvalidInputException(
                $"{like.Folder} has the variables {string.Join(", ", like.Variables.Select(v => $"'{v.Name}'"))}, the files {string.Join(", ", _sources.Select(s => $"'{s.Variable.Name}'"))}");
        }

        var matched = like.Variables.Select(v => _sources.First(s => s.Variable.Name == v.Name)).ToList();
        for (var v = 0; v < matched.Count; v++)
        {
            var (found, needed) = (matched[v].Variable.Units, like.Climatology.UnitsOfMean(v));
            if (needed is null && !_areAnomalies)
            {
                throw new InvalidInputException($"{like.Folder} was made of ready-made anomalies and has no mean to subtract; if the files hold anomalies too, say so") { Setting = nameof(_options.AreAnomalies) };
            }

            var fits = _areAnomalies
                ? TemperatureUnits.OfDifference(found) == like.Variables[v].Units
                : TemperatureUnits.Offset(found, needed!) is not null;
            if (!fits)
            {
                throw new InvalidInputException($"{matched[v].Files[0].Path}: '{matched[v].Variable.Name}' is in '{found}', but in {like.Folder} it is in '{needed ?? like.Variables[v].Units}'");
            }
        }

        return matched;
    }

    private DateTime[] CommonTimes()
    {
        var common = _sources[0].Times.ToHashSet();
        foreach (var source in _sources.Skip(1))
        {
            common.IntersectWith(source.Times);
        }

        return common.Count > 0
            ? [.. common.Order()]
            : throw new InvalidInputException(_sources.Count == 1
                ? $"{_sources[0].Files[0].Path}: no field in it"
                : $"no time is common to all variables: {string.Join(", ", _sources.Select(s => $"'{s.Variable.Name}' {s.Times[0]:yyyy-MM-dd HH:mm} to {s.Times[^1]:yyyy-MM-dd HH:mm}"))}");
    }

    private int[] IndicesIn(IReadOnlyList<DateTime> times)
    {
        var indices = new int[_times.Length];
        for (int t = 0, i = 0; t < indices.Length; t++)
        {
            while (times[i] != _times[t])
            {
                i++;
            }

            indices[t] = i;
        }

        return indices;
    }

    private static Frequency FrequencyOf(DateTime[] times, Frequency? ofLike)
    {
        if (times.Length < 2)
        {
            return ofLike ?? Frequency.Daily;
        }

        return times.Zip(times.Skip(1)).All(p => (p.First.Year, p.First.Month) != (p.Second.Year, p.Second.Month)) ? Frequency.Monthly
            : times.Zip(times.Skip(1)).All(p => p.First.Date != p.Second.Date) ? Frequency.Daily
            : Frequency.Subdaily;
    }

    private void CheckFrequency()
    {
        if (_frequency == Frequency.Subdaily && !_areAnomalies)
        {
            var (first, second) = _times.Zip(_times.Skip(1)).First(p => p.First.Date == p.Second.Date);
            throw new InvalidInputException(
                $"fields come several times a day ({first:yyyy-MM-dd HH:mm} and {second:HH:mm}), and a climatology has one mean a day; make daily means first, as with 'cdo daymean', or anomalies and say so")
            {
                Setting = nameof(_options.AreAnomalies),
            };
        }

        // Daily fields may be so few that each month has one.
        if (_like?.Description.Frequency == Frequency.Monthly && _frequency != Frequency.Monthly)
        {
            throw new InvalidInputException($"{_like.Folder} holds monthly fields; these are {_frequency.ToString().ToLowerInvariant()}");
        }

        if (_frequency == Frequency.Monthly && _options.SmoothDays is > 0)
        {
            throw new InvalidInputException("the climatology of monthly fields cannot be smoothed over days; the window must be 0");
        }
    }

    /// <summary>Chooses the climatology's fields.</summary>
    private (bool[] IsIn, ClimatologyDescription Description) DescribeClimatology()
    {
        var calendar = _frequency == Frequency.Monthly ? ClimatologyCalendar.Monthly : ClimatologyCalendar.Daily;
        var smoothDays = _frequency == Frequency.Monthly ? 0 : _options.SmoothDays ?? DefaultSmoothDays;
        var scope = _options.ClimatologyYears is null ? ClimatologyScope.Training : ClimatologyScope.NamedYears;
        bool[] isIn = [.. _times.Select((t, i) => _options.ClimatologyYears?.Contains(t.Year) ?? _parts[i] == SplitPart.Training)];
        if (FirstWithoutClimatology(isIn, calendar, smoothDays) is { } time)
        {
            if (scope == ClimatologyScope.NamedYears)
            {
                throw new InvalidInputException(FormattableString.Invariant(
                    $"the climatology's years {_options.ClimatologyYears} have no field at the time of year of {time:yyyy-MM-dd}; the fields run from {_times[0]:yyyy-MM-dd} to {_times[^1]:yyyy-MM-dd}"));
            }

            scope = ClimatologyScope.AllFields;
            Array.Fill(isIn, true);
        }

        return (isIn, new ClimatologyDescription
        {
            Calendar = calendar,
            Origin = _areAnomalies ? ClimatologyOrigin.ReadyMade : ClimatologyOrigin.Computed,
            Scope = scope,
            Years = _options.ClimatologyYears,
            First = DateOnly.FromDateTime(_times[Array.IndexOf(isIn, true)]),
            Last = DateOnly.FromDateTime(_times[Array.LastIndexOf(isIn, true)]),
            Fields = isIn.Count(i => i),
            SmoothDays = smoothDays,
        });
    }

    /// <summary>The first field whose time of the year no field of the climatology is at, or within the window of.</summary>
    private DateTime? FirstWithoutClimatology(bool[] isIn, ClimatologyCalendar calendar, int smoothSteps)
    {
        var steps = calendar.Steps();
        var isCovered = new bool[steps];
        foreach (var step in _times.Where((_, i) => isIn[i]).Select(t => calendar.StepOf(t)).Distinct())
        {
            for (var w = -smoothSteps / 2; w <= smoothSteps / 2; w++)
            {
                isCovered[((step + w) % steps + steps) % steps] = true;
            }
        }

        return _times.Where(t => !isCovered[calendar.StepOf(t)]).Cast<DateTime?>().FirstOrDefault();
    }

    private PreparationReport Run()
    {
        PreparationReport? report = null;
        AtomicFolder.Write(_options.Output, IsArchiveFile, folder => report = WriteArchive(folder));
        return report!;
    }

    private static bool IsArchiveFile(string name) =>
        name is ArchiveDescription.FileName or ClimatologyFile.FileName
        || System.IO.Enumeration.FileSystemName.MatchesSimpleExpression(AnomalyArchive.YearFilePattern, name);

    private PreparationReport WriteArchive(string folder)
    {
        var rawRanges = new MonthlyRanges[_sources.Count];
        if (_like is null)
        {
            using var accumulator = new ClimatologyAccumulator(_climatology.Calendar, _grid.Cells, folder);
            ClimatologyFile.Write(
                folder, _grid, _climatology.Calendar, [.. _sources.Select(s => s.Variable)], hasMean: !_areAnomalies,
                FormattableString.Invariant($"vaeda {Provenance.Version}: {_climatology.Fields} fields, {_climatology.First:yyyy-MM-dd} to {_climatology.Last:yyyy-MM-dd}, smoothed over {_climatology.SmoothDays} days"),
                v =>
                {
                    accumulator.Clear();
                    rawRanges[v] = ReadFirst(v, accumulator);
                    return Finish(v, accumulator);
                });
        }
        else
        {
            File.Copy(Path.Combine(_like.Folder, ClimatologyFile.FileName), Path.Combine(folder, ClimatologyFile.FileName));
            for (var v = 0; v < _sources.Count; v++)
            {
                rawRanges[v] = ReadFirst(v, null);
            }
        }

        Variable[] variables = _like is not null ? [.. _like.Variables] : [.. _sources.Select(s => s.Variable with { Units = TemperatureUnits.OfDifference(s.Variable.Units) })];
        using var climatology = new ClimatologyFile(folder, variables, _grid, _climatology.Calendar);
        var packings = new Int16Packing[_sources.Count];
        for (var v = 0; v < _sources.Count; v++)
        {
            var range = AnomalyRange(climatology, v, rawRanges[v]);
            packings[v] = range != ValueRange.None
                ? Int16Packing.Over(range.Low, range.High)
                : throw new InvalidInputException($"'{variables[v].Name}' has no value where its climatology has one");
        }

        var statistics = WriteAnomalies(folder, variables, climatology, packings);
        var description = new ArchiveDescription
        {
            FormatVersion = ArchiveDescription.CurrentFormatVersion,
            Grid = _grid,
            Variables = variables,
            Frequency = _frequency,
            Climatology = _climatology,
            Split = _split,
            Statistics = [.. statistics.Select((s, v) => s.Describe(variables[v].Name, _sources[v].Variable.Units, packings[v].ScaleFactor / 2))],
            Provenance = Provenance.Now(_options.Command, null, ("sources", _sources.SelectMany(s => s.Files.Select(f => new SourceFile(Path.GetFileName(f.Path), s.Variable.Name, f.Fields))).ToArray())),
        };
        File.WriteAllText(Path.Combine(folder, ArchiveDescription.FileName), description.ToJson() + "\n");
        return new PreparationReport
        {
            Description = description,
            Fields = _times.Length,
            First = _times[0],
            Last = _times[^1],
            Parts = Enum.GetValues<SplitPart>().ToDictionary(part => part, part => _parts.Count(p => p == part)),
            Dropped = _sources.ToDictionary(s => s.Variable.Name, s => s.Times.Count - _times.Length),
            Bytes = Directory.GetFiles(folder).Sum(f => new FileInfo(f).Length),
        };
    }

    /// <summary>The first pass over one variable: by parts of the year where the climatology does not fit into memory, each in the order of time.</summary>
    private MonthlyRanges ReadFirst(int v, ClimatologyAccumulator? accumulator)
    {
        var ranges = new MonthlyRanges(_grid.Cells);
        int[] order = [.. Enumerable.Range(0, _times.Length).OrderBy(t => accumulator?.PartOf(_times[t]))];
        var done = 0;
        foreach (var field in ReadAhead.Fields(order.Length, _grid.Cells, (i, field) => ReadField(v, order[i], field)))
        {
            _cancellation.ThrowIfCancellationRequested();
            var t = order[done++];
            ranges.Add(_times[t].Month, field);
            if (_isInClimatology[t])
            {
                accumulator?.Add(_times[t], field);
            }

            _progress?.Report(new PreparationProgress($"reading {_sources[v].Variable.Name}", done, order.Length));
        }

        var range = ranges.Range();
        return float.IsFinite(range.Low) && float.IsFinite(range.High)
            ? ranges
            : throw new InvalidInputException($"'{_sources[v].Variable.Name}' has {(range == ValueRange.None ? "no value" : "infinite values; set them to the missing value")}");
    }

    private Climatology Finish(int v, ClimatologyAccumulator accumulator)
    {
        try
        {
            return accumulator.Finish(_climatology.SmoothDays, _areAnomalies);
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException($"'{_sources[v].Variable.Name}': {e.Message}", e);
        }
    }

    private void ReadField(int v, int t, Span<float> field)
    {
        _sources[v].Read(_indices[v][t], field);
        if (_offsets[v] != 0)
        {
            for (var c = 0; c < field.Length; c++)
            {
                field[c] = (float)(field[c] + _offsets[v]);
            }
        }
    }

    /// <summary>
    /// A range that no anomaly leaves: each cell's extremes in a month against the least and the largest mean of that month.
    /// </summary>
    private ValueRange AnomalyRange(ClimatologyFile climatology, int v, MonthlyRanges values)
    {
        if (_areAnomalies)
        {
            return values.Range();
        }

        var (means, step) = (new MonthlyRanges(_grid.Cells), 0);
        foreach (var mean in ReadAhead.Fields(_climatology.Calendar.Steps(), _grid.Cells, (i, mean) => climatology.ReadMean(v, i, mean)))
        {
            means.Add(_climatology.Calendar == ClimatologyCalendar.Monthly ? step + 1 : new DateTime(2001, 1, 1).AddDays(step).Month, mean);
            step++;
        }

        return values.RangeOfDifferences(means);
    }

    /// <summary>The second pass.</summary>
    private AnomalyStatistics[] WriteAnomalies(string folder, Variable[] variables, ClimatologyFile climatology, Int16Packing[] packings)
    {
        var weights = _grid.AreaWeights();
        AnomalyStatistics[] statistics = [.. variables.Select(_ => new AnomalyStatistics(weights))];
        float[][] means = [.. variables.Select(_ => new float[_grid.Cells])];
        using var fields = ReadAhead.Fields(_times.Length * variables.Length, _grid.Cells, (i, field) => ReadField(i % variables.Length, i / variables.Length, field)).GetEnumerator();
        var stepRead = -1;
        foreach (var year in Enumerable.Range(0, _times.Length).GroupBy(t => _times[t].Year))
        {
            using var file = new ClassicNetcdfWriter(Path.Combine(folder, FormattableString.Invariant($"anomaly_{year.Key:0000}.nc")));
            file.Attributes["title"] = "Anomalies from climatology";
            file.Attributes["source"] = $"vaeda {Provenance.Version}";
            file.Attributes["history"] = _options.Command;
            var time = file.AddRecordDimension("time");
            var timeValues = file.AddTime(time);
            var cells = file.AddGrid(_grid);
            NetcdfVariable[] stored = [.. variables.Select((variable, v) =>
            {
                var attributes = new NetcdfAttributes { ["long_name"] = $"anomaly of {variable.LongName ?? variable.Name}", ["units"] = variable.Units };
                packings[v].Describe(attributes);
                cells.Describe(attributes);
                return file.AddVariable(variable.Name, NetcdfType.Int16, [time, cells.Row, cells.Column], attributes);
            })];
            var record = 0;
            foreach (var t in year)
            {
                _cancellation.ThrowIfCancellationRequested();
                file.WriteSlice(timeValues, record, CfCoordinates.HoursOf(_times[t]));
                var step = _climatology.Calendar.StepOf(_times[t]);
                for (var v = 0; v < variables.Length; v++)
                {
                    if (step != stepRead && !_areAnomalies)
                    {
                        climatology.ReadMean(v, step, means[v]);
                    }

                    fields.MoveNext();
                    var field = fields.Current;
                    Subtract(means[v], field);
                    statistics[v].Add(field);
                    file.WriteSlice<float>(stored[v], record, field);
                }

                stepRead = step;
                record++;
                _progress?.Report(new PreparationProgress("writing anomalies", t + 1, _times.Length));
            }

            file.Complete();
        }

        return statistics;
    }

    private static void Subtract(float[] mean, float[] field)
    {
        var means = MemoryMarshal.Cast<float, Vector<float>>(mean);
        var values = MemoryMarshal.Cast<float, Vector<float>>(field.AsSpan());
        for (var i = 0; i < values.Length; i++)
        {
            values[i] -= means[i];
        }

        for (var c = values.Length * Vector<float>.Count; c < field.Length; c++)
        {
            field[c] -= mean[c];
        }
    }
}
