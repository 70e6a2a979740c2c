using VaeDa.Fields;
using VaeDa.Model.Autoencoders;
using VaeDa.Model.Linear;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model.Autoencoders;

public sealed class LatentTransformTests
{
    [Fact]
    public void A_field_has_the_same_generated_field_in_either_coordinates()
    {
        using var scope = NewDisposeScope();
        var fields = SyntheticFields.Make(50);
        var eof = new EofAutoencoder(EofBasis.Of(fields, new() { Scale = [2.0], Offset = [0.0] }, 4), fields.Grid, 1);
        using var generator = new Generator(3);
        var factor = (randn([4, 4], float64, generator: generator) + 3 * eye(4, dtype: float64)).tril(); // (k, k)
        var mean = tensor(new[] { 0.1, -0.2, 0.3, 0.4 }); // (k)
        using var transform = new LatentTransform(eof, mean.clone(), factor.clone());
        var x = tensor(fields.Read(3)).reshape(1, 1, 8, 16) / 2; // (1, 1, H, W)
        var (z, u) = (eof.Encode(x), transform.Encode(x)); // (1, k)
        Assert.True(transform.Original(u.Mean).allclose(z.Mean, 1e-4, 1e-5));
        Assert.True(transform.Decode(u.Mean).allclose(eof.Decode(z.Mean), 1e-4, 1e-4));
        // ∂D/∂u along one coordinate is a pattern of the linear generator.
        var step = transform.Decode(u.Mean + tensor(new[] { 0f, 1, 0, 0 })) - transform.Decode(u.Mean); // (1, 1, H, W)
        Assert.True(step.flatten().allclose(transform.LinearPatterns![1], 1e-3, 1e-4));
        var covariance = linalg.inv(factor).matmul(diag(z.LogVariance[0].to(float64).exp())).matmul(linalg.inv(factor).transpose(0, 1)); // (k, k)
        Assert.True(u.LogVariance[0].to(float64).exp().allclose(covariance.diagonal(), 1e-4));
    }
}
