using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.CrossValidation;
using VaeDa.Reanalysis.Dates;
using VaeDa.Reanalysis.Series;
using VaeDa.Reanalysis.Stations;
using VaeDa.Results;

namespace VaeDa.Reanalysis;

/// <summary>How a reanalysis is made.</summary>
public sealed record ReanalysisOptions
{
    /// <summary>How each date is analysed.</summary>
    public AssimilationOptions Assimilation { get; init; } = new();

    /// <summary>
    /// Covariances fitted to real stations (<see cref="SequenceFit"/>), in place of those that were measured on fields and of
    /// <see cref="AssimilationOptions.DefaultErrors"/>; null for the model's own.
    /// </summary>
    public StationParameters? Stations { get; init; }

    /// <summary>The time that one analysis stands for; null for the step of the model's fields, or a day where that is not known.</summary>
    public Frequency? Step { get; init; }

    /// <summary>What dates know of each other.</summary>
    public MemoryUse Memory { get; init; }

    /// <summary>Steps beyond the last date with observations that have analyses too, where dates know of each other; 0 or more.</summary>
    public int Ahead { get; init; }

    /// <summary>Offsets of stations, as an earlier reanalysis found them (<see cref="StationTable.Read"/>), that observations are corrected by; none by default.</summary>
    public IReadOnlyList<StationBreak> Adjustments { get; init; } = [];

    /// <summary>Which fields are kept.</summary>
    public SavedFields Save { get; init; } = SavedFields.Members;

    /// <summary>What makes whole fields, which are kept beside the anomalies; null for none.</summary>
    public WholeFields? Whole { get; init; }

    /// <summary>The areas and places of the series; the usual areas of the grid where none are given.</summary>
    public IReadOnlyList<SeriesArea>? Areas { get; init; }

    /// <summary>What asked for the run, such as the command line, for the log of the folder: it changes no other file. Null for nothing.</summary>
    public string? Command { get; init; }

    /// <summary>The share of this run.</summary>
    public Shard Shard { get; init; } = Shard.Whole;

    /// <summary>
    /// What else goes into the folder once all is joined, such as pictures: called before the manifest says that the reanalysis is whole, and again where that was
    /// interrupted. Its files' names begin with <c>series</c>. Null for nothing.
    /// </summary>
    public Action<ReanalysisResults>? Finish { get; init; }

    /// <summary>
    /// How many dates are analysed at a time, each by one thread; at least 1. It changes no result. Fields too large for several in
    /// memory are analysed one after the other, by all threads.
    /// </summary>
    public int Workers { get; init; } = 1;
}
