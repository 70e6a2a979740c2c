using System.Globalization;
using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;

namespace VaeDa.Cli.Commands.Assimilate;

/// <summary>The picture of an analysis.</summary>
internal static class AnalysisPicture
{
    /// <param name="variable">Its name.</param>
    /// <param name="truth">Null draws the spread instead.</param>
    /// <param name="scale">Null: by the variable's units.</param>
    public static Figure Of(Analysis analysis, string variable, Truth? truth, ColourScale? scale = null)
    {
        var shown = analysis[variable];
        return analysis.Members.Count > 0 || truth is not null ? WithTruth(analysis, variable, truth, scale)
            // Without an ensemble there is no spread to show.
            : new FieldFigure(new FieldMap
            {
                Grid = analysis.Grid,
                Values = shown.Mean,
                Title = $"{VariableName.OfAnomaly(shown.Variable)}, most probable field, {Date(analysis.Time, analysis.Frequency)}",
                Units = shown.Variable.Units,
                Observations = Dots(analysis, variable),
            });
    }

    /// <summary>Analyses side by side.</summary>
    /// <param name="truths">Of each analysis, or null.</param>
    public static Figure Besides(IReadOnlyList<Analysis> analyses, string variable, IReadOnlyList<Truth?> truths, ColourScale? scale) =>
        new AnalysesFigure([.. analyses.Zip(truths, (analysis, truth) => WithTruth(analysis, variable, truth, scale))]);

    public static ObservationDots Dots(Analysis analysis, string variable)
    {
        // Another variable's outlier says nothing of this one.
        var (latitudes, longitudes, flagged, ofOthers) = (new List<double>(), new List<double>(), new List<bool>(), new List<bool>());
        var (values, departures, influences, gains, withheld) = (new List<double>(), new List<double>(), new List<double>(), new List<double>(), new List<(double, double)>());
        foreach (var dot in Shown(analysis).Where(o => o.Fate == ObservationFate.Used || o.Variable is null || o.Variable == variable))
        {
            if (dot.Fate == ObservationFate.Withheld)
            {
                withheld.Add((dot.Latitude, dot.Longitude));
                continue;
            }

            latitudes.Add(dot.Latitude);
            longitudes.Add(dot.Longitude);
            flagged.Add(dot.Fate == ObservationFate.Rejected);
            ofOthers.Add(dot.Variable is not null && dot.Variable != variable);
            values.Add(dot.Value);
            departures.Add(dot.Departure);
            influences.Add(dot.Influence);
            gains.Add(dot.Gain);
        }

        return new ObservationDots { Latitudes = latitudes, Longitudes = longitudes, Flagged = flagged, OfOtherVariables = ofOthers, Values = values, Departures = departures, Influences = influences, Gains = gains, Withheld = withheld };
    }

    /// <param name="frequency">Of the fields, if it is known: a month has a name, a day no hour.</param>
    public static string Date(DateTime? time, Frequency? frequency = null) => time switch
    {
        null => "no date",
        _ when frequency == Frequency.Monthly => time.Value.ToString("MMMM yyyy", CultureInfo.InvariantCulture),
        _ when frequency == Frequency.Daily => time.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        { TimeOfDay.Ticks: 0 } => time.Value.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture),
        _ => time.Value.ToString("yyyy-MM-dd HH:mm", CultureInfo.InvariantCulture),
    };

    private static AnalysisFigure WithTruth(Analysis analysis, string variable, Truth? truth, ColourScale? scale)
    {
        var shown = analysis[variable];
        return new AnalysisFigure
        {
            Grid = analysis.Grid,
            Variable = shown.Variable,
            Date = Date(analysis.Time, analysis.Frequency),
            Mean = shown.Mean,
            Spread = shown.Spread,
            ClimatologicalDeviation = analysis.Members.Count == 0 ? null : shown.ClimatologicalStandardDeviation,
            Truth = truth?.Of(variable),
            Observations = Dots(analysis, variable),
            Members = analysis.Members.Count,
            Scale = scale,
        };
    }

    private static IEnumerable<(double Latitude, double Longitude, string? Variable, ObservationFate Fate, double Value, double Departure, double Influence, double Gain)> Shown(Analysis analysis)
    {
        var frame = analysis.Observations;
        double Number(string column, int row) => frame.Columns.IndexOf(column) >= 0 && frame[column][row] is double number ? number : double.NaN;
        for (var i = 0; i < frame.Rows.Count; i++)
        {
            var (latitude, longitude) = (Number("lat", i), Number("lon", i));
            if (FateOf((string)frame["flag"][i]) is { } fate && double.IsFinite(latitude) && double.IsFinite(longitude))
            {
                yield return (latitude, longitude, frame.Columns.IndexOf("variable") >= 0 ? (string?)frame["variable"][i] : null, fate, Number("anomaly", i), Number("departure", i), Number("influence", i), Number("gain_removed", i));
            }
        }
    }

    // Rows without a value, and repeats, which count in the row that they repeat, are no observations.
    private static ObservationFate? FateOf(string flag) => flag switch
    {
        ObservationResults.Used => ObservationFate.Used,
        ObservationResults.Withheld => ObservationFate.Withheld,
        ObservationResults.Outlier => ObservationFate.Rejected,
        _ when flag.StartsWith("rejected", StringComparison.Ordinal) || flag.StartsWith("unreadable", StringComparison.Ordinal) => ObservationFate.Rejected,
        _ => null,
    };
}
