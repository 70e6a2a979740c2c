using System.Globalization;
using Microsoft.Data.Analysis;
using VaeDa.Design;
using VaeDa.Files;
using VaeDa.Observations;
using VaeDa.Observations.Networks;

namespace VaeDa.Cli.Commands.Design;

/// <summary>What <c>vaeda design</c> says of a design.</summary>
internal static class DesignReport
{
    /// <summary>On stderr, what of the network cannot be used.</summary>
    public static void Complain(Network network, IReadOnlyList<RejectedObservation> unusable)
    {
        if (unusable.Count > 0)
        {
            var (index, reason) = (unusable[0].Index, unusable[0].Reason);
            Console.Error.WriteLine($"vaeda: {unusable.Count} of the network's {network.Places.Length} stations count for nothing, the first, {network.Places[index].Station ?? $"place {index + 1}"}: {reason}");
        }
    }

    /// <summary>The places in their order, as a network that can be observed.</summary>
    public static DataFrame Frame(DesignResult result)
    {
        var places = result.Steps.Select(s => s.Place).ToArray();
        var frame = new DataFrame(
            new DoubleDataFrameColumn("lat", places.Select(p => p.Latitude)),
            new DoubleDataFrameColumn("lon", places.Select(p => p.Longitude)),
            new StringDataFrameColumn("station", places.Select(p => p.Station)));
        if (Array.Exists(places, p => p.Variable is not null))
        {
            frame.Columns.Add(new StringDataFrameColumn("variable", places.Select(p => p.Variable)));
        }

        frame.Columns.Add(new DoubleDataFrameColumn("error", places.Select(p => p.Error)));
        if (Array.Exists(places, p => p.Cost is not null))
        {
            frame.Columns.Add(new DoubleDataFrameColumn("cost", places.Select(p => p.Cost)));
        }

        frame.Columns.Add(new DoubleDataFrameColumn("spread", result.Steps.Select(s => s.Spread)));
        frame.Columns.Add(new DoubleDataFrameColumn("information", result.Steps.Select(s => s.Information)));
        return frame;
    }

    /// <summary>What happened at the stations that were withheld.</summary>
    public static DataFrame Frame(IReadOnlyList<RealisedError> realised) => new(
        new StringDataFrameColumn("order", realised.Select(r => r.Order)),
        new Int32DataFrameColumn("added", realised.Select(r => r.Added)),
        new DoubleDataFrameColumn("expected", realised.Select(r => double.IsNaN(r.Expected) ? (double?)null : r.Expected)),
        new DoubleDataFrameColumn("rmse", realised.Select(r => r.Rmse)),
        new DoubleDataFrameColumn("crps", realised.Select(r => r.Crps)),
        new DoubleDataFrameColumn("rmse_unweighted", realised.Select(r => r.RmseOfAll)),
        new DoubleDataFrameColumn("crps_unweighted", realised.Select(r => r.CrpsOfAll)),
        new Int32DataFrameColumn("observations", realised.Select(r => r.Observations)));

    public static string Describe(string picture, DesignResult result, bool areAdded, IReadOnlyList<RealisedError> realised)
    {
        var frame = Frame(result);
        frame.Columns.Insert(0, new Int32DataFrameColumn("", Enumerable.Range(1, result.Steps.Length)));
        var errors = Frame(realised);
        Array.ForEach(["rmse_unweighted", "crps_unweighted", "observations"], (string column) => errors.Columns.Remove(column));
        frame.Columns.Insert(frame.Columns.IndexOf("information"), new DoubleDataFrameColumn("change_percent", result.Steps.Select(s => 100 * (s.Spread / result.Before - 1))));
        return string.Join(Environment.NewLine,
        [
            Sentence(result, areAdded),
            FrameText.Table(frame),
            .. realised.Count == 0 ? (string[])[] : [$"errors at withheld stations, {result.Variable.Name} [{result.Variable.Units}]", FrameText.Table(errors)],
            picture,
        ]);
    }

    public static string AsJson(string folder, DesignResult result, bool areAdded, IReadOnlyList<RealisedError> realised, Provenance provenance) => JsonText.Write(new
    {
        folder,
        provenance,
        variable = result.Variable,
        before = result.Before,
        after = result.Steps[^1].Spread,
        candidates = result.Candidates,
        candidatesOutside = result.CandidatesOutside,
        unusable = result.Unusable.Length,
        exchanges = result.Exchanges,
        action = areAdded ? "add" : "remove",
        steps = FrameText.Rows(Frame(result)),
        realised = realised.Count == 0 ? null : FrameText.Rows(Frame(realised)),
    });

    private static string Sentence(DesignResult result, bool areAdded)
    {
        var outside = result.CandidatesOutside > 0 ? $" ({result.CandidatesOutside:N0} more lie where the model has no value)" : "";
        var exchanges = result.Exchanges > 0 ? $", {result.Exchanges} exchanged" : "";
        return string.Create(CultureInfo.InvariantCulture, $"{result.Steps.Length} of {result.Candidates:N0} {(areAdded ? "places" : "stations")}{outside}{exchanges}: the expected error of {result.Variable.Name} {(areAdded ? "falls" : "rises")} from {result.Before:0.000} to {result.Steps[^1].Spread:0.000} {result.Variable.Units}, {100 * (result.Steps[^1].Spread / result.Before - 1):+0.0;-0.0}%");
    }
}
