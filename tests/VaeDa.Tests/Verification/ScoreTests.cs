using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Verification;
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
        var score = EnsembleScore.Of(Draw(), new float[20000], [.. Enumerable.Range(0, 10).Select(_ => Draw())], [.. Enumerable.Repeat(1f, 20000)]);
        Assert.Equal(1 / Math.Sqrt(Math.PI), score.Crps, 0.02);
        Assert.Equal(1, score.Spread, 0.02);
        Assert.Equal(1, score.Rmse, 0.02);
        Assert.Equal(Math.Sqrt(1.1), score.MeanRmse, 0.02);
    }

    [Fact]
    public void Missing_cells_are_not_scored_and_areas_count()
    {
        var score = EnsembleScore.Of([1, float.NaN, 3], [0, 5, 0], [], [1, 10, 3]);
        Assert.Equal(Math.Sqrt((1 * 1 + 3 * 9) / 4.0), score.Rmse, 1e-9);
        Assert.True(double.IsNaN(score.Crps));
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
