using VaeDa.Observations;
using VaeDa.Reanalysis.Stations;

namespace VaeDa.Reanalysis.Dates;

/// <summary>Observations of which those of stations with an offset are corrected by it; their errors grow by what is not known of it.</summary>
/// <param name="observations">As they were made.</param>
/// <param name="offsets">What they are too high by, in parts of stations' records.</param>
internal sealed class AdjustedObservations(IObservationSequence observations, IReadOnlyList<StationBreak> offsets) : IObservationSequence
{
    private readonly ILookup<(string Station, string? Variable), StationBreak> _offsets = offsets.ToLookup(o => (o.Station, o.Variable));

    public IReadOnlyList<DateTime> Times => observations.Times;

    public IReadOnlyList<ObservationTable> Read(int first, int count) =>
        [.. observations.Read(first, count).Select((table, i) => table.With(table.Observations.Select(o => Adjusted(o, Times[first + i]))))];

    private Observation Adjusted(Observation observation, DateTime time)
    {
        var name = FeedbackSeries.NameOf(observation.Station, observation.Latitude, observation.Longitude);
        if (observation.Flag is not null || _offsets[(name, observation.Variable)].FirstOrDefault(o => o.From <= time && time <= o.To) is not { } part)
        {
            return observation;
        }

        var (offset, error) = part.At(time);
        return observation with { Anomaly = observation.Anomaly - offset, Adjustment = -offset, AdjustmentError = error };
    }
}
