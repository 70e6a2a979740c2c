using VaeDa.Archives.Netcdf;
using VaeDa.Fields;

namespace VaeDa.Archives;

/// <summary>
/// Makes an anomaly archive of fields, in three passes over the files: the climatology, the anomalies' range, the
/// anomalies. Memory is that of one variable's climatology and one field, whatever the number of years.
/// </summary>
public sealed class ArchivePreparation : IDisposable
{
    private const int DefaultSmoothDays = 15;
    private readonly PreparationOptions _options;
    private readonly IProgress<PreparationProgress>? _progress;
    private readonly CancellationToken _cancellation;
    private readonly IReadOnlyList<FieldSource> _sources;
    private readonly Grid _grid;
    private readonly DateTime[] _times;
    private readonly int[][] _places; // [v][t]: number of the field in its source
    private readonly Variable[] _anomalies;
    private readonly Frequency _frequency;
    private readonly bool _areAnomalies;

    private ArchivePreparation(PreparationOptions options, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        (_options, _progress, _cancellation) = (options, progress, cancellation);
        _sources = FieldSource.OpenAll(options.Inputs, options.Variables);
        _grid = _sources[0].Grid;
        _areAnomalies = options.AreAnomalies || _sources.All(s => s.HasAnomalies);
        foreach (var source in _sources)
        {
            if (!source.Grid.Equals(_grid))
            {
                throw new InvalidInputException($"{source.Files[0].Path}: '{source.Variable.Name}' is on the grid {source.Grid}, '{_sources[0].Variable.Name}' on {_grid}; the variables of an archive share one");
            }

            if (source.HasAnomalies != _areAnomalies && !options.AreAnomalies)
            {
                throw new InvalidInputException($"{source.Files[0].Path}: '{source.Variable.Name}' {(source.HasAnomalies ? "holds" : "does not hold")} anomalies, unlike the other variables; with --anomalies all are taken as such");
            }
        }

        _times = [.. _sources.Skip(1).Aggregate(_sources[0].Times.AsEnumerable(), (times, source) => times.Intersect(source.Times))];
        if (_times.Length == 0)
        {
            throw new InvalidInputException($"no time is common to {string.Join(", ", _sources.Select(s => $"'{s.Variable.Name}'"))}");
        }

        _places = [.. _sources.Select(source =>
        {
            var place = source.Times.Select((time, i) => (time, i)).ToDictionary(p => p.time, p => p.i);
            return Array.ConvertAll(_times, time => place[time]);
        })];
        _anomalies = [.. _sources.Select(s => s.Variable with { Units = TemperatureUnits.OfDifference(s.Variable.Units) })];
        _frequency = FrequencyOf(_times);
    }

    /// <exception cref="InvalidInputException">The files cannot be read or do not go together, or an option does not fit them.</exception>
    public static PreparationReport Run(PreparationOptions options, IProgress<PreparationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(options);
        using var preparation = new ArchivePreparation(options, progress, cancellation);
        PreparationReport? report = null;
        AtomicFolder.Write(options.Output, IsOurs, folder => report = options.Like is null ? preparation.Compute(folder) : preparation.Follow(folder, options.Like));
        return report!;
    }

    public void Dispose()
    {
        foreach (var source in _sources)
        {
            source.Dispose();
        }
    }

    private static bool IsOurs(string name) =>
        name is ArchiveDescription.FileName or ClimatologyFile.FileName || (name.StartsWith("anomaly_", StringComparison.Ordinal) && name.EndsWith(".nc", StringComparison.Ordinal));

    private static Frequency FrequencyOf(DateTime[] times)
    {
        if (times.Length > 1 && times.Zip(times.Skip(1)).All(p => (p.First.Year, p.First.Month) != (p.Second.Year, p.Second.Month)))
        {
            return Frequency.Monthly;
        }

        return times.Zip(times.Skip(1)).All(p => p.First.Date != p.Second.Date) ? Frequency.Daily : Frequency.Subdaily;
    }

