using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Cli.Commands.Assimilate;
using VaeDa.Fields;
using VaeDa.Plotting.Contours;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;
using VaeDa.Results;

namespace VaeDa.Cli.Commands.Plot;

/// <summary>The figures of analyses, from the files of earlier runs.</summary>
/// <param name="folders">At least one.</param>
internal sealed class AnalysisPlots(PlotOptions options, IReadOnlyList<string> folders)
{
    /// <summary>In the first folder.</summary>
    public string PictureName
    {
        get
        {
            var kind = options.Kind == PlotKind.Map ? "" : $".{PlotOptions.Name(options.Kind)}";
            var variable = options.Variable is { } name ? $".{name}" : "";
            return Path.ChangeExtension(AnalysisFiles.Picture, $"{kind}{variable}.png"[1..]);
        }
    }

    /// <summary>All in one figure.</summary>
    public Figure Figure()
    {
        if (folders.Count == 1)
        {
            return Frames().Single();
        }

        if (options.Kind != PlotKind.Map)
        {
            throw new InvalidInputException($"--kind {PlotOptions.Name(options.Kind)} draws one analysis, or several one after another with --animate; {folders.Count} are named");
        }

        var views = Views();
        return AnalysisPicture.Besides(views, Variable(views), [.. views.Select(Truth)], options.Range);
    }

    /// <summary>Each by itself, in the same colours or with the same contours.</summary>
    public IEnumerable<Figure> Frames()
    {
        var views = Views();
        var name = Variable(views);
        if (options.Kind == PlotKind.Map)
        {
            var scale = options.Range ?? (views.Count == 1 ? null : ColourScale.ForAnomalies(views[0].Variables[views[0].IndexOf(name)].Units, views.SelectMany(view => view.Mean[view.IndexOf(name)])));
            foreach (var view in views)
            {
                yield return AnalysisPicture.Of(view, name, Truth(view), scale);
            }

            yield break;
        }

        var climatology = options.Climatology ?? options.Truth;
        using var archive = climatology is null ? null : AnomalyArchive.Open(BundledFiles.Find(climatology, "data"));
        var full = archive is null ? null : FullOf(archive, views[0], name);
        if (full is null)
        {
            PlotOptions.ReportAnomalies(archive is null ? "--climatology ARCHIVE would add the mean of the day" : $"{archive.Folder} was made of anomalies and has no mean");
        }

        var interval = options.Interval ?? ContourInterval.For(
            views.SelectMany(view => Whole(view, view.Mean[view.IndexOf(name)], full).Concat(TruthOf(view, name, full) ?? [])),
            options.Kind == PlotKind.Spaghetti ? ContourInterval.Few : ContourInterval.Usual);
        for (var i = 0; i < views.Count; i++)
        {
            yield return Chart(views[i], folders[i], name, full, interval);
        }
    }

    private Figure Chart(AnalysisView view, string folder, string name, FullField? full, double interval)
    {
        var v = view.IndexOf(name);
        var (variable, truth) = (view.Variables[v], TruthOf(view, name, full));
        return options.Kind == PlotKind.Spaghetti
            ? new SpaghettiFigure
            {
                Grid = view.Grid,
                Variable = variable,
                Date = AnalysisPicture.Date(view.Time),
                Units = full?.Units ?? variable.Units,
                AreAnomalies = full is null,
                Field = Whole(view, view.Mean[v], full),
                Members = [.. AnalysisView.ReadMembers(folder, name).Select(member => Whole(view, member, full))],
                Truth = truth,
                Observations = AnalysisPicture.Dots(view, name),
                Interval = interval,
                Smoothing = options.Smoothing,
            }
            : new FieldContourFigure
            {
                Grid = view.Grid,
                Variable = variable,
                Date = AnalysisPicture.Date(view.Time),
                Units = full?.Units ?? variable.Units,
                AreAnomalies = full is null,
                Field = Whole(view, view.Mean[v], full),
                Spread = view.Members > 0 ? view.Spread[v] : null,
                Members = view.Members,
                Truth = truth,
                Observations = AnalysisPicture.Dots(view, name),
                Interval = interval,
                Smoothing = options.Smoothing,
            };
    }

    private FullField? FullOf(AnomalyArchive archive, AnalysisView view, string name)
    {
        var full = FullField.Of(archive, options.Climatology is null ? $"--truth {options.Truth}" : $"--climatology {options.Climatology}", view.Grid, view.Variables[view.IndexOf(name)]);
        return full is not null || options.Climatology is null
            ? full
            : throw new InvalidInputException($"--climatology {options.Climatology}: it was made of anomalies and has no climatological mean");
    }

    private float[]? TruthOf(AnalysisView view, string name, FullField? full)
    {
        var cells = view.Grid.Cells;
        return Truth(view) is { } all ? Whole(view, all.AsSpan(view.IndexOf(name) * cells, cells).ToArray(), full) : null;
    }

    private static float[] Whole(AnalysisView view, float[] anomaly, FullField? full) => full is null
        ? anomaly
        : full.Add(anomaly, view.Time ?? throw new InvalidInputException("the observations of the analysis had no time to look up in the climatology"));

    private List<AnalysisView> Views() => [.. folders.Select(AnalysisView.Read)];

    private string Variable(List<AnalysisView> views) => options.Variable ?? views[0].Variables[0].Name;

    private float[]? Truth(AnalysisView view) => Cli.Truth.Of(options.Truth, view.Time, view.Grid, view.Variables)?.Field;
}
