using System.Globalization;
using System.Text.Json.Serialization;
using System.Text.RegularExpressions;
using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Fields.Climatologies;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Model.Memory;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;

namespace VaeDa.Model;

/// <summary>What a model file says of itself, in JSON.</summary>
public sealed partial record ModelCard
{
    internal const int CurrentFormat = 4;

    /// <summary>The version of the file's format. A file of another version than the library's own is refused on reading.</summary>
    public int Format { get; init; } = CurrentFormat;

    /// <summary>The shape of the network, and what it was trained to minimise.</summary>
    public required VaeSpec Spec { get; init; }

    /// <summary>The grid of the fields that the generator makes, H × W cells.</summary>
    public required Grid Grid { get; init; }

    /// <summary>The variables of the fields that the generator makes, V of them, in their order there.</summary>
    public required IReadOnlyList<Variable> Variables { get; init; }

    /// <summary>How often the fields come that it was trained on, and so what belongs to one analysis; null in files of earlier versions.</summary>
    public Frequency? Frequency { get; init; }

    /// <summary>The hours from one to the next of the fields that the model was trained on, where several come a day; null for daily and monthly fields.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public int? StepHours { get; init; }

    /// <summary>The step in time that the fields came at; null where it is not known, as in some files of earlier versions.</summary>
    [JsonIgnore]
    public TimeStep? Step => TimeStep.Of(KnownFrequency, StepHours);

    /// <summary>The climatology that the fields are anomalies from; null in files of earlier versions.</summary>
    public ClimatologyDescription? Climatology { get; init; }

    /// <summary>The scale and offset of each variable, from units to the numbers that the network makes.</summary>
    public required Normalisation Normalisation { get; init; }

    /// <inheritdoc cref="PriorStatistics.ResidualCorrelation"/>
    public required SpatialCorrelation ResidualCorrelation { get; init; }

    /// <inheritdoc cref="PriorStatistics.EffectiveSampleSize"/>
    public double EffectiveSampleSize { get; init; } = double.PositiveInfinity;

    /// <summary>What was found of the model's memory; null for a model without.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public MemoryDescription? Memory { get; init; }

    /// <summary>What a converter's encoder reads; null for a model, whose encoder reads the fields that its generator makes.</summary>
    public ConversionCard? Conversion { get; init; }

    /// <summary>What made the model: the command, the seed, the versions, and the training and validation fields in words, as the inputs <c>training</c> and <c>validation</c>.</summary>
    public required Provenance Provenance { get; init; }

    /// <summary><see cref="Frequency"/>, which an older file shows by the number of its training fields and their first and last day.</summary>
    internal Frequency? KnownFrequency => Frequency ?? (TrainingFields().Match(Provenance.Input<string>("training") ?? "") is { Success: true } match
        ? DaysPerField(match) switch
        {
            >= 0.99 and < 10 => Archives.Frequency.Daily,
            >= 27 => Archives.Frequency.Monthly,
            _ => null,
        }
        : null);

    // NaN where these are no dates.
    private static double DaysPerField(Match match)
    {
        DateTime? Date(string name) => DateTime.TryParseExact(match.Groups[name].Value, "yyyy-MM-dd", CultureInfo.InvariantCulture, DateTimeStyles.None, out var date) ? date : null;
        return (Date("last") - Date("first"))?.TotalDays / Math.Max(int.Parse(match.Groups["fields"].Value, CultureInfo.InvariantCulture) - 1, 1) ?? double.NaN;
    }

    [GeneratedRegex(@"^(?<fields>\d{1,9}) fields, (?<first>\d{4}-\d\d-\d\d) to (?<last>\d{4}-\d\d-\d\d)$", RegexOptions.CultureInvariant)]
    private static partial Regex TrainingFields();

    /// <summary>
    /// The scores on the validation fields, by name, such as <c>ta_validation_rmse</c>; for people to read, nothing is computed
    /// from them.
    /// </summary>
    public required IReadOnlyDictionary<string, double> Scores { get; init; }
}
