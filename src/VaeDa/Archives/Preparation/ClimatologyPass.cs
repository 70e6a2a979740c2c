using VaeDa.Fields;
using VaeDa.Fields.Climatologies;
using VaeDa.Files;

namespace VaeDa.Archives.Preparation;

/// <summary>The first pass over the fields: the climatology, and the range of the values in each month.</summary>
internal sealed class ClimatologyPass(PreparationInputs inputs, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
{
    private const int DefaultSmoothDays = 15;
    private readonly List<ConstantCells> _constantCells = [];
    private readonly List<StrayValue> _strayValues = [];
    private bool[] _isIn = new bool[inputs.Times.Length];

    /// <summary>After <see cref="Run"/>: of each variable that has any.</summary>
    public IReadOnlyList<ConstantCells> ConstantCells => _constantCells;

    /// <summary>After <see cref="Run"/>: of all variables.</summary>
    public IReadOnlyList<StrayValue> StrayValues => _strayValues;

    public required ClimatologyDescription Description { get; init; }

    /// <param name="inputs">Not disposed here.</param>
    /// <param name="parts">Of each time.</param>
    /// <param name="progress">Told after each field.</param>
    /// <param name="cancellation">Stops the work early.</param>
    /// <exception cref="InvalidInputException">The years named have no field at some time of the year.</exception>
    public static ClimatologyPass Of(PreparationInputs inputs, SplitPart[] parts, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
    {
        if (inputs.Like is { } like)
        {
            var name = Path.GetFileName(Path.TrimEndingDirectorySeparator(Path.GetFullPath(like.Folder)));
            return new(inputs, progress, cancellation) { Description = like.Description.Climatology with { TakenFrom = name } };
        }

        var (isIn, description) = Describe(inputs, parts);
        return new(inputs, progress, cancellation) { Description = description, _isIn = isIn };
    }

    /// <summary>Writes the climatology, or copies that of the archive that is taken.</summary>
    /// <param name="folder">The archive's.</param>
    /// <param name="provenance">What makes it.</param>
    /// <returns>Of each variable.</returns>
    public MonthlyRanges[] Run(string folder, Provenance provenance)
    {
        var ranges = new MonthlyRanges[inputs.Sources.Count];
        if (inputs.Like is null)
        {
            using var accumulator = new ClimatologyAccumulator(Description.Steps, inputs.Grid.Cells, folder);
            ClimatologyFile.Write(
                folder, inputs.Grid, new ClimatologicalTime(Description, inputs.Times[0].TimeOfDay, [.. inputs.Sources.Select(s => s.Variable)]), [.. inputs.Sources.Select(s => s.Variable)], inputs.Source, provenance,
                v =>
                {
                    accumulator.Clear();
                    ranges[v] = ReadFirst(v, accumulator);
                    return Finish(v, accumulator);
                });
        }
        else
        {
            File.Copy(Path.Combine(inputs.Like.Folder, ClimatologyFile.FileName), Path.Combine(folder, ClimatologyFile.FileName));
            for (var v = 0; v < ranges.Length; v++)
            {
                ranges[v] = ReadFirst(v, null);
            }
        }

        return ranges;
    }

    /// <summary>Chooses the climatology's fields.</summary>
    private static (bool[] IsIn, ClimatologyDescription Description) Describe(PreparationInputs inputs, SplitPart[] parts)
    {
        var calendar = inputs.Frequency == Frequency.Monthly ? ClimatologyCalendar.Monthly : ClimatologyCalendar.Daily;
        var timesOfDay = 24 / (inputs.StepHours ?? 24);
        var smoothDays = inputs.Frequency == Frequency.Monthly ? 0 : inputs.Options.SmoothDays ?? DefaultSmoothDays;
        var scope = inputs.Options.ClimatologyYears is null ? ClimatologyScope.Training : ClimatologyScope.NamedYears;
        bool[] isIn = [.. inputs.Times.Select((t, i) => inputs.Options.ClimatologyYears?.Contains(t.Year) ?? parts[i] == SplitPart.Training)];
        if (FirstWithout(inputs.Times, isIn, new ClimatologySteps(calendar, timesOfDay), smoothDays) is { } time)
        {
            if (scope == ClimatologyScope.NamedYears)
            {
                throw new InvalidInputException(FormattableString.Invariant(
                    $"the climatology's years {inputs.Options.ClimatologyYears} have no field at the time of year of {time:yyyy-MM-dd}; the fields run from {inputs.Times[0]:yyyy-MM-dd} to {inputs.Times[^1]:yyyy-MM-dd}"));
            }

            scope = ClimatologyScope.AllFields;
            Array.Fill(isIn, true);
        }

        return (isIn, new ClimatologyDescription
        {
            Calendar = calendar,
            TimesOfDay = timesOfDay,
            Origin = inputs.AreAnomalies ? ClimatologyOrigin.ReadyMade : ClimatologyOrigin.Computed,
            Scope = scope,
            Years = inputs.Options.ClimatologyYears,
            First = DateOnly.FromDateTime(inputs.Times[Array.IndexOf(isIn, true)]),
            Last = DateOnly.FromDateTime(inputs.Times[Array.LastIndexOf(isIn, true)]),
            Fields = isIn.Count(i => i),
            SmoothDays = smoothDays,
        });
    }

    /// <summary>The first field whose time of the year no field of the climatology is at, or within the window of.</summary>
    private static DateTime? FirstWithout(DateTime[] times, bool[] isIn, ClimatologySteps ofYear, int smoothSteps)
    {
        var steps = ofYear.Count;
        var isCovered = new bool[steps];
        foreach (var step in times.Where((_, i) => isIn[i]).Select(t => ofYear.StepOf(t)).Distinct())
        {
            for (var w = -smoothSteps / 2; w <= smoothSteps / 2; w++)
            {
                isCovered[((step + w * ofYear.PerDay) % steps + steps) % steps] = true;
            }
        }

        return times.Where(t => !isCovered[ofYear.StepOf(t)]).Cast<DateTime?>().FirstOrDefault();
    }

    /// <summary>The first pass over one variable: by parts of the year where the climatology does not fit into memory, each in the order of time.</summary>
    private MonthlyRanges ReadFirst(int v, ClimatologyAccumulator? accumulator)
    {
        var (ranges, levels) = (new MonthlyRanges(inputs.Grid.Cells), new FieldLevels(inputs.Times.Length));
        inputs.Sources[v].BeginWatch();
        int[] order = [.. Enumerable.Range(0, inputs.Times.Length).OrderBy(t => accumulator?.PartOf(inputs.Times[t]))];
        var done = 0;
        foreach (var field in ReadAhead.Fields(order.Length, inputs.Grid.Cells, (i, field) => inputs.Read(v, order[i], field)))
        {
            cancellation.ThrowIfCancellationRequested();
            var t = order[done++];
            ranges.Add(inputs.Times[t].Month, field);
            levels.Add(t, field);
            if (_isIn[t])
            {
                accumulator?.Add(inputs.Times[t], field);
            }

            progress?.Report(new PreparationProgress($"reading {inputs.Sources[v].Variable.Name}", done, order.Length));
        }

        var (constant, stray) = inputs.Sources[v].EndWatch();
        _constantCells.AddRange(constant is null ? [] : [constant]);
        _strayValues.AddRange(stray);

        if (levels.Fault(inputs.Sources[v].Variable.Name, inputs.Times) is { } fault)
        {
            throw new InvalidInputException(fault);
        }

        var range = ranges.Range();
        return float.IsFinite(range.Low) && float.IsFinite(range.High)
            ? ranges
            : throw new InvalidInputException($"'{inputs.Sources[v].Variable.Name}' has {(range == ValueRange.None ? "no value" : "infinite values; set them to the missing value")}");
    }

    private Climatology Finish(int v, ClimatologyAccumulator accumulator)
    {
        try
        {
            return accumulator.Finish(Description.SmoothDays, inputs.AreAnomalies);
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException($"'{inputs.Sources[v].Variable.Name}': {e.Message}", e);
        }
    }
}
