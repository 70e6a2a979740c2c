using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Model.Memory;
using static TorchSharp.torch;

namespace VaeDa.Model;

/// <summary>Measures how a model's states follow each other in time, on the fields that it was trained on and on fields held out.</summary>
public static class MemoryEstimator
{
    /// <summary>Measures a model's memory; all fields are encoded once.</summary>
    /// <param name="model">The model, of the whole year and with its encoder; it is not disposed here.</param>
    /// <param name="training">The fields that it was trained on, in the order of time; there may be gaps.</param>
    /// <param name="heldOut">Fields that it was not trained on, in the order of time, by which the shrinkage is chosen.</param>
    /// <param name="step">The step that the fields come at.</param>
    /// <param name="cancellation">Breaks off between batches of fields.</param>
    /// <returns>
    /// The memory, the caller's own, and what was found on the way; both null where the fields held out do not show that one
    /// state tells anything of the next, or where fewer than 20 pairs of either kind are one step apart.
    /// </returns>
    /// <exception cref="OperationCanceledException">The measurement was cancelled.</exception>
    public static (StateMemory? Memory, MemoryDescription? Description) Of(GenerativeModel model, IFieldSet training, IFieldSet heldOut, TimeStep step, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(training);
        ArgumentNullException.ThrowIfNull(heldOut);
        ArgumentNullException.ThrowIfNull(step);
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        using var learnt = EncodedStates.Of(model, training, cancellation);
        using var unseen = EncodedStates.Of(model, heldOut, cancellation);
        var (first, second) = learnt.Pairs(step); // (P, d) each
        var (heldOutFirst, heldOutSecond) = unseen.Pairs(step); // (Q, d) each
        cancellation.ThrowIfCancellationRequested();
        if (TransitionFit.Of(first, second, heldOutFirst, heldOutSecond, cancellation) is not { } fit)
        {
            return (null, null);
        }

        var beforeLast = SecondOrderFit.Of(fit.Transition, learnt.Triples(step), unseen.Triples(step), cancellation);
        var memory = new StateMemory(fit.Transition, beforeLast?.OneStepError ?? fit.OneStepError, unseen.RemainderCorrelation(step), beforeLast?.Second);
        return (memory, new MemoryDescription
        {
            Steps = memory.Steps,
            OneStepError = memory.OneStepError,
            RemainderCorrelation = memory.RemainderCorrelation,
            Penalty = fit.Penalty,
            DiagonalShare = fit.DiagonalShare,
            SecondPenalty = beforeLast?.Partial.Penalty,
            SecondDiagonalShare = beforeLast?.Partial.DiagonalShare,
            TrainingPairs = (int)first.shape[0],
            HeldOutPairs = (int)heldOutFirst.shape[0],
        });
    }
}