    private PreparationReport Compute(string folder)
    {
        var monthly = _frequency == Frequency.Monthly;
        var calendar = monthly ? ClimatologyCalendar.Monthly : ClimatologyCalendar.Daily;
        var split = new SplitRule { TestYears = _options.TestYears, ValidationYears = _options.ValidationYears, GapDays = monthly ? 0 : _options.GapDays };
        var parts = split.Apply(_times);
        var period = Enumerable.Range(0, _times.Length).Where(t => _options.ClimatologyYears?.Contains(_times[t].Year) ?? parts[t] == SplitPart.Training).ToArray();
        if (period.Length == 0)
        {
            throw new InvalidInputException($"--climatology {_options.ClimatologyYears}: there is no field in those years, {_times[0]:yyyy-MM-dd} to {_times[^1]:yyyy-MM-dd}");
        }

        var smooth = _options.SmoothDays ?? (monthly ? 0 : DefaultSmoothDays);
        var description = new ClimatologyDescription
        {
            Calendar = calendar,
            Origin = _areAnomalies ? ClimatologyOrigin.ReadyMade : ClimatologyOrigin.Computed,
            Years = _options.ClimatologyYears,
            First = DateOnly.FromDateTime(_times[period[0]]),
            Last = DateOnly.FromDateTime(_times[period[^1]]),
            Fields = period.Length,
            SmoothDays = smooth,
        };
        var field = new float[_grid.Cells];
        ClimatologyFile.Write(folder, _grid, calendar, [.. _sources.Select(s => s.Variable)], !_areAnomalies, $"{period.Length} fields, {description.First:yyyy-MM-dd} to {description.Last:yyyy-MM-dd}", v =>
        {
            var accumulator = new ClimatologyAccumulator(calendar, _grid.Cells);
            for (var i = 0; i < period.Length; i++)
            {
                _cancellation.ThrowIfCancellationRequested();
                _sources[v].Read(_places[v][period[i]], field);
                accumulator.Add(_times[period[i]], field);
                _progress?.Report(new PreparationProgress($"climatology of {_sources[v].Variable.Name}", i + 1, period.Length));
            }

            try
            {
                return accumulator.Finish(smooth);
            }
            catch (InvalidInputException e)
            {
                throw new InvalidInputException($"'{_sources[v].Variable.Name}': {e.Message}", e);
            }
        });
        return WriteAnomalies(folder, description, split, parts);
    }

    private PreparationReport Follow(string folder, string like)
    {
        using var archive = AnomalyArchive.Open(like);
        var names = archive.Variables.Select(v => v.Name);
        if (!names.SequenceEqual(_anomalies.Select(v => v.Name)))
        {
            throw new InvalidInputException($"--like {like}: its variables are {string.Join(", ", names.Select(n => $"'{n}'"))}, those of the files {string.Join(", ", _anomalies.Select(v => $"'{v.Name}'"))}");
        }

        if (!archive.Grid.Equals(_grid))
        {
            throw new InvalidInputException($"--like {like}: its grid is {archive.Grid}, that of the files {_grid}");
        }

        if (archive.Description.Frequency != _frequency && _times.Length > 1)
        {
            throw new InvalidInputException($"--like {like}: its fields are {archive.Description.Frequency}, those of the files {_frequency}");
        }

        for (var v = 0; v < _sources.Count; v++)
        {
            var units = archive.Climatology.UnitsOfMean(v) ?? archive.Variables[v].Units;
            if (TemperatureUnits.Offset(_sources[v].Variable.Units, units) is not 0)
            {
                throw new InvalidInputException($"--like {like}: its '{_anomalies[v].Name}' is in '{units}', that of the files in '{_sources[v].Variable.Units}'");
            }
        }

        File.Copy(Path.Combine(like, ClimatologyFile.FileName), Path.Combine(folder, ClimatologyFile.FileName));
        var split = new SplitRule { Everything = SplitPart.Test };
        return WriteAnomalies(folder, archive.Description.Climatology with { TakenFrom = Path.GetFileName(Path.GetFullPath(like)) }, split, split.Apply(_times));
    }

