using Microsoft.Data.Analysis;
using VaeDa.Archives;
using VaeDa.Assimilation.Control;
using VaeDa.Fields;
using VaeDa.Files;
using VaeDa.Reanalysis.Dates;
using VaeDa.Reanalysis.Stations;

namespace VaeDa.Reanalysis;

/// <summary>Joins the tables' parts once all blocks are there, and says how all went.</summary>
internal static class Joining
{
    private const int Listed = 5;

    private static readonly TimeSpan Wait = TimeSpan.FromSeconds(0.2);

    /// <returns>Null where blocks are missing, which other runs are to make.</returns>
    public static ReanalysisSummary? Of(ReanalysisFolder files, ReanalysisManifest manifest, IReadOnlyList<CalendarBlock> blocks, Frequency step, ReanalysisOptions options)
    {
        while (blocks.All(files.IsDone))
        {
            using var one = TryLock(Path.Combine(files.Parts, "joining.lock"));
            if (one is not null)
            {
                return files.ReadManifest()?.Summary ?? Join(files, manifest, blocks, step, options);
            }

            // Another run has come to its end at the same time.
            Thread.Sleep(Wait);
        }

        return files.ReadManifest()?.Summary;
    }

    private static FileStream? TryLock(string path)
    {
        try
        {
            return new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static ReanalysisSummary Join(ReanalysisFolder files, ReanalysisManifest manifest, IReadOnlyList<CalendarBlock> blocks, Frequency step, ReanalysisOptions options)
    {
        DataFrameFile.WriteParts(blocks.Select(b => DataFrameFile.Read(files.DatesOf(b))), files.Of(ReanalysisFolder.Dates), manifest.Id);
        DataFrameFile.WriteParts(blocks.Select(b => DataFrameFile.Read(files.SeriesOf(b))), files.Of(ReanalysisFolder.Series), manifest.Id);
        var dates = DataFrameFile.Read(files.Of(ReanalysisFolder.Dates));
        var (series, worth) = Stations(files, blocks, dates, step);
        var stations = StationBreaks.Of(series);
        if (stations.Count > 0)
        {
            DataFrameFile.Write(StationTable.ToDataFrame(stations), files.Of(ReanalysisFolder.Stations));
        }

        if (worth.Rows is { Count: > 0 } rows)
        {
            DataFrameFile.Write(WorthByYear.ToDataFrame(rows), files.Of(ReanalysisFolder.Worth));
        }

        var observed = series.Select(s => (s.Station, s.Variable)).ToHashSet();
        var changing = stations.Where(s => s.Kind is not (BreakKind.None or BreakKind.Echo)).ToList();
        var summary = Summary(dates, [.. blocks.Select(files.StationsOf)], step) with
        {
            Changing = changing.Select(s => (s.Station, s.Variable)).Distinct().Count(),
            Worth = [.. worth.Together.GroupBy(w => w.Variable).SelectMany(ofVariable => ofVariable.Take(Listed))],
            Breaks = [.. changing.OrderByDescending(s => s.Significance).ThenBy(s => s.Station, StringComparer.Ordinal).Take(Listed)],
            // In the order of the blocks, so that sums are the same to the bit.
            Withheld = WithheldScore.Together(blocks.Select(files.WithheldOf).Where(File.Exists).SelectMany(file => JsonText.Read<WithheldScore[]>(File.ReadAllText(file)))),
            AdjustedInVain = [.. options.Adjustments.Where(a => !observed.Contains((a.Station, a.Variable))).Select(a => a.Station).Distinct()],
        };
        options.Finish?.Invoke(new ReanalysisResults(files, manifest));
        files.Write(manifest with { Summary = summary });
        files.RemoveParts();
        return summary;
    }

    private static (IReadOnlyList<StationSeries> Series, WorthByYear Worth) Stations(ReanalysisFolder files, IReadOnlyList<CalendarBlock> blocks, DataFrame dates, Frequency step)
    {
        var times = ((PrimitiveDataFrameColumn<DateTime>)dates["time"]).Select(t => t!.Value).ToList();
        var shortest = times.Zip(times.Skip(1), (a, b) => b - a).DefaultIfEmpty(TimeSpan.FromDays(1)).Min();
        var (series, worth) = (new FeedbackSeries(), new WorthByYear());
        // Those that are not there are of blocks without any.
        foreach (var file in blocks.Select(b => files.ObservationsOf(b.Name)).Where(File.Exists))
        {
            var frame = DataFrameFile.Read(file);
            series.Take(frame);
            worth.Take(frame);
        }

        return (series.ToSeries(time => step == Frequency.Monthly ? Number(time, step) : (time - times[0]) / shortest), worth);
    }

    private static ReanalysisSummary Summary(DataFrame dates, IReadOnlyList<string> stations, Frequency step)
    {
        var rows = Enumerable.Range(0, (int)dates.Rows.Count).Select(i => (Time: (DateTime)dates["time"][i], State: (string)dates["state"][i], ChiSquare: (double?)dates["chi_square"][i] ?? double.NaN, Row: i)).ToList();
        var analysed = rows.Where(r => r.State == "done").ToList();
        var done = analysed.Where(r => (int?)dates["observations"][r.Row] > 0).ToList();
        var counts = new Dictionary<string, int[]>();
        foreach (var (name, count) in stations.SelectMany(file => JsonText.Read<Dictionary<string, int[]>>(File.ReadAllText(file))))
        {
            var sum = counts.TryGetValue(name, out var known) ? known : counts[name] = new int[2];
            (sum[0], sum[1]) = (sum[0] + count[0], sum[1] + count[1]);
        }

        const string Ending = "_spread";
        return new ReanalysisSummary(
            rows.Count - (analysed.Count - done.Count),
            done.Count,
            [.. rows.Where(r => r.State != "done").Select(r => new DateFailure(r.Time, r.State["failed: ".Length..]))],
            Without([.. rows.Select(r => r.Time)], step),
            analysed.Count - done.Count,
            done.Select(r => r.ChiSquare).DefaultIfEmpty(double.NaN).Average(),
            dates.Columns.Where(c => c.Name.EndsWith(Ending, StringComparison.Ordinal)).ToDictionary(
                c => c.Name[..^Ending.Length],
                c => Math.Sqrt(analysed.Select(r => Math.Pow((double)c[r.Row], 2)).DefaultIfEmpty(double.NaN).Average())),
            [.. done.OrderByDescending(r => r.ChiSquare).ThenBy(r => r.Time).Take(Listed).Select(r => new DateFit(r.Time, r.ChiSquare))],
            [.. counts.Where(c => c.Value[1] > 0).OrderByDescending(c => c.Value[1]).ThenBy(c => c.Key, StringComparer.Ordinal).Take(Listed).Select(c => new FlaggedStation(c.Key, c.Value[1], c.Value[0]))]);
    }

    /// <summary>How many steps there are from one time to another, both included.</summary>
    public static int Steps(DateTime first, DateTime last, Frequency step) => Number(last, step) - Number(first, step) + 1;

    private static int Without(IReadOnlyList<DateTime> times, Frequency step) => Steps(times[0], times[^1], step) - times.Select(t => Number(t, step)).Distinct().Count();

    private static int Number(DateTime time, Frequency step) => step == Frequency.Monthly ? 12 * time.Year + time.Month : (int)(time.Ticks / TimeSpan.TicksPerDay);
}
