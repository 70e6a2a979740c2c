using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Fields.Climatologies;

namespace VaeDa.Observations;

/// <summary>
/// The climatological mean of an archive at places and times: of the day of the year or the month, as the archive's own anomalies have
/// it, bilinear in place, with the weights of <see cref="ObservationOperator"/>.
/// </summary>
internal sealed class ClimatologicalMean
{
    private readonly AnomalyArchive _archive;
    private readonly Dictionary<(int Variable, int Step), (float[] Mean, bool[] Valid)> _fields = [];

    /// <exception cref="InvalidInputException">The archive was made of anomalies, and has no mean.</exception>
    public ClimatologicalMean(AnomalyArchive archive)
    {
        _archive = archive;
        if (Enumerable.Range(0, archive.Variables.Count).FirstOrDefault(v => archive.UnitsOfClimatologicalMean(v) is null, -1) is >= 0 and var without)
        {
            throw new InvalidInputException($"{archive.Folder}: its climatology has no mean of '{archive.Variables[without].Name}', since it was made of anomalies: absolute values cannot be made anomalies with it") { Setting = nameof(ObservationReading.Climatology) };
        }
    }

    /// <summary>Of the mean.</summary>
    public string Units(int variable) => _archive.UnitsOfClimatologicalMean(variable)!;

    /// <returns>In <see cref="Units"/>; null outside the grid, or where no cell has a mean, with the reason.</returns>
    public (double? Mean, string? Reason) At(int variable, double latitude, double longitude, DateTime time)
    {
        if (_archive.Grid.Locate(latitude, longitude) is not { } place)
        {
            return (null, FormattableString.Invariant($"({latitude:0.##}, {longitude:0.##}) is outside the grid, {_archive.Grid}"));
        }

        var (mean, valid) = Field(variable, time);
        Span<(long Index, float Weight)> corners = stackalloc (long, float)[ObservationOperator.Corners];
        if (!BilinearWeights.At(_archive.Grid, place, 0, valid, corners))
        {
            return (null, FormattableString.Invariant($"the climatology has no value near ({latitude:0.##}, {longitude:0.##})"));
        }

        double sum = 0;
        foreach (var (index, weight) in corners)
        {
            sum += (double)weight * mean[(int)index];
        }

        return (sum, null);
    }

    private (float[] Mean, bool[] Valid) Field(int variable, DateTime time)
    {
        var key = (variable, _archive.Description.Climatology.Steps.StepOf(time));
        if (!_fields.TryGetValue(key, out var field))
        {
            var mean = _archive.ReadClimatologicalMean(variable, time);
            _fields[key] = field = (mean, Array.ConvertAll(mean, float.IsFinite));
        }

        return field;
    }
}
