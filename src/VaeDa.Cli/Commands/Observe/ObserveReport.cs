using System.Globalization;
using VaeDa.Archives;
using VaeDa.Files;
using VaeDa.Observations.Networks;

namespace VaeDa.Cli.Commands.Observe;

/// <summary>What <c>vaeda observe</c> says of the observations that it made.</summary>
internal static class ObserveReport
{
    /// <summary>On stderr, what of the network was not used.</summary>
    /// <exception cref="InvalidInputException">Nothing was observed.</exception>
    public static void Complain(Network network, PseudoObservations made)
    {
        if (network.IgnoredColumns.Length > 0)
        {
            Console.Error.WriteLine($"vaeda: columns of the network not used: {string.Join(", ", network.IgnoredColumns)}");
        }

        if (made.Rejected.Length > 0)
        {
            var (place, reason) = (network.Places[made.Rejected[0].Index], made.Rejected[0].Reason);
            Console.Error.WriteLine($"vaeda: {made.Rejected.Length} not observed, the first at {(place.Station is { } station ? $"station {station}" : $"place {made.Rejected[0].Index + 1}")}: {reason}");
        }

        if (made.Table.Count == 0)
        {
            throw new InvalidInputException("none of the network's places can be observed in this archive");
        }
    }

    public static string Describe(string path, AnomalyArchive archive, PseudoObservationSpec spec, IReadOnlyList<DateTime> times, PseudoObservations made)
    {
        var errors = archive.Variables.Where(v => spec.Errors.ContainsKey(v.Name))
            .Select(v => FormattableString.Invariant($"{v.Name} (σ = {spec.Errors[v.Name]} {v.Units})"));
        var gross = made.GrossErrors.Length > 0 ? $", {made.GrossErrors.Length} of them grossly wrong" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{path}: {made.Table.Count} observations of {string.Join(", ", errors)} at {When(times)}, seed {spec.Seed}{gross}");
    }

    public static string AsJson(string path, PseudoObservationSpec spec, IReadOnlyList<DateTime> times, PseudoObservations made) => JsonText.Write(new
    {
        file = path,
        count = made.Table.Count,
        rejected = made.Rejected.Length,
        time = times[0],
        lastTime = times[^1],
        times = times.Count,
        errors = spec.Errors,
        seed = spec.Seed,
        grossErrorRows = made.GrossErrors,
    });

    private static string When(IReadOnlyList<DateTime> times) => times.Count == 1
        ? FormattableString.Invariant($"{times[0]:yyyy-MM-dd'T'HH:mm}")
        : FormattableString.Invariant($"{times.Count} times from {times[0]:yyyy-MM-dd'T'HH:mm} to {times[^1]:yyyy-MM-dd'T'HH:mm}");
}
