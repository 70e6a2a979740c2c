using VaeDa.Model.Prior;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model.Prior;

public sealed class ResidualPatternsTests
{
    private const int N = 1000;

    [Theory]
    [InlineData(ScalarType.Float16)]
    [InlineData(ScalarType.Float32)]
    public void What_is_asked_for_is_that_of_the_whole_times_its_factors(ScalarType type)
    {
        using var scope = NewDisposeScope();
        using var generator = new Generator(3);
        var values = randn([7, N], generator: generator).to(type); // (m, N)
        var (once, twice) = (Deviation(generator), Deviation(generator)); // (N)
        using var plain = new ResidualPatterns(values.alias());
        using var larger = plain.Times(once);
        using var largest = larger.Times(twice);
        using var same = largest.Times(null);
        var expected = values.to(float32) * tensor(once) * tensor(twice); // (m, N)
        Assert.True(values.to(float32).equal(plain.Whole()).all().item<bool>());
        Assert.True(expected.equal(largest.Whole()).all().item<bool>());
        Assert.True(expected.equal(same.Whole()).all().item<bool>());
        Assert.True(expected.narrow(1, 300, 50).equal(same.Part(300, 50)).all().item<bool>());
        var cells = tensor(new[] { 999L, 0, 17, 17 }); // (c)
        Assert.True(expected.index_select(1, cells).equal(same.At(cells)).all().item<bool>());
        Assert.True(expected.square().sum([0]).equal(same.Variance()).all().item<bool>());
    }

    [Fact]
    public void What_is_made_of_them_does_not_change_them()
    {
        using var scope = NewDisposeScope();
        using var patterns = new ResidualPatterns(ones(2, N));
        patterns.Whole().mul_(5);
        patterns.Part(0, N).mul_(5);
        patterns.Variance().mul_(5);
        Assert.True(patterns.Whole().eq(1).all().item<bool>());
    }

    [Fact]
    public void The_same_at_another_time_outlives_what_it_was_made_of()
    {
        using var scope = NewDisposeScope();
        var patterns = new ResidualPatterns(ones(2, N));
        using var then = patterns.Times([.. Enumerable.Repeat(2f, N)]);
        patterns.Dispose();
        Assert.True(then.Whole().eq(2).all().item<bool>());
    }

    private static float[] Deviation(Generator generator) => (0.5 + rand(N, generator: generator)).data<float>().ToArray();
}
