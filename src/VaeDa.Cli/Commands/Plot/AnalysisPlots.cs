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

        var analyses = Analyses();
        return AnalysisPicture.Besides(analyses, Variable(analyses), [.. analyses.Select(Truth)], options.Range);
    }

    /// <summary>Each by itself, in the same colours or with the same contours.</summary>
    public IEnumerable<Figure> Frames()
    {
        var analyses = Analyses();
        var name = Variable(analyses);
        if (options.Kind == PlotKind.Map)
        {
            var scale = options.Range ?? (analyses.Count == 1 ? null : ColourScale.ForAnomalies(analyses[0][name].Variable.Units, analyses.SelectMany(analysis => analysis[name].Mean)));
            foreach (var analysis in analyses)
            {
                yield return AnalysisPicture.Of(analysis, name, Truth(analysis), scale);
            }

            yield break;
        }

        var climatology = options.Climatology ?? options.Truth;
        using var archive = climatology is null ? null : AnomalyArchive.Open(BundledFiles.Find(climatology, "data"));
        var full = archive is null ? null : FullOf(archive, analyses[0], name);
        if (full is null)
        {
            PlotOptions.ReportAnomalies(archive is null ? "--climatology ARCHIVE would add the mean of the day" : $"{archive.Folder} was made of anomalies and has no mean");
        }

        var interval = options.Interval ?? ContourInterval.For(
            analyses.SelectMany(analysis => Whole(analysis, analysis[name].Mean, full).Concat(TruthOf(analysis, name, full) ?? [])),
            options.Kind == PlotKind.Spaghetti ? ContourInterval.Few : ContourInterval.Usual);
        for (var i = 0; i < analyses.Count; i++)
        {
            yield return Chart(analyses[i], folders[i], name, full, interval);
        }
    }

    private Figure Chart(Analysis analysis, string folder, string name, FullField? full, double interval)
    {
        var (shown, truth) = (analysis[name], TruthOf(analysis, name, full));
        return options.Kind == PlotKind.Spaghetti
            ? new SpaghettiFigure
            {
                Grid = analysis.Grid,
                Variable = shown.Variable,
                Date = AnalysisPicture.Date(analysis.Time, analysis.Frequency),
                Units = full?.Units ?? shown.Variable.Units,
                AreAnomalies = full is null,
                Field = Whole(analysis, shown.Mean, full),
                Members = analysis.Members.Count > 0
                    ? [.. shown.Members.Select(member => Whole(analysis, member, full))]
                    : throw new InvalidInputException($"{Path.Combine(folder, AnalysisFiles.Fields)}: no members of '{name}' in this analysis; 'vaeda assimilate --members N' makes them"),
                Truth = truth,
                Observations = AnalysisPicture.Dots(analysis, name),
                Interval = interval,
                Smoothing = options.Smoothing,
            }
            : new FieldContourFigure
            {
                Grid = analysis.Grid,
                Variable = shown.Variable,
                Date = AnalysisPicture.Date(analysis.Time, analysis.Frequency),
                Units = full?.Units ?? shown.Variable.Units,
                AreAnomalies = full is null,
                Field = Whole(analysis, shown.Mean, full),
                Spread = analysis.Members.Count > 0 ? shown.Spread : null,
                Members = analysis.Members.Count,
                Truth = truth,
                Observations = AnalysisPicture.Dots(analysis, name),
                Interval = interval,
                Smoothing = options.Smoothing,
            };
    }

    private FullField? FullOf(AnomalyArchive archive, Analysis analysis, string name)
    {
        var full = FullField.Of(archive, options.Climatology is null ? $"--truth {options.Truth}" : $"--climatology {options.Climatology}", analysis.Grid, analysis[name].Variable);
        return full is not null || options.Climatology is null
            ? full
            : throw new InvalidInputException($"--climatology {options.Climatology}: it was made of anomalies and has no climatological mean");
    }

    private float[]? TruthOf(Analysis analysis, string name, FullField? full) => Truth(analysis) is { } truth ? Whole(analysis, truth.Of(name), full) : null;

    private static float[] Whole(Analysis analysis, float[] anomaly, FullField? full) => full is null
        ? anomaly
        : full.Add(anomaly, analysis.Time ?? throw new InvalidInputException("the observations of the analysis had no time to look up in the climatology"));

    private List<Analysis> Analyses() => [.. folders.Select(folder => options.Telling(AnalysisFiles.Read(folder)))];

    private string Variable(List<Analysis> analyses) => options.Variable ?? analyses[0].Variables[0].Name;

    private Truth? Truth(Analysis analysis) => Cli.Truth.Of(options.Truth, analysis.Time, analysis.Grid, analysis.Variables);
}
