using VaeDa.Fields.Climatologies;

namespace VaeDa.Archives.Preparation;

/// <summary>What <see cref="ArchivePreparation"/> is to do.</summary>
public sealed record PreparationOptions
{
    /// <summary>Files, or folders of files.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>Folder of the archive to make.</summary>
    public required string Output { get; init; }

    /// <summary>Variables to take; none to take the only one of each file.</summary>
    public IReadOnlyList<string> Variables { get; init; } = [];

    /// <summary>Cells along the side of a block that one cell of the archive is the area mean of; 1 keeps the files' grid.</summary>
    public int Coarsen { get; init; } = 1;

    /// <summary>Years of the climatology; null for the training part, or all fields where that does not reach round the year.</summary>
    public YearSet? ClimatologyYears { get; init; }

    /// <summary>Width of the running window over the calendar in days, odd, 0 for none; null for 15 for daily fields and none for monthly.</summary>
    public int? SmoothDays { get; init; }

    /// <summary>Whether the fields are anomalies already.</summary>
    public bool AreAnomalies { get; init; }

    /// <summary>An archive whose climatology, variables and grid to take.</summary>
    public string? Like { get; init; }

    public YearSet? TestYears { get; init; }

    public YearSet? ValidationYears { get; init; }

    /// <summary>As <see cref="SplitRule.TrainingYears"/>.</summary>
    public YearSet? TrainingYears { get; init; }

    /// <summary>As <see cref="SplitRule.GapDays"/>; null for 5 for daily fields and none for monthly.</summary>
    public int? GapDays { get; init; }

    /// <summary>The command line, for the provenance.</summary>
    public required string Command { get; init; }
}
