using VaeDa.Archives.Batches;
using VaeDa.Conversion;
using VaeDa.Fields;
using VaeDa.Model.Linear;
using static TorchSharp.torch;

namespace VaeDa.Tests.Conversion;

public sealed class SourceRegressionTests
{
    private const int Modes = 20;
    private static readonly Normalisation Halved = new() { Scale = [2], Offset = [0] };
    private readonly InMemoryFields _training = SyntheticFields.Make(200);
    private readonly InMemoryFields _heldOut = SyntheticFields.Make(80, seed: 8);

    [Fact]
    public void A_linear_map_is_found_from_its_results()
    {
        using var scope = NewDisposeScope();
        using var eofs = EofBasis.Of(_training, Halved, Modes);
        using var generator = new Generator(1);
        var map = randn(Modes, 3, generator: generator); // (q, n)
        Tensor Truth(Tensor fields) => 2 + (fields.flatten(1) - eofs.Mean).matmul(eofs.Projection.transpose(0, 1)).matmul(map); // (B, n)
        using var regression = SourceRegression.Fit(Batches(_training), Batches(_heldOut), eofs, Modes, SourceRegression.Ridges, batch => Truth(batch.Fields));
        var (weight, bias) = regression.AsLinear(); // (n, N), (n)
        Assert.All(regression.HeldOutVariance, left => Assert.InRange(left, 0, 1e-6f));
        foreach (var batch in Batches(SyntheticFields.Make(10, seed: 9)).ReadAll())
        {
            Assert.True(regression.Apply(batch.Fields).allclose(Truth(batch.Fields), 1e-3, 1e-3));
            Assert.True(batch.Fields.flatten(1).matmul(weight.transpose(0, 1)).add(bias).allclose(Truth(batch.Fields), 1e-3, 1e-3));
        }
    }

    [Fact]
    public void What_the_source_does_not_tell_is_ridged_away()
    {
        using var scope = NewDisposeScope();
        using var eofs = EofBasis.Of(_training, Halved, Modes);
        using var least = Fit([SourceRegression.Ridges[0]]);
        using var chosen = Fit(SourceRegression.Ridges);
        Assert.True(chosen.HeldOutVariance[0] < least.HeldOutVariance[0], $"{chosen.HeldOutVariance[0]} {least.HeldOutVariance[0]}");

        SourceRegression Fit(IReadOnlyList<double> ridges)
        {
            using var noise = new Generator(4);
            return SourceRegression.Fit(Batches(_training), Batches(_heldOut), eofs, Modes, ridges, batch => randn(batch.Fields.shape[0], 1, generator: noise));
        }
    }

    private static FieldBatches Batches(IFieldSet fields) => new(fields, Halved, 32, CPU);
}
