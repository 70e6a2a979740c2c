using VaeDa.Archives.Netcdf;
using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Observations;

namespace VaeDa.Cli;

/// <summary>What a picture of an analysis shows, from memory or from the files of an earlier run.</summary>
internal sealed record AnalysisView
{
    public required Grid Grid { get; init; }

    public required IReadOnlyList<Variable> Variables { get; init; }

    public required DateTime? Time { get; init; }

    public required int Members { get; init; }

    /// <summary>By variable, (H × W).</summary>
    public required IReadOnlyList<float[]> Mean { get; init; }

    /// <summary>By variable, (H × W).</summary>
    public required IReadOnlyList<float[]> Spread { get; init; }

    /// <summary>By variable, (H × W).</summary>
    public required IReadOnlyList<float[]> ClimatologicalStandardDeviation { get; init; }

    /// <summary>Latitude, longitude, variable and flag of each observation used.</summary>
    public required IReadOnlyList<(double Latitude, double Longitude, string? Variable, bool Flagged)> Observations { get; init; }

    public static AnalysisView Of(Analysis analysis, float[] climatologicalStandardDeviation, DateTime? time)
    {
        var cells = analysis.Grid.Cells;
        List<float[]> ByVariable(float[] all) => [.. analysis.Variables.Select((_, v) => all[(v * cells)..((v + 1) * cells)])];
        return new AnalysisView
        {
            Grid = analysis.Grid,
            Variables = analysis.Variables,
            Time = time,
            Members = analysis.Members.Count,
            Mean = ByVariable(analysis.Mean),
            Spread = ByVariable(analysis.Spread),
            ClimatologicalStandardDeviation = ByVariable(climatologicalStandardDeviation),
            Observations = [.. DotsOf(analysis.Observations)],
        };
    }

    private static IEnumerable<(double, double, string?, bool)> DotsOf(Microsoft.Data.Analysis.DataFrame frame)
    {
        for (var i = 0; i < frame.Rows.Count; i++)
        {
            var flag = (string)frame["flag"][i];
            if (flag is ObservationResults.Used or ObservationResults.Outlier)
            {
                yield return ((double)frame["lat"][i], (double)frame["lon"][i],
                    frame.Columns.IndexOf("variable") >= 0 ? (string?)frame["variable"][i] : null, flag == ObservationResults.Outlier);
            }
        }
    }
}
