using VaeDa.Archives.Sources;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files;

namespace VaeDa.Archives.Preparation;

/// <summary>The fields that an archive is made of: those times of all variables that all have, in the units of the climatology's mean.</summary>
internal sealed class PreparationInputs : IDisposable
{
    // What to add to a source's values to have them in the units of the climatology's mean.
    private readonly double[] _offsets;

    // Number of each time's field in each source: [variable][time].
    private readonly int[][] _indices;

    private readonly List<string> _notices = [];

    /// <param name="options">Checked here against each other and against the files.</param>
    /// <exception cref="InvalidInputException">The files cannot be read, do not go together, or do not go with the options.</exception>
    public PreparationInputs(PreparationOptions options)
    {
        Options = options;
        Check(options);
        Sources = FieldSource.OpenAll(options.Inputs, options.Variables, options.Coarsen, options.Level);
        try
        {
            foreach (var source in Sources)
            {
                source.Missing = [.. options.Missing];
            }

            VariableNames.Check([.. Sources.Select(s => s.Variable)], Sources[0].Grid.Projection?.Mapping?.Name, v => Sources[v].Files[0].Path);
            AreAnomalies = options.AreAnomalies || Sources.All(s => s.HasAnomalies);
            if (!AreAnomalies && Sources.FirstOrDefault(s => s.HasAnomalies) is { } tensor)
            {
                throw new InvalidInputException($"{tensor.Files[0].Path}: tensors hold anomalies, and the other files are taken to hold none; if they do, say so") { Setting = nameof(options.AreAnomalies) };
            }

            Grid = Sources[0].Grid;
            foreach (var other in Sources.Where(s => !s.Grid.Equals(Grid)))
            {
                throw new InvalidInputException($"{other.Files[0].Path}: the grid of '{other.Variable.Name}' ({other.Grid}) is not that of '{Sources[0].Variable.Name}' ({Grid})");
            }

            if (options.Like is not null)
            {
                Like = AnomalyArchive.Open(options.Like);
                Sources = MatchLike(Like);
            }

            _offsets = [.. Sources.Select((s, v) => Like?.Climatology.UnitsOfMean(v) is { } units && !AreAnomalies ? TemperatureUnits.Offset(s.Variable.Units, units)!.Value : 0)];
            (Frequency, StepHours) = TakeStep();
            Times = CommonTimes();
            CheckTimesOfDay();
            _indices = [.. Sources.Select(s => IndicesIn(s.Times))];
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    public PreparationOptions Options { get; }

    /// <summary>The archive whose climatology is taken; null where one is computed.</summary>
    public AnomalyArchive? Like { get; }

    public IReadOnlyList<FieldSource> Sources { get; }

    public bool AreAnomalies { get; }

    public Grid Grid { get; }

    public DateTime[] Times { get; }

    public Frequency Frequency { get; }

    /// <summary>The histories of the variables' first files, as CDO and NCO keep them; null where they have none.</summary>
    public string? History => Joined(Sources.Select(s => s.History), "\n");

    /// <summary>Of the variables' first files; null where they name none.</summary>
    public string? Institution => Joined(Sources.Select(s => s.Institution), "; ");

    /// <summary>Hours from one field to the next where several come a day at regular intervals; otherwise null.</summary>
    public int? StepHours { get; }

    /// <summary>Hours between the files' fields where means of days are taken without being asked for; otherwise null.</summary>
    public int? AveragedHours { get; private set; }

    /// <summary>What was found odd in the files' times, and what is done with them, in words.</summary>
    public IReadOnlyList<string> Notices => [.. Sources.SelectMany(s => s.Notices).Concat(_notices).Distinct()];

    /// <summary>Reads the field of a variable, by its number, and a time, by its number.</summary>
    public void Read(int v, int t, Span<float> field)
    {
        Sources[v].Read(_indices[v][t], field);
        if (_offsets[v] != 0)
        {
            for (var c = 0; c < field.Length; c++)
            {
                field[c] = (float)(field[c] + _offsets[v]);
            }
        }
    }

    public void Dispose()
    {
        Like?.Dispose();
        foreach (var source in Sources)
        {
            source.Dispose();
        }
    }

    /// <summary>What made the fields, by the variables' first files, and what makes the archive.</summary>
    public string Source => Joined([.. Sources.Select(s => s.Source), $"vaeda {Provenance.Version}"], "; ")!;

    private static string? Joined(IEnumerable<string?> texts, string separator) =>
        string.Join(separator, texts.Where(text => !string.IsNullOrWhiteSpace(text)).Select(text => text!.Trim()).Distinct()) is { Length: > 0 } joined ? joined : null;

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
        if (!like.Grid.Equals(Grid))
        {
            throw new InvalidInputException($"{Sources[0].Files[0].Path}: its grid ({Grid}) is not that of {like.Folder} ({like.Grid})");
        }

        if (!like.Variables.Select(v => v.Name).Order().SequenceEqual(Sources.Select(s => s.Variable.Name).Order()))
        {
            throw new InvalidInputException(
                $"{like.Folder} has the variables {string.Join(", ", like.Variables.Select(v => $"'{v.Name}'"))}, the files {string.Join(", ", Sources.Select(s => $"'{s.Variable.Name}'"))}");
        }

        var matched = like.Variables.Select(v => Sources.First(s => s.Variable.Name == v.Name)).ToList();
        for (var v = 0; v < matched.Count; v++)
        {
            var (found, needed) = (matched[v].Variable.Units, like.Climatology.UnitsOfMean(v));
            if (needed is null && !AreAnomalies)
            {
                throw new InvalidInputException($"{like.Folder} was made of ready-made anomalies and has no mean to subtract; if the files hold anomalies too, say so") { Setting = nameof(PreparationOptions.AreAnomalies) };
            }

            var fits = AreAnomalies
                ? TemperatureUnits.OfDifference(found) == like.Variables[v].Units
                : TemperatureUnits.Offset(found, needed!) is not null;
            if (!fits)
            {
                throw new InvalidInputException($"{matched[v].Files[0].Path}: '{matched[v].Variable.Name}' is in '{found}', but in {like.Folder} it is in '{needed ?? like.Variables[v].Units}'");
            }
        }

        return matched;
    }

    /// <summary>Brings all sources to one step.</summary>
    private (Frequency Frequency, int? Hours) TakeStep()
    {
        var step = Options.Step ?? TimeStep.Of(Like?.Description.Frequency, Like?.Description.StepHours);
        foreach (var source in Sources)
        {
            if (step is not null)
            {
                source.Take(step);
            }
            else if (source.Frequency == Frequency.Subdaily && Like is null)
            {
                AveragedHours = source.HoursBetweenStored;
                source.Take(new TimeStep(Frequency.Daily, null));
            }
        }

        var frequency = Sources[0].Frequency;
        if (Sources.FirstOrDefault(s => s.Frequency != frequency) is { } other)
        {
            throw new InvalidInputException($"'{Sources[0].Variable.Name}' holds {Word(frequency)} fields, '{other.Variable.Name}' {Word(other.Frequency)} ones: variables of one archive have the same step") { Setting = nameof(Options.Step) };
        }

        if (Like is not null && Like.Description.Frequency != frequency)
        {
            throw new InvalidInputException($"{Like.Folder} holds {Word(Like.Description.Frequency)} fields; these are {Word(frequency)}");
        }

        return frequency == Frequency.Monthly && Options.SmoothDays is > 0
            ? throw new InvalidInputException("the climatology of monthly fields cannot be smoothed over days; the window must be 0")
            : (frequency, step?.Hours);
    }

    /// <summary>The times of the first variable at whose days, months or instants all others have a field too.</summary>
    private DateTime[] CommonTimes()
    {
        var common = Sources[0].Times.Select(KeyOf).ToHashSet();
        foreach (var source in Sources.Skip(1))
        {
            common.IntersectWith(source.Times.Select(KeyOf));
        }

        DateTime[] times = [.. Sources[0].Times.Where(time => common.Contains(KeyOf(time)))];
        foreach (var source in Sources.Skip(1))
        {
            if (!source.Times.Any(times.ToHashSet().Contains) && times.Length > 0)
            {
                _notices.Add($"'{source.Variable.Name}' has other times of the {(Frequency == Frequency.Monthly ? "month" : "day")} than '{Sources[0].Variable.Name}', {source.Times[0]:yyyy-MM-dd HH:mm} and {Sources[0].Times[0]:yyyy-MM-dd HH:mm}: they are taken to be of the same {(Frequency == Frequency.Monthly ? "months" : "days")}");
            }
        }

        return times.Length > 0 ? times
            : throw new InvalidInputException(Sources.Count == 1
                ? $"{Sources[0].Files[0].Path}: no field in it"
                : $"no time is common to all variables: {string.Join(", ", Sources.Select(s => $"'{s.Variable.Name}' {s.Times[0]:yyyy-MM-dd HH:mm} to {s.Times[^1]:yyyy-MM-dd HH:mm}"))}");
    }

    /// <summary>The climatology of several times of the day has means of these alone.</summary>
    private void CheckTimesOfDay()
    {
        if (Like?.Description.Climatology.TimesOfDay is not > 1)
        {
            return;
        }

        var interval = TimeSpan.FromDays(1) / Like.Description.Climatology.TimesOfDay;
        TimeSpan InInterval(DateTime time) => new(time.TimeOfDay.Ticks % interval.Ticks);
        if (Times.Where(time => InInterval(time) != InInterval(Like.Times[0])).Cast<DateTime?>().FirstOrDefault() is { } other)
        {
            throw new InvalidInputException(FormattableString.Invariant($"{Like.Folder} has a climatology of every {interval.TotalHours} hours from {InInterval(Like.Times[0]):hh\\:mm} on; these fields have one at {other:yyyy-MM-dd HH:mm}, of whose time of the day it has no mean")) { Setting = nameof(Options.Step) };
        }
    }

    private int[] IndicesIn(IReadOnlyList<DateTime> times)
    {
        var indices = new int[Times.Length];
        for (int t = 0, i = 0; t < indices.Length; t++)
        {
            while (KeyOf(times[i]) != KeyOf(Times[t]))
            {
                i++;
            }

            indices[t] = i;
        }

        return indices;
    }

    /// <summary>The first instant of what a time stands for: its month, its day, or the instant itself.</summary>
    private DateTime KeyOf(DateTime time) => Frequency switch
    {
        Frequency.Monthly => new DateTime(time.Year, time.Month, 1),
        Frequency.Daily => time.Date,
        _ => time,
    };

    private static string Word(Frequency frequency) => frequency switch { Frequency.Monthly => "monthly", Frequency.Daily => "daily", _ => "sub-daily" };
}
