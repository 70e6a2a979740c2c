using VaeDa.Archives;
using VaeDa.Conversion;
using VaeDa.Fields;
using VaeDa.Verification.Scores;

namespace VaeDa.Verification;

/// <summary>Converted fields, and those of rivals, against the target's own at times that neither has learnt from.</summary>
public static class ConversionValidation
{
    public const string Tested = "converter";

    private static readonly DesroziersRatios NoObservations = new(double.NaN, double.NaN);

    /// <param name="pairs">Held out.</param>
    /// <param name="members">M, of the converter; its rivals have none.</param>
    /// <param name="rivals">By name, a field (V, H, W) for each pair.</param>
    /// <param name="source">What the source is called.</param>
    /// <returns>One for each time, variable and method.</returns>
    public static IReadOnlyList<AnalysisScore> Of(Converter converter, FieldPairs pairs, int members, long seed, IReadOnlyList<(string Name, IReadOnlyList<float[]> Fields)> rivals, string source, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(converter);
        ArgumentNullException.ThrowIfNull(pairs);
        ArgumentNullException.ThrowIfNull(rivals);
        var (scores, model) = (new List<AnalysisScore>(), converter.Model);
        var area = model.Grid.AreaWeights();
        foreach (var (estimate, t) in converter.Convert(pairs.Source, cancellation).Select((field, t) => (field, t)))
        {
            var (truth, time) = (pairs.Target.Read(t), pairs.Target.TimeOf(t));
            Score(Tested, estimate, converter.Members(estimate, time, members, seed));
            foreach (var (name, fields) in rivals)
            {
                Score(name, fields[t], []);
            }

            void Score(string method, float[] field, IReadOnlyList<float[]> drawn)
            {
                for (var v = 0; v < model.Variables.Count; v++)
                {
                    var range = (v * area.Length)..((v + 1) * area.Length);
                    scores.Add(new AnalysisScore
                    {
                        Network = source,
                        Time = time,
                        Variable = model.Variables[v].Name,
                        Method = method,
                        Score = EnsembleScore.Of(new EnsembleAgainstTruth(truth[range], field[range], [.. drawn.Select(m => m[range])]), area, model.ClimatologicalStandardDeviation.AsSpan(range)),
                        Desroziers = NoObservations,
                        ChiSquare = double.NaN,
                        Seconds = double.NaN,
                    });
                }
            }
        }

        return scores;
    }
}
