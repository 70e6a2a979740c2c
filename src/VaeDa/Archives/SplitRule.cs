using System.Text.Json.Serialization;
using VaeDa.Fields.Climatologies;

namespace VaeDa.Archives;

/// <summary>
/// Which fields of an archive are for training, validation and test. It is a rule, so that the parts are the same on every run. Parts
/// are whole years or contiguous blocks, since tomorrow's field gives today's away, and fields near another part belong to none.
/// </summary>
public sealed record SplitRule
{
    /// <summary>Share of the fields in a block that no years are named for.</summary>
    private const double BlockShare = 0.1;

    /// <summary>A century.</summary>
    internal const int MostGapDays = 36525;

    /// <summary>The one part that all fields belong to, as in an archive made with another's climatology; null where the years decide.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SplitPart? Everything { get; init; }

    /// <summary>The years of the test part; null for the last tenth of the fields.</summary>
    public YearSet? TestYears { get; init; }

    /// <summary>The years of the validation part; null for the last tenth of the other fields, as counted over all.</summary>
    public YearSet? ValidationYears { get; init; }

    /// <summary>The years that may be learnt from; null for all. Fields of other years that no part names belong to none.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public YearSet? TrainingYears { get; init; }

    /// <summary>
    /// The length in days of the gap between parts: training fields as near as this to a validation or test field, and validation
    /// fields as near to a test field, belong to no part. With 0 there is no gap.
    /// </summary>
    public int GapDays { get; init; }

    /// <summary>Applies the rule to fields.</summary>
    /// <param name="times">The times of the fields (T), ascending.</param>
    /// <returns>The part of each field (T).</returns>
    /// <exception cref="InvalidInputException">The same year is named for test and validation, or a part is left empty.</exception>
    public SplitPart[] Apply(IReadOnlyList<DateTime> times)
    {
        ArgumentNullException.ThrowIfNull(times);
        var parts = new SplitPart[times.Count];
        if (Everything is { } part)
        {
            Array.Fill(parts, part);
            return parts;
        }

        Array.Fill(parts, SplitPart.Training);
        var block = Math.Max(1, (int)Math.Round(times.Count * BlockShare));
        Assign(times, parts, TestYears, SplitPart.Test, block, ValidationYears);
        Assign(times, parts, ValidationYears, SplitPart.Validation, block, null);
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = parts[i] == SplitPart.Training && TrainingYears?.Contains(times[i].Year) == false ? SplitPart.Gap : parts[i];
        }

        Separate(times, parts, SplitPart.Validation, by: other => other == SplitPart.Test);
        Separate(times, parts, SplitPart.Training, by: other => other is SplitPart.Test or SplitPart.Validation);
        foreach (var needed in (SplitPart[])[SplitPart.Training, SplitPart.Validation, SplitPart.Test])
        {
            if (!parts.Contains(needed))
            {
                throw new InvalidInputException($"the split leaves no field for {needed.ToString().ToLowerInvariant()}: {times.Count} fields from {times[0]:yyyy-MM-dd} to {times[^1]:yyyy-MM-dd}, {this}");
            }
        }

        return parts;
    }

    /// <summary>The rule in words, for messages.</summary>
    /// <returns>Such as <c>test 1999, validation the tenth before, gap 5 days</c>.</returns>
    public override string ToString() => Everything is { } part
        ? $"all {part.ToString().ToLowerInvariant()}"
        : $"test {TestYears?.ToString() ?? "the last tenth"}, validation {ValidationYears?.ToString() ?? "the tenth before"}{(TrainingYears is null ? "" : $", training {TrainingYears}")}, gap {GapDays} days";

    private static void Assign(IReadOnlyList<DateTime> times, SplitPart[] parts, YearSet? years, SplitPart part, int block, YearSet? reserved)
    {
        if (years is not null)
        {
            for (var i = 0; i < parts.Length; i++)
            {
                if (!years.Contains(times[i].Year))
                {
                    continue;
                }

                parts[i] = parts[i] == SplitPart.Training
                    ? part
                    : throw new InvalidInputException($"{times[i].Year} is named both for test and for validation");
            }

            return;
        }

        for (var i = parts.Length - 1; i >= 0 && block > 0; i--)
        {
            if (parts[i] == SplitPart.Training && reserved?.Contains(times[i].Year) != true)
            {
                parts[i] = part;
                block--;
            }
        }
    }

    private void Separate(IReadOnlyList<DateTime> times, SplitPart[] parts, SplitPart part, Func<SplitPart, bool> by)
    {
        if (GapDays == 0)
        {
            return;
        }

        var gap = TimeSpan.FromDays(GapDays);
        var before = (SplitPart[])parts.Clone();
        DateTime? nearest = null;
        for (var i = 0; i < parts.Length; i++)
        {
            nearest = by(before[i]) ? times[i] : nearest;
            parts[i] = before[i] == part && times[i] - nearest <= gap ? SplitPart.Gap : parts[i];
        }

        nearest = null;
        for (var i = parts.Length - 1; i >= 0; i--)
        {
            nearest = by(before[i]) ? times[i] : nearest;
            parts[i] = before[i] == part && nearest - times[i] <= gap ? SplitPart.Gap : parts[i];
        }
    }
}
