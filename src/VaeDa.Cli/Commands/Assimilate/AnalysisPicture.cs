using System.Globalization;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;

namespace VaeDa.Cli.Commands.Assimilate;

/// <summary>The picture of an analysis.</summary>
internal static class AnalysisPicture
{
    /// <param name="variable">Its name.</param>
    /// <param name="truth">All variables, (V, H, W); null draws the spread instead.</param>
    /// <param name="scale">Null: by the variable's units.</param>
    public static Figure Of(AnalysisView view, string variable, float[]? truth, ColourScale? scale = null)
    {
        var v = view.IndexOf(variable);
        return view.Members > 0 || truth is not null ? WithTruth(view, variable, truth, scale)
            // Without an ensemble there is no spread to show.
            : new FieldFigure(new FieldMap
            {
                Grid = view.Grid,
                Values = view.Mean[v],
                Title = $"{view.Variables[v].LongName ?? view.Variables[v].Name} anomaly, most probable field, {Date(view.Time)}",
                Units = view.Variables[v].Units,
                Observations = Dots(view, variable),
            });
    }

    /// <summary>Analyses side by side.</summary>
    /// <param name="truths">Of each analysis all variables, (V, H, W), or null.</param>
    public static Figure Besides(IReadOnlyList<AnalysisView> views, string variable, IReadOnlyList<float[]?> truths, ColourScale? scale) =>
        new AnalysesFigure([.. views.Zip(truths, (view, truth) => WithTruth(view, variable, truth, scale))]);

    public static ObservationDots Dots(AnalysisView view, string variable)
    {
        // Another variable's outlier says nothing of this one.
        var dots = view.Observations.Where(o => !o.Flagged || o.Variable is null || o.Variable == variable).ToList();
        return new ObservationDots
        {
            Latitudes = dots.ConvertAll(o => o.Latitude),
            Longitudes = dots.ConvertAll(o => o.Longitude),
            Flagged = dots.ConvertAll(o => o.Flagged),
            OfOtherVariables = dots.ConvertAll(o => o.Variable is not null && o.Variable != variable),
        };
    }

    public static string Date(DateTime? time) => time switch
    {
        null => "no date",
        { TimeOfDay.Ticks: 0 } => time.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => time.Value.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
    };

    private static AnalysisFigure WithTruth(AnalysisView view, string variable, float[]? truth, ColourScale? scale)
    {
        var v = view.IndexOf(variable);
        return new AnalysisFigure
        {
            Grid = view.Grid,
            Variable = view.Variables[v],
            Date = Date(view.Time),
            Mean = view.Mean[v],
            Spread = view.Spread[v],
            ClimatologicalDeviation = view.Members == 0 ? null : view.ClimatologicalStandardDeviation[v],
            Truth = truth?[(v * view.Grid.Cells)..((v + 1) * view.Grid.Cells)],
            Observations = Dots(view, variable),
            Members = view.Members,
            Scale = scale,
        };
    }
}
