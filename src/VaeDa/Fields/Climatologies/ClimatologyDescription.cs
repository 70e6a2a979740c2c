namespace VaeDa.Fields.Climatologies;

/// <summary>What the archive's <c>climatology.nc</c> is the climatology of.</summary>
public sealed record ClimatologyDescription
{
    public required ClimatologyCalendar Calendar { get; init; }

    public required ClimatologyOrigin Origin { get; init; }

    public required ClimatologyScope Scope { get; init; }

    /// <summary>The years named for it, if any were.</summary>
    public YearSet? Years { get; init; }

    /// <summary>Date of the first field in it.</summary>
    public required DateOnly First { get; init; }

    /// <summary>Date of the last field in it.</summary>
    public required DateOnly Last { get; init; }

    /// <summary>Number of fields in it.</summary>
    public required int Fields { get; init; }

    /// <summary>Width of the running window over the calendar in days, 0 for none.</summary>
    public required int SmoothDays { get; init; }

    /// <summary>The archive that it was taken from, if it was (<c>--like</c>).</summary>
    public string? TakenFrom { get; init; }
}
