using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Tests.Assimilation;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model;

public sealed class LatentPathTests : IDisposable
{
    private readonly LinearWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public void The_ends_are_the_fields_that_their_encodings_generate()
    {
        using var scope = NewDisposeScope();
        var model = _world.Model;
        var fields = SyntheticFields.Make(2, seed: 21);
        var (from, to) = (model.Encode(fields.Read(0)), model.Encode(fields.Read(1)));
        var way = model.Decode(LatentPath.Between(model.Prior, from, to, 5)); // (5, N)
        Assert.Equal(0, (way[0] - model.Decode(from)[0]).abs().max().item<float>(), 1e-4);
        Assert.Equal(0, (way[4] - model.Decode(to)[0]).abs().max().item<float>(), 1e-4);
    }

    [Fact]
    public void The_way_keeps_to_the_shell_of_the_prior_in_equal_angles()
    {
        using var scope = NewDisposeScope();
        var prior = _world.Model.Prior;
        // 3 standard deviations along one latent, 3 along another.
        Tensor State(int latent) => prior.LatentMean.unsqueeze(0) + 3 * prior.LatentVariance.sqrt() * nn.functional.one_hot(tensor([(long)latent]), 8);
        var way = LatentPath.Between(prior, State(2), State(5), 7);
        var u = (way - prior.LatentMean) / prior.LatentVariance.sqrt(); // (7, k)
        Assert.All(u.norm(1).data<float>().ToArray(), length => Assert.Equal(3, length, 1e-4));
        Assert.All(Enumerable.Range(0, 6), i => Assert.Equal(Math.Cos(Math.PI / 12), (u[i] * u[i + 1]).sum().item<float>() / 9, 1e-5));
    }

    [Theory]
    [InlineData(2)]
    [InlineData(-1)]
    public void Between_states_in_line_with_the_mean_it_is_straight(double factor)
    {
        using var scope = NewDisposeScope();
        var prior = _world.Model.Prior;
        var departure = prior.LatentVariance.sqrt().unsqueeze(0); // (1, k)
        var way = LatentPath.Between(prior, prior.LatentMean + departure, prior.LatentMean + factor * departure, 3);
        Assert.Equal(0, (way[1] - prior.LatentMean - (1 + factor) / 2 * departure[0]).abs().max().item<float>(), 1e-5);
    }
}
