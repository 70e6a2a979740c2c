namespace VaeDa.Fields.Climatologies;

/// <summary>
/// What an archive's climatology, its file <c>climatology.nc</c>, was computed from: the mean that was subtracted from the fields
/// to have their anomalies, and their standard deviation.
/// </summary>
public sealed record ClimatologyDescription
{
    /// <summary>The steps of the year that it has a mean and a standard deviation for.</summary>
    public required ClimatologyCalendar Calendar { get; init; }

    /// <summary>The number of times of the day that each day has a mean for, at equal intervals from 00:00 UTC on; 1 for the whole day, or month.</summary>
    public int TimesOfDay { get; init; } = 1;

    /// <summary>Whether the mean was computed from the source fields, or these were anomalies already.</summary>
    public required ClimatologyOrigin Origin { get; init; }

    /// <summary>Which of the fields it is made of.</summary>
    public required ClimatologyScope Scope { get; init; }

    /// <summary>The years that were named for it; null if none were.</summary>
    public YearSet? Years { get; init; }

    /// <summary>The date of the first field that it is made of.</summary>
    public required DateOnly First { get; init; }

    /// <summary>The date of the last field that it is made of.</summary>
    public required DateOnly Last { get; init; }

    /// <summary>The number of fields that it is made of.</summary>
    public required int Fields { get; init; }

    /// <summary>The width in days of the running window that it was smoothed with over the calendar; 0 if it was not.</summary>
    public required int SmoothDays { get; init; }

    /// <summary>The name of the archive that it was taken from, without its path; null if it is this archive's own.</summary>
    public string? TakenFrom { get; init; }

    internal ClimatologySteps Steps => new(Calendar, TimesOfDay);
}