    private PreparationReport WriteAnomalies(string folder, ClimatologyDescription climatologyDescription, SplitRule split, SplitPart[] parts)
    {
        using var climatology = new ClimatologyFile(folder, _anomalies, _grid, climatologyDescription.Calendar);
        var field = new float[_grid.Cells];
        var mean = new float[_grid.Cells];
        var statistics = new AnomalyStatistics[_sources.Count];
        for (var v = 0; v < _sources.Count; v++)
        {
            statistics[v] = new AnomalyStatistics(_grid);
            for (var t = 0; t < _times.Length; t++)
            {
                _cancellation.ThrowIfCancellationRequested();
                ReadAnomaly(climatology, climatologyDescription.Calendar, v, t, field, mean);
                statistics[v].Add(field);
                _progress?.Report(new PreparationProgress($"range of {_anomalies[v].Name}", t + 1, _times.Length));
            }

            if (statistics[v].IsEmpty)
            {
                throw new InvalidInputException($"'{_anomalies[v].Name}': no anomaly has a value");
            }
        }

        var packings = Array.ConvertAll(statistics, s => Int16Packing.Over(s.Range.Low, s.Range.High));
        var written = 0;
        foreach (var year in Enumerable.Range(0, _times.Length).GroupBy(t => _times[t].Year))
        {
            using var file = new ClassicNetcdfWriter(Path.Combine(folder, $"anomaly_{year.Key:0000}.nc"));
            file.Attributes["title"] = "Anomalies from climatology";
            file.Attributes["history"] = _options.Command;
            var time = file.AddRecordDimension("time");
            var timeVariable = file.AddTime(time);
            var (latitude, longitude) = file.AddGrid(_grid);
            var variables = _anomalies.Select((variable, v) =>
            {
                var attributes = new NetcdfAttributes { ["long_name"] = $"{variable.LongName ?? variable.Name} anomaly", ["units"] = variable.Units };
                packings[v].Describe(attributes);
                return file.AddVariable(variable.Name, NetcdfType.Int16, [time, latitude, longitude], attributes);
            }).ToList();
            var record = 0;
            foreach (var t in year)
            {
                _cancellation.ThrowIfCancellationRequested();
                file.WriteSlice(timeVariable, record, CfCoordinates.HoursOf(_times[t]));
                for (var v = 0; v < variables.Count; v++)
                {
                    ReadAnomaly(climatology, climatologyDescription.Calendar, v, t, field, mean);
                    file.WriteSlice(variables[v], record, field);
                }

                record++;
                _progress?.Report(new PreparationProgress("writing anomalies", ++written, _times.Length));
            }

            file.Complete();
        }

        var description = new ArchiveDescription
        {
            FormatVersion = ArchiveDescription.CurrentFormatVersion,
            Variables = _anomalies,
            Frequency = _frequency,
            Climatology = climatologyDescription,
            Split = split,
            Statistics = [.. statistics.Select((s, v) => s.Describe(_anomalies[v].Name, _sources[v].Variable.Units, packings[v].ScaleFactor / 2))],
            Provenance = Provenance.Now(_options.Command, [.. _sources.SelectMany(s => s.Files, (s, f) => new SourceFile(Path.GetFileName(f.Path), s.Variable.Name, f.Fields))]),
            Grid = _grid,
        };
        File.WriteAllText(Path.Combine(folder, ArchiveDescription.FileName), description.ToJson());
        return new PreparationReport
        {
            Description = description,
            Fields = _times.Length,
            First = _times[0],
            Last = _times[^1],
            Parts = Enum.GetValues<SplitPart>().ToDictionary(part => part, part => parts.Count(p => p == part)),
            Dropped = _sources.ToDictionary(s => s.Variable.Name, s => s.Times.Count - _times.Length),
            Bytes = Directory.GetFiles(folder).Sum(f => new FileInfo(f).Length),
        };
    }

    /// <param name="anomaly">(H, W), set here.</param>
    /// <param name="mean">(H, W), overwritten.</param>
    private void ReadAnomaly(ClimatologyFile climatology, ClimatologyCalendar calendar, int variable, int time, float[] anomaly, float[] mean)
    {
        _sources[variable].Read(_places[variable][time], anomaly);
        if (_areAnomalies)
        {
            return;
        }

        climatology.ReadMean(variable, calendar.StepOf(_times[time]), mean);
        for (var c = 0; c < anomaly.Length; c++)
        {
            anomaly[c] -= mean[c];
        }
    }
}
