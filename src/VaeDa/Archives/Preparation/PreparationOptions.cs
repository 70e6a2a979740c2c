using VaeDa.Fields.Climatologies;

namespace VaeDa.Archives.Preparation;

/// <summary>What <see cref="ArchivePreparation"/> is to make an archive of, and how.</summary>
public sealed record PreparationOptions
{
    /// <summary>The files to read, or folders of files: netCDF, or <c>.npy</c> and <c>.safetensors</c> tensors of anomalies.</summary>
    public required IReadOnlyList<string> Inputs { get; init; }

    /// <summary>The folder of the archive to make.</summary>
    public required string Output { get; init; }

    /// <summary>The short names of the variables to take, with the level behind it where several levels are wanted (<c>t@850</c>, which the archive calls <c>t850</c>); empty to take the only one of each file.</summary>
    public IReadOnlyList<string> Variables { get; init; } = [];

    /// <summary>The level to take of variables that have several, as <c>850</c>, <c>850hPa</c> or <c>10m</c>; null where each names its own, as <c>t@850</c>, or has one.</summary>
    public string? Level { get; init; }

    /// <summary>
    /// The step in time of the archive: means of days or months of what comes more often, or fields every so many hours as they are. Null
    /// for the files' own where they are daily or monthly, for days where they come more often, or for that of the archive that this is made like.
    /// </summary>
    public TimeStep? Step { get; init; }

    /// <summary>The number of cells along the side of the block whose area mean becomes one cell of the archive; 1 keeps the files' grid.</summary>
    public int Coarsen { get; init; } = 1;

    /// <summary>The years that the climatology is made of; null for the training part, or all fields where that does not reach round the year.</summary>
    public YearSet? ClimatologyYears { get; init; }

    /// <summary>The width in days of the running window that smooths the climatology over the calendar, odd; 0 for none. Null for 15 for daily fields and none for monthly.</summary>
    public int? SmoothDays { get; init; }

    /// <summary>Values that stand for missing ones in the files, beside those that the files declare, in the files' units; equal to a millionth.</summary>
    public IReadOnlyList<double> Missing { get; init; } = [];

    /// <summary>Whether the fields are anomalies already, from which no mean is subtracted. Tensors always are.</summary>
    public bool AreAnomalies { get; init; }

    /// <summary>The folder of an archive whose climatology, variables and grid to take; all fields are then for test. Null to compute a climatology.</summary>
    public string? Like { get; init; }

    /// <summary>The years that are held out for the final scores; null for the last tenth of the fields.</summary>
    public YearSet? TestYears { get; init; }

    /// <summary>The years that are held out to decide when training stops; null for the last tenth of the other fields, as counted over all.</summary>
    public YearSet? ValidationYears { get; init; }

    /// <summary>The years that may be learnt from; null for all that are not held out. Fields of years in no part stay in the archive.</summary>
    public YearSet? TrainingYears { get; init; }

    /// <summary>The length in days of the gap between parts, as <see cref="SplitRule.GapDays"/> says; 0 for none. Null for 5, or none for monthly fields.</summary>
    public int? GapDays { get; init; }

    /// <summary>What made the archive, for its provenance: a command line, or the name of a program.</summary>
    public required string Command { get; init; }
}
