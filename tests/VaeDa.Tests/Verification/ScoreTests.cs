using VaeDa.Fields;
using VaeDa.Model.Autoencoders;
using VaeDa.Model.Linear;
using VaeDa.Verification;
using VaeDa.Verification.Scores;
using static TorchSharp.torch;

namespace VaeDa.Tests.Verification;

public class ScoreTests
{
    [Fact]
    public void An_ensemble_drawn_from_the_truths_own_distribution_scores_as_theory_says()
    {
        // Fair CRPS of N(0, 1) members and an N(0, 1) truth: 1/√π.
        var random = new Random(1);
        float[] Draw() => [.. Enumerable.Range(0, 20000).Select(_ => (float)SyntheticFields.Normal(random))];
        var score = EnsembleScore.Of(new EnsembleAgainstTruth(Draw(), new float[20000], [.. Enumerable.Range(0, 10).Select(_ => Draw())]), SyntheticEnsemble.Ones(20000), SyntheticEnsemble.Ones(20000));
        Assert.Equal(1 / Math.Sqrt(Math.PI), score.Crps, 0.02);
        Assert.Equal(1, score.Spread, 0.02);
        Assert.Equal(1, score.Rmse, 0.02);
        Assert.Equal(Math.Sqrt(1.1), score.MeanRmse, 0.02);
        Assert.Equal(0.5, score.Coverage50, 0.02);
        Assert.Equal(0.9, score.Coverage90, 0.01);
        // Beyond two standard deviations: 4.55% of a normal distribution, mean square 1 + 2 · 2 φ(2) / 0.0455.
        Assert.Equal(0.0455, score.ExtremeArea, 0.006);
        Assert.Equal(Math.Sqrt(1 + 4 * 0.05399 / 0.0455), score.ExtremeRmse, 0.05);
    }

    [Fact]
    public void Scores_of_a_field_are_those_worked_out_by_hand()
    {
        var score = EnsembleScore.Of(new EnsembleAgainstTruth([1, float.NaN, 3], [0, 5, 1], []), [1, 10, 3], [1, 1, 1]);
        Assert.Equal(Math.Sqrt((1 * 1 + 3 * 4) / 4.0), score.Rmse, 1e-9);
        Assert.Equal((-1 - 3 * 2) / 4.0, score.Bias, 1e-9);
        Assert.Equal(9 / Math.Sqrt((1 + 3 * 9) * 3.0), score.AnomalyCorrelation, 1e-9);
        Assert.Equal((0.75, 2), (score.ExtremeArea, score.ExtremeRmse));
        Assert.All([score.Crps, score.Spread, score.MeanRmse, score.Coverage50, score.Coverage90, score.ExtremeCrps], s => Assert.Equal(double.NaN, s));
    }

    [Fact]
    public void Scores_of_an_ensemble_are_those_worked_out_by_hand()
    {
        // Members 0, 1, 4 and truth 3: mean distance 2, mean distance of pairs (1 + 3 + 4) / 3, halved.
        var score = EnsembleScore.Of(new EnsembleAgainstTruth([3], [2], [[4], [0], [1]]), [1], [1]);
        Assert.Equal(2 - 4 / 3.0, score.Crps, 1e-9);
        Assert.Equal(score.Crps, score.ExtremeCrps, 1e-9);
        Assert.Equal(Math.Sqrt((25 + 4 + 49) / 9.0 / 2), score.Spread, 1e-9);
        Assert.Equal(3 - 5 / 3.0, score.MeanRmse, 1e-9);
        Assert.Equal((1, 1, 3), (score.Coverage50, score.Rmse, score.Members));
    }

    [Fact]
    public void Every_score_of_an_ensemble_weighs_the_cells_by_their_area()
    {
        // The cell from above, and one three times its size: members 0, 3, 3 and truth 0, no extreme.
        var score = EnsembleScore.Of(new EnsembleAgainstTruth([3, 0], [2, 2], [[4, 3], [0, 3], [1, 0]]), [1, 3], [1, 1]);
        Assert.Equal((2 - 4 / 3.0 + 3 * 1) / 4, score.Crps, 1e-9);
        Assert.Equal(Math.Sqrt(((25 + 4 + 49) / 9.0 / 2 + 3 * 3) / 4), score.Spread, 1e-9);
        Assert.Equal(Math.Sqrt((16 / 9.0 + 3 * 4) / 4), score.MeanRmse, 1e-9);
        Assert.Equal(Math.Sqrt((1 + 3 * 4) / 4.0), score.Rmse, 1e-9);
        Assert.Equal((-1 + 3 * 2) / 4.0, score.Bias, 1e-9);
        Assert.Equal((0.25, 1.0), (score.ExtremeArea, score.ExtremeRmse));
        Assert.Equal(2 - 4 / 3.0, score.ExtremeCrps, 1e-9);
    }

    [Fact]
    public void Climatology_explains_nothing_and_a_perfect_reconstruction_everything()
    {
        var fields = SyntheticFields.Make(20, missing: 0.2);
        var normalisation = new Normalisation { Scale = [2], Offset = [0.5] };
        var scores = ReconstructionValidation.Of(
            fields, normalisation, [("perfect", new Perfect()), ("climatology", new ClimatologyAutoencoder(fields.Grid, normalisation.Offset))], CPU);
        var global = scores.Rows.Where(r => (string)r["band"] == "global").ToDictionary(r => (string)r["method"]);
        Assert.Equal(1, (double)global["perfect"]["explained_variance"], 1e-9);
        Assert.Equal(0, (double)global["climatology"]["explained_variance"], 1e-9);
        var area = fields.Grid.AreaWeights();
        double squares = 0, weight = 0;
        for (var t = 0; t < fields.Count; t++)
        {
            foreach (var (value, w) in fields.Read(t).Zip(area).Where(p => !float.IsNaN(p.First)))
            {
                squares += (double)w * value * value;
                weight += w;
            }
        }

        Assert.Equal(Math.Sqrt(squares / weight), (double)global["climatology"]["rmse"], 1e-4);
    }

    /// <summary>Keeps the field itself for its latent state.</summary>
    private sealed class Perfect : IAutoencoder
    {
        private long[] _shape = [];

        public int LatentSize => 128;

        public Tensor? LinearPatterns => null;

        public (Tensor Mean, Tensor LogVariance) Encode(Tensor x)
        {
            _shape = x.shape;
            return (x.flatten(1), zeros_like(x));
        }

        public Tensor Decode(Tensor z) => z.reshape(_shape);

        public void Dispose()
        {
        }
    }
}
