using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Observations;
using VaeDa.Observations.Networks;

namespace VaeDa.Benchmarks;

/// <summary>
/// Observations of many days, a CSV file a month, with errors of 0.5 K. The truth is the bundled sample's two held-out years, again and again; errors,
/// and places that change, are other ones each day.
/// </summary>
internal static class ManyDates
{
    /// <summary>The places of the bundled network, or other ones each day, spread evenly over the globe.</summary>
    public static readonly string[] Networks = ["fixed", "changing"];

    private const double Error = 0.5; // K
    private const int ADay = 1000;
    private static readonly DateTime First = new(1901, 1, 1, 12, 0, 0, DateTimeKind.Utc);

    /// <param name="folder">Made; removed by the caller.</param>
    /// <param name="dates">N, from 1 January 1901 on.</param>
    /// <param name="network">One of <see cref="Networks"/>.</param>
    public static void Write(string folder, int dates, string network)
    {
        Directory.CreateDirectory(folder);
        using var archive = AnomalyArchive.Open(Path.Combine(Machine.RepositoryRoot, "data", "sample"));
        int[] heldOut = [.. Enumerable.Range(0, archive.Times.Count).Where(i => archive.Times[i].Year >= 2000)];
        string[] variables = [archive.Variables[0].Name];
        var mid = Network.Read(Path.Combine(Machine.RepositoryRoot, "data", "networks", "mid.csv"));
        foreach (var month in Enumerable.Range(0, dates).GroupBy(d => First.AddDays(d).ToString("yyyy-MM", System.Globalization.CultureInfo.InvariantCulture)))
        {
            PseudoObservations.Joined([.. month.Select(Day)]).Table.Write(Path.Combine(folder, $"{month.Key}.csv"));
        }

        PseudoObservations Day(int date)
        {
            var spec = new PseudoObservationSpec { Errors = new Dictionary<string, double> { [variables[0]] = Error }, Seed = date, Time = First.AddDays(date) };
            return PseudoObservations.Make(archive.Read(heldOut[date % heldOut.Length]), archive.Grid, variables, network == "fixed" ? mid : Anywhere(date), spec);
        }
    }

    private static Network Anywhere(int seed)
    {
        var random = new Random(seed);
        return new Network([.. Enumerable.Range(0, ADay).Select(_ => new NetworkPlace(Math.Asin(2 * random.NextDouble() - 1) * 180 / Math.PI, 360 * random.NextDouble()))]);
    }
}
