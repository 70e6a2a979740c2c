using VaeDa.Assimilation.Problem;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Control;

/// <summary>
/// What is believed of the observations, and R by it: a value that each control takes and gives. Quality control comes before
/// the search, linearised at the prior mean, and after it, at the minimum, starting from what the last one believed; where the
/// observations' errors are estimated, that is done before each control.
/// </summary>
/// <param name="Settings">How they are controlled.</param>
/// <param name="Groups">Which error factor each observation has, from 0 (n).</param>
/// <param name="Stated">σ_obs as stated, (n).</param>
/// <param name="All">R of all observations.</param>
/// <param name="R">R of those that are believed.</param>
internal sealed record ObservationControl(ControlSettings Settings, IReadOnlyList<int> Groups, Tensor Stated, ObservationErrorCovariance All, ObservationErrorCovariance R) : IDisposable
{
    // Below it a factor's change is not worth another search: it is a fraction of its standard error.
    private const double SmallestRescaling = 0.02;

    // Of the threshold: what is so near to it changes nothing that is worth another search.
    private const double ClosingTolerance = 0.05;

    /// <summary>What was found of each observation; null before the first control.</summary>
    public CheckedObservations? Check { get; private init; }

    /// <summary>Null until errors are estimated.</summary>
    public ErrorFactors? Factors { get; private init; }

    private (Tensor Jacobian, InnovationCovariance K)? Last { get; init; }

    /// <summary>Before any control: all observations are believed, with their errors as stated.</summary>
    /// <param name="r">The new object's own.</param>
    /// <param name="settings">The same in all controls.</param>
    /// <param name="groups">Which error factor each observation has, from 0 (n).</param>
    public static ObservationControl Of(ObservationErrorCovariance r, ControlSettings settings, IReadOnlyList<int> groups) =>
        new(settings, groups, r.Sigma.clone(), r, r);

    /// <summary>Errors and believed observations by what a state says of them.</summary>
    /// <param name="problem">With <see cref="R"/>.</param>
    /// <param name="state">What the innovations are taken about.</param>
    /// <returns>Takes the place of this one, which is used up; <see cref="R"/> is the same object where nothing changed.</returns>
    public ObservationControl At(LatentProblem problem, Linearisation state)
    {
        using var scope = NewDisposeScope();
        var d = state.Innovation(problem.Observations, problem.Mean); // (1, n)
        var next = this;
        if (Settings.EstimatesErrors)
        {
            if (Factors is null)
            {
                // Gross errors are among them still.
                next = next.Rescaled(problem, state, d, robust: true).Controlled(problem, state, d);
            }

            next = next.Rescaled(problem, state, d, robust: false);
        }

        return next.Controlled(problem, state, d);
    }

    /// <summary>
    /// What a state says of the observations, R left as it is: for a search that is not to be followed by another.
    /// </summary>
    /// <returns>Takes the place of this one, which is used up; and whether the same observations would be believed.</returns>
    public (ObservationControl Control, bool Agrees) Closing(LatentProblem problem, Linearisation state)
    {
        using var scope = NewDisposeScope();
        var (k, d) = (About(problem, state), state.Innovation(problem.Observations, problem.Mean)); // (1, n)
        var check = QualityControl.Check(k, d, Settings.RejectBeyond, R.Accepted, ClosingTolerance);
        var agrees = check.Accepted.SequenceEqual(R.Accepted);
        return (this with { Check = agrees ? check : QualityControl.Departures(k, d, R.Accepted), Last = (state.Jacobian, k) }, agrees);
    }

    public void Dispose()
    {
        Stated.Dispose();
        All.Dispose();
        Release(R);
    }

    private ObservationControl Controlled(LatentProblem problem, Linearisation state, Tensor d)
    {
        var k = About(problem, state);
        var check = QualityControl.Check(k, d, Settings.RejectBeyond, R.Accepted);
        var r = R.Accepting(check.Accepted);
        if (!ReferenceEquals(r, R))
        {
            Release(R);
        }

        return this with { R = r, Check = check, Last = (state.Jacobian, k) };
    }

    private ObservationControl Rescaled(LatentProblem problem, Linearisation state, Tensor d, bool robust)
    {
        var old = Factors?.Factors ?? [.. Enumerable.Repeat(1.0, Groups.Max() + 1)];
        var factors = ErrorEstimate.Of(Stated, All.Residual!, state.Jacobian, problem.Variance, d, R.Accepted, Groups, old, robust);
        if (Factors is not null && factors.Factors.Zip(old).All(f => Math.Abs(f.First / f.Second - 1) < SmallestRescaling))
        {
            return this;
        }

        var all = All.WithErrors(Stated * tensor(Groups.Select(g => factors.Factors[g]).ToArray()));
        Release(R);
        All.Dispose();
        return this with { All = all, R = all, Factors = factors };
    }

    /// <summary>K by the state's Jacobian: the last one where that and the errors are the last ones, as after a search that took no other.</summary>
    private InnovationCovariance About(LatentProblem problem, Linearisation state) =>
        Last is var (jacobian, k) && ReferenceEquals(jacobian, state.Jacobian) && ReferenceEquals(k.Inverse, All.Inverse)
            ? k
            // Beyond the scope of this control: for the next one.
            : InnovationCovariance.About(All, state.Jacobian, problem.Variance).MoveToOuterDisposeScope();

    private void Release(ObservationErrorCovariance r)
    {
        if (!ReferenceEquals(r, All))
        {
            r.Dispose();
        }
    }
}
