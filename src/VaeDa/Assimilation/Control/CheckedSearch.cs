using TorchSharp;
using VaeDa.Assimilation.Problem;
using VaeDa.Assimilation.Search;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Control;

/// <summary>
/// The most probable state of the observations that agree: quality control before the search, linearised at the prior
/// mean, and at the minimum, from all observations; if it finds otherwise there, the search goes on from there. Where the
/// observations' errors are estimated, that too is done before each control.
/// </summary>
/// <param name="groups">Which error factor each observation has, from 0 (n).</param>
internal sealed class CheckedSearch(LatentProblem problem, AssimilationOptions options, IReadOnlyList<int> groups)
{
    private const int MostSearches = 3;

    // Below it a factor's change is not worth another search: it is a fraction of its standard error.
    private const double SmallestRescaling = 0.02;
    private readonly Tensor _stated = problem.R.Sigma.clone(); // (n)
    private (Tensor Jacobian, InnovationCovariance Covariance)? _last;

    /// <summary>What was found of each observation: after the search, at its minimum.</summary>
    public CheckedObservations? Check { get; private set; }

    /// <summary>By group; null until errors are estimated.</summary>
    public (double[] Factors, double[] StandardErrors)? Errors { get; private set; }

    /// <param name="search">From a state (1, k) and a Jacobian near it (n, k) to the minimum for the observations that the problem accepts.</param>
    public MostProbableState Run(Func<Tensor, Tensor, MostProbableState> search)
    {
        var (z, jacobian) = (problem.Mean, problem.LinearJacobian() ?? problem.Jacobian(problem.Mean)); // (1, k), (n, k)
        Settle(z, jacobian);
        for (var round = 1; ; round++)
        {
            var best = search(z, jacobian);
            (z, jacobian) = (best.Z, best.Jacobian);
            if (round == MostSearches)
            {
                using var scope = NewDisposeScope();
                var (covariance, innovation) = (About(jacobian), Innovation(z, jacobian)); // (1, n)
                Check = QualityControl.Check(covariance, innovation, options.RejectBeyond);
                if (!Check.Accepted.SequenceEqual(problem.R.Accepted))
                {
                    Check = QualityControl.Departures(covariance, innovation, problem.R.Accepted);
                    return best with { Converged = false };
                }

                return best;
            }

            if (!Settle(z, jacobian))
            {
                return best;
            }
        }
    }

    /// <summary>Sets errors and accepted observations to what the state says of them.</summary>
    /// <returns>Whether that changed them.</returns>
    private bool Settle(Tensor z, Tensor jacobian)
    {
        using var scope = NewDisposeScope();
        var d = Innovation(z, jacobian); // (1, n)
        var before = problem.R.Accepted;
        var rescaled = false;
        if (options.EstimateError)
        {
            if (Errors is null)
            {
                Rescale(robust: true);
                Control();
            }

            rescaled = Rescale(robust: false);
        }

        Control();
        return rescaled || !problem.R.Accepted.SequenceEqual(before);

        void Control()
        {
            Check = QualityControl.Check(About(jacobian), d, options.RejectBeyond);
            problem.R.Accept(Check.Accepted);
        }

        bool Rescale(bool robust)
        {
            var old = Errors?.Factors ?? [.. Enumerable.Repeat(1.0, groups.Max() + 1)];
            var (factors, errors) = ErrorEstimate.Of(_stated, problem.R.Residual, jacobian, problem.Variance, d, problem.R.Accepted, groups, old, robust);
            if (Errors is not null && factors.Zip(old).All(f => Math.Abs(f.First / f.Second - 1) < SmallestRescaling))
            {
                return false;
            }

            Errors = (factors, errors);
            problem.R.Take(_stated * tensor(groups.Select(g => factors[g]).ToArray()));
            return true;
        }
    }

    /// <summary>K by this Jacobian: as it was if that and R are the last ones, as after a search that took no other.</summary>
    private InnovationCovariance About(Tensor jacobian)
    {
        if (_last is not var (of, covariance) || !ReferenceEquals(of, jacobian) || !ReferenceEquals(covariance.Inverse, problem.R.Inverse))
        {
            covariance = InnovationCovariance.About(problem.R, jacobian, problem.Variance);
            // Beyond the caller's scope: for the next control.
            foreach (var part in new[] { covariance.Reduced, covariance.Precisions, covariance.Partners, covariance.Ties })
            {
                part.MoveToOuterDisposeScope();
            }

            _last = (jacobian, covariance);
        }

        return covariance;
    }

    /// <summary>d = y − H D(z) + G (z − μ): of the generator made linear about z.</summary>
    private Tensor Innovation(Tensor z, Tensor jacobian) =>
        problem.Observations - problem.Equivalents(z) + (z - problem.Mean).matmul(jacobian.transpose(0, 1)); // (1, n)
}
