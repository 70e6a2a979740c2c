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

    /// <param name="options">Checked here against each other and against the files.</param>
    /// <exception cref="InvalidInputException">The files cannot be read, do not go together, or do not go with the options.</exception>
    public PreparationInputs(PreparationOptions options)
    {
        Options = options;
        Check(options);
        Sources = FieldSource.OpenAll(options.Inputs, options.Variables, options.Coarsen);
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
            Times = CommonTimes();
            _indices = [.. Sources.Select(s => IndicesIn(s.Times))];
            Frequency = FrequencyOf(Times, Like?.Description.Frequency);
            CheckFrequency();
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

    private DateTime[] CommonTimes()
    {
        var common = Sources[0].Times.ToHashSet();
        foreach (var source in Sources.Skip(1))
        {
            common.IntersectWith(source.Times);
        }

        return common.Count > 0
            ? [.. common.Order()]
            : throw new InvalidInputException(Sources.Count == 1
                ? $"{Sources[0].Files[0].Path}: no field in it"
                : $"no time is common to all variables: {string.Join(", ", Sources.Select(s => $"'{s.Variable.Name}' {s.Times[0]:yyyy-MM-dd HH:mm} to {s.Times[^1]:yyyy-MM-dd HH:mm}"))}");
    }

    private int[] IndicesIn(IReadOnlyList<DateTime> times)
    {
        var indices = new int[Times.Length];
        for (int t = 0, i = 0; t < indices.Length; t++)
        {
            while (times[i] != Times[t])
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
        if (Frequency == Frequency.Subdaily && !AreAnomalies)
        {
            var (first, second) = Times.Zip(Times.Skip(1)).First(p => p.First.Date == p.Second.Date);
            throw new InvalidInputException(
                $"fields come several times a day ({first:yyyy-MM-dd HH:mm} and {second:HH:mm}), and a climatology has one mean a day; make daily means first, as with 'cdo daymean', or anomalies and say so")
            {
                Setting = nameof(PreparationOptions.AreAnomalies),
            };
        }

        // Daily fields may be so few that each month has one.
        if (Like?.Description.Frequency == Frequency.Monthly && Frequency != Frequency.Monthly)
        {
            throw new InvalidInputException($"{Like.Folder} holds monthly fields; these are {Frequency.ToString().ToLowerInvariant()}");
        }

        if (Frequency == Frequency.Monthly && Options.SmoothDays is > 0)
        {
            throw new InvalidInputException("the climatology of monthly fields cannot be smoothed over days; the window must be 0");
        }
    }
}
