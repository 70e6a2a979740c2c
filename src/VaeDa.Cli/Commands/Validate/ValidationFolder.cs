using VaeDa.Files.Outputs;
using VaeDa.Files;
using VaeDa.Results;

namespace VaeDa.Cli.Commands.Validate;

/// <summary>What runs of <c>vaeda validate</c> leave in their folder. Each replaces files of its own kind; those of other kinds stay.</summary>
internal static class ValidationFolder
{
    /// <summary>The file that a run of scores ends with.</summary>
    public const string Scores = "scores.json";

    /// <summary>The picture of forecasts' errors.</summary>
    public const string Forecast = "forecast.png";

    /// <summary>The scores of each analysis.</summary>
    public const string Analyses = "assimilation.parquet";

    /// <summary>Those of a run that was interrupted, where there are whole ones of another.</summary>
    public const string UnfinishedAnalyses = "assimilation.unfinished.parquet";

    /// <summary>The scores of a sequence.</summary>
    public const string Sequence = "sequence.parquet";

    /// <summary>Those of a run that was interrupted, where there are whole ones of another.</summary>
    public const string UnfinishedSequence = "sequence.unfinished.parquet";

    /// <summary>The file that a run of withheld stations ends with.</summary>
    public const string Observations = "observations.json";

    // It would be of the scores before.
    private const string Report = AnalysisFiles.Report;

    /// <param name="withAnalyses">Whether analyses are scored.</param>
    /// <param name="withSamples">Whether random fields are.</param>
    public static FolderContents OfScores(bool withAnalyses, bool withSamples) => new("a validation", Scores, name =>
        name is Scores or Report or "reconstruction.parquet" or "forecast.parquet" or Forecast || IsPicture(name, "validation")
        || (withAnalyses && (name is Analyses or UnfinishedAnalyses or Sequence or UnfinishedSequence || IsPicture(name, "calibration") || IsPicture(name, "spread-error")))
        || (withSamples && (name is "samples.parquet" or "spectra.parquet" || IsPicture(name, "samples"))), mayHoldOthers: true);

    public static FolderContents OfObservations { get; } = new("a validation", Observations, name =>
        name is Observations or Report or "observations.parquet" or "withheld.parquet" or "parameters.parquet" or "stations.parquet" or "observations.png", mayHoldOthers: true);

    // Of one variable, or of each.
    private static bool IsPicture(string name, string kind) =>
        name == $"{kind}.png" || (name.StartsWith($"{kind}-", StringComparison.Ordinal) && name.EndsWith(".png", StringComparison.Ordinal));
}
