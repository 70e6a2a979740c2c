using VaeDa.Archives.Batches;
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
    public void Gaps_at_random_leave_the_EOFs_as_they_are()
    {
        using var scope = NewDisposeScope();
        var fields = SyntheticFields.Make(300);
        using var whole = EofBasis.Of(fields, Plain, 8);
        using var gaps = EofBasis.Of(SyntheticFields.WithGaps(fields), Plain, 8);
        // Eight patterns, known from 70% of 300 fields; of gaps at no anomaly they would have half of their variance.
        Assert.True((gaps.Eigenvalues / whole.Eigenvalues - 1).abs().max().item<float>() < 0.05);
        Assert.True(((Covariance(gaps) - Covariance(whole)).norm() / Covariance(whole).norm()).item<float>() < 0.05);
        Assert.InRange(gaps.ResidualVariance / whole.ResidualVariance, 0.9, 1.1);
        Assert.True((gaps.Mean - whole.Mean).square().mean().sqrt().item<float>() < 0.03);

        static Tensor Covariance(EofBasis basis) => basis.Patterns.transpose(0, 1).matmul(basis.Patterns); // (N, N)
    }

    [Fact]
    public void Fields_without_any_value_do_not_count()
    {
        var fields = SyntheticFields.Make(100);
        using var expected = EofBasis.Of(new FieldSubset(fields, [.. Enumerable.Range(0, 80)]), Plain, 4);
        using var found = EofBasis.Of(SyntheticFields.Where(fields, (t, _) => t < 80), Plain, 4);
        Assert.True(found.Eigenvalues.allclose(expected.Eigenvalues, 1e-4));
        Assert.True(found.Patterns.abs().allclose(expected.Patterns.abs(), 1e-3, 1e-4));
        Assert.Equal(expected.ResidualVariance, found.ResidualVariance, 1e-5);
        var refusal = Assert.Throws<InvalidInputException>(() => EofBasis.Of(SyntheticFields.Where(fields, (t, _) => t < 4), Plain, 4));
        Assert.Contains("there are 4", refusal.Message);
    }

    [Fact]
    public void The_EOFs_of_a_field_with_gaps_are_those_of_the_whole()
    {
        using var scope = NewDisposeScope();
        var (fields, heldOut) = (SyntheticFields.Make(300, noise: 0.1), SyntheticFields.Make(50, noise: 0.1, seed: 8));
        using var eof = new EofAutoencoder(EofBasis.Of(fields, Plain, 12), fields.Grid, 1);
        var (whole, gaps, empty) = (Encoded(heldOut), Encoded(SyntheticFields.WithGaps(heldOut, 0.5)), Encoded(SyntheticFields.Where(heldOut, (_, _) => false))); // (S, k) each
        // Twelve waves and twelve modes: what is missing follows from the rest but for the noise. At no anomaly half of it would be lost.
        Assert.True((gaps - whole).square().mean().sqrt().item<float>() < 0.1);
        Assert.True(empty.abs().max().item<float>() < 1e-4);

        Tensor Encoded(IFieldSet fields)
        {
            using var batch = new FieldBatches(fields, Plain, 50, CPU).ReadAll().Single();
            return eof.Encode(eof.Filled(batch)).Mean; // (S, k)
        }
    }

    [Fact]
    public void More_modes_than_fields_are_refused()
    {
        var refusal = Assert.Throws<InvalidInputException>(() => EofBasis.Of(SyntheticFields.Make(10), Plain, 20));
        Assert.Contains("smaller latent size", refusal.Message);
    }
}
