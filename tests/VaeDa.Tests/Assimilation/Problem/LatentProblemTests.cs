using TorchSharp;
using VaeDa.Assimilation.Problem;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation.Problem;

/// <summary>Derivatives against central differences; the generator computes in single precision, which bounds how close they come.</summary>
[Collection(nameof(UntrainedNetworks))]
public sealed class LatentProblemTests : IDisposable
{
    private const int K = 6;
    private const double Step = 0.002;

    // The search's Jacobian comes by forward differences of a twentieth of a standard deviation, over which this generator bends.
    private const double OfForwardDifferences = 0.1;
    private readonly UntrainedGenerator _world = new(K);
    private readonly DisposeScope _scope = NewDisposeScope();
    private readonly LatentProblem _problem;
    private readonly Tensor _z; // (1, k)
    private readonly Tensor _directions; // (d, k)

    public LatentProblemTests()
    {
        _problem = _world.Problem();
        using var generator = new Generator(11);
        _z = randn([1, K], float64, generator: generator);
        _directions = randn([5, K], float64, generator: generator);
    }

    [Fact]
    public void The_gradient_matches_differences_of_the_cost()
    {
        var (_, gradient, _) = _problem.CostAndGradient(_z, _problem.Mean, _problem.Observations);
        var slopes = (Cost(_z + Step * _directions) - Cost(_z - Step * _directions)) / (2 * Step); // (d)
        AssertClose(slopes, gradient.matmul(_directions.transpose(0, 1)).squeeze(0), 1e-3);

        Tensor Cost(Tensor z) => _problem.Cost(z, _problem.Mean, _problem.Observations); // (d)
    }

    [Fact]
    public void Each_state_of_a_batch_has_the_cost_and_gradient_that_it_has_alone()
    {
        var (costs, gradients, _) = _problem.CostAndGradient(_directions, _problem.Mean, _problem.Observations);
        var (cost, gradient, _) = _problem.CostAndGradient(_directions.narrow(0, 3, 1), _problem.Mean, _problem.Observations);
        AssertClose(cost, costs.narrow(0, 3, 1), 1e-5);
        AssertClose(gradient, gradients.narrow(0, 3, 1), 1e-4);
    }

    [Fact]
    public void The_Jacobian_times_a_vector_matches_differences_of_the_equivalents()
    {
        var products = _problem.Jacobian(_z).matmul(_directions.transpose(0, 1)).transpose(0, 1); // (d, n)
        AssertClose(Directional(), products, OfForwardDifferences);
    }

    [Fact]
    public void The_transposed_Jacobian_times_a_vector_matches_the_pass_back_through_the_generator()
    {
        using var generator = new Generator(12);
        var w = randn([1, _problem.Observations.shape[1]], float64, generator: generator); // (1, n)
        AssertClose(Back(_problem.R.Solve(w)), _problem.R.Solve(w).matmul(_problem.Jacobian(_z)), OfForwardDifferences);
    }

    [Fact]
    public void The_Gauss_Newton_product_matches_differences_through_the_generator_and_back()
    {
        var a = _problem.Curvature(_problem.Jacobian(_z)); // (k, k)
        var products = (a - diag(1 / _problem.Variance.squeeze(0))).matmul(_directions.transpose(0, 1)).transpose(0, 1); // (d, k)
        var expected = cat([.. _problem.R.Solve(Directional()).split(1).Select(Back)]); // (d, k)
        AssertClose(expected, products, OfForwardDifferences);
    }

    public void Dispose()
    {
        _problem.Dispose();
        _scope.Dispose();
        _world.Dispose();
    }

    private Tensor Directional() =>
        (_problem.Equivalents(_z + Step * _directions) - _problem.Equivalents(_z - Step * _directions)) / (2 * Step); // (d, n)

    /// <summary>Jᵀ v by the reverse pass: what R v added to the observations takes off the gradient.</summary>
    /// <param name="v">(1, n)</param>
    private Tensor Back(Tensor v)
    {
        var covariance = linalg.inv(_problem.R.Solve(eye(v.shape[1], dtype: float64))); // (n, n)
        var (_, without, _) = _problem.CostAndGradient(_z, _problem.Mean, _problem.Equivalents(_z)); // (1, k)
        var (_, with, _) = _problem.CostAndGradient(_z, _problem.Mean, _problem.Equivalents(_z) + v.matmul(covariance)); // (1, k)
        return without - with; // (1, k)
    }

    private static void AssertClose(Tensor expected, Tensor actual, double relative)
    {
        var error = (actual - expected).norm().item<double>() / expected.norm().item<double>();
        Assert.True(error < relative, $"relative error {error:g3}");
    }
}
