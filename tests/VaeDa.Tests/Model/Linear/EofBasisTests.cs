using VaeDa.Fields;
using VaeDa.Model.Linear;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model.Linear;

public class EofBasisTests
{
    private static readonly Normalisation Plain = new() { Scale = [1], Offset = [0] };

    [Fact]
    public void The_randomised_basis_is_that_of_the_covariances_eigenvectors()
    {
        using var scope = NewDisposeScope();
        var fields = SyntheticFields.Make(300);
        using var basis = EofBasis.Of(fields, Plain, 8);
        var x = stack(Enumerable.Range(0, 300).Select(i => tensor(fields.Read(i))).ToArray()).to(float64); // (T, N)
        var weighted = (x - x.mean([0])) * tensor(fields.Grid.AreaWeights()).sqrt().to(float64); // (T, N)
        var (values, vectors) = linalg.eigh(weighted.transpose(0, 1).matmul(weighted) / 300);
        var leading = values.flip(0).narrow(0, 0, 8); // (8)
        Assert.True(basis.Eigenvalues.to(float64).allclose(leading, 1e-3, 1e-6));

        // The same truncation, whatever the signs.
        var root = tensor(fields.Grid.AreaWeights()).sqrt().to(float64);
        var modes = vectors.flip(1).narrow(1, 0, 8); // (N, 8)
        var expected = weighted.matmul(modes).matmul(modes.transpose(0, 1)) / root + x.mean([0]); // (T, N)
        var z = (x.to(float32) - basis.Mean).matmul(basis.Projection.transpose(0, 1)); // (T, k)
        var truncated = (basis.Mean + z.matmul(basis.Patterns)).to(float64);
        Assert.True((truncated - expected).abs().max().item<double>() < 1e-2);
        Assert.True(z.var(0, unbiased: false).allclose(ones(8), 1e-3, 1e-3));
        Assert.Equal((weighted.square().sum() / 300 - leading.sum()).item<double>() / fields.FieldLength(), basis.ResidualVariance, 1e-4);
    }

    [Fact]
    public void More_modes_than_fields_are_refused()
    {
        var refusal = Assert.Throws<InvalidInputException>(() => EofBasis.Of(SyntheticFields.Make(10), Plain, 20));
        Assert.Contains("smaller latent size", refusal.Message);
    }
}
