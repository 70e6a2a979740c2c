using VaeDa.Archives;

namespace VaeDa.Results;

/// <summary>What makes whole fields of anomalies: the climatological mean of an archive, at the step of its climatology that a time is in.</summary>
public sealed class WholeFields
{
    private readonly AnomalyArchive _archive;

    /// <summary>Takes the mean of an archive.</summary>
    /// <param name="archive">Of the grid and variables of the fields; it is read while fields are made, and not disposed.</param>
    /// <exception cref="InvalidInputException">The archive was made of anomalies, and has no mean.</exception>
    public WholeFields(AnomalyArchive archive)
    {
        ArgumentNullException.ThrowIfNull(archive);
        _archive = archive;
        if (Enumerable.Range(0, archive.Variables.Count).FirstOrDefault(v => archive.UnitsOfClimatologicalMean(v) is null, -1) is >= 0 and var without)
        {
            throw new InvalidInputException($"{archive.Folder}: its climatology has no mean of '{archive.Variables[without].Name}', since it was made of anomalies: whole fields cannot be made with it") { Setting = nameof(AnomalyArchive.Climatology) };
        }
    }

    /// <summary>Says which climatology it is; null for one of an earlier version.</summary>
    internal string? Hash => _archive.ClimatologyHash();

    /// <param name="variable">From 0.</param>
    internal string Units(int variable) => _archive.UnitsOfClimatologicalMean(variable)!;

    /// <returns>(V, H, W)</returns>
    internal float[] Mean(DateTime time) => [.. Enumerable.Range(0, _archive.Variables.Count).SelectMany(v => _archive.ReadClimatologicalMean(v, time))];
}
