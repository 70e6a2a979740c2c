using System.Globalization;
using VaeDa.Fields;

namespace VaeDa.Archives;

/// <summary>Fields of two data sets at the same times, in the same order: what a converter is trained on.</summary>
/// <param name="Source">The fields to be converted, as many as the target's; their grid and variables are their own.</param>
/// <param name="Target">The fields that those of the source are to be turned into.</param>
public sealed record FieldPairs(IFieldSet Source, IFieldSet Target)
{
    /// <summary>The number of pairs.</summary>
    public int Count => Target.Count;

    /// <summary>
    /// Pairs the fields of two archives at all times that both have. Daily fields are paired by their day, monthly ones by their month, and
    /// those of several a day by their exact time.
    /// </summary>
    /// <param name="source">The archive whose fields are to be converted.</param>
    /// <param name="target">The archive whose fields they are to be turned into.</param>
    /// <returns>The pairs, in the order of time, and for each the number of its field in the target; at least one.</returns>
    /// <exception cref="InvalidInputException">There is none, or the fields come at different intervals.</exception>
    public static (FieldPairs Pairs, IReadOnlyList<int> Indices) Of(AnomalyArchive source, AnomalyArchive target)
    {
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(target);
        var (theirs, ours) = (source.Description.Frequency, target.Description.Frequency);
        if (theirs != ours)
        {
            throw new InvalidInputException($"{source.Folder} holds {theirs.ToString().ToLowerInvariant()} fields, {target.Folder} {ours.ToString().ToLowerInvariant()}: both must be at the same intervals");
        }

        string Key(DateTime time) => time.ToString(ours switch { Frequency.Monthly => "yyyy-MM", Frequency.Daily => "yyyy-MM-dd", _ => "O" }, CultureInfo.InvariantCulture);
        var places = source.Times.Select((time, i) => (Key: Key(time), i)).ToDictionary(p => p.Key, p => p.i);
        var found = target.Times.Select((time, i) => (Target: i, Source: places.GetValueOrDefault(Key(time), -1))).Where(p => p.Source >= 0).ToList();
        return found.Count > 0
            ? (new FieldPairs(new FieldSubset(source, found.ConvertAll(p => p.Source)), new FieldSubset(target, found.ConvertAll(p => p.Target))), found.ConvertAll(p => p.Target))
            : throw new InvalidInputException($"{source.Folder} and {target.Folder} share no time: {Words(source)} and {Words(target)}");

        static string Words(AnomalyArchive archive) => string.Create(CultureInfo.InvariantCulture, $"{archive.Times[0]:yyyy-MM-dd} to {archive.Times[^1]:yyyy-MM-dd}");
    }

    /// <summary>Some of the pairs, in the order given.</summary>
    /// <param name="indices">The numbers of the pairs wanted, from 0.</param>
    /// <returns>Those pairs; nothing is copied.</returns>
    public FieldPairs Subset(IReadOnlyList<int> indices) => new(new FieldSubset(Source, indices), new FieldSubset(Target, indices));
}
