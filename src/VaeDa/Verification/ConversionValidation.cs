using VaeDa.Archives;
using VaeDa.Conversion;
using VaeDa.Fields;
using VaeDa.Verification.Scores;

namespace VaeDa.Verification;

/// <summary>Scores converted fields, and those of rivals, against the target's own at times that neither has learnt from.</summary>
public static class ConversionValidation
{
    /// <summary>The name of the converter's own method in the scores.</summary>
    public const string Tested = "converter";

    private static readonly DesroziersRatios NoObservations = new(double.NaN, double.NaN);

    /// <summary>Scores a converter and its rivals.</summary>
    /// <param name="converter">The converter; it is not disposed here.</param>
    /// <param name="pairs">Pairs of fields that were held out: the source's are converted, the target's are the truths.</param>
    /// <param name="members">
    /// The number of ensemble members that the converter draws, M, at least 2, or 0 for none; its rivals have none.
    /// </param>
    /// <param name="seed">The seed of the members.</param>
    /// <param name="rivals">The rivals by name, with a field (V, H, W) for each pair, in the units of the target's variables.</param>
    /// <param name="source">What the source is called; it stands as the network in the scores.</param>
    /// <param name="cancellation">Stops the work early, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>A score for each time, variable and method.</returns>
    /// <exception cref="InvalidInputException">The fields are not those that the converter reads.</exception>
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
