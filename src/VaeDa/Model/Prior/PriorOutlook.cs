using VaeDa.Fields;
using static TorchSharp.torch;

namespace VaeDa.Model.Prior;

/// <summary>What <see cref="PriorEstimator"/> will not be able to measure, so that it can be said before a training and not after it.</summary>
public static class PriorOutlook
{
    /// <summary>Looks at where fields held out have values; reads each once.</summary>
    /// <param name="heldOut">The fields that the generator's error is to be measured on.</param>
    /// <returns>A line for each thing that cannot be measured, with what is taken in its place; none as a rule.</returns>
    /// <exception cref="InvalidInputException">The fields have no value at all.</exception>
    public static IReadOnlyList<string> Of(IFieldSet heldOut)
    {
        ArgumentNullException.ThrowIfNull(heldOut);
        using var scope = NewDisposeScope();
        var field = new float[heldOut.FieldLength()];
        var present = stack([.. Enumerable.Range(0, heldOut.Count).Select(t =>
        {
            heldOut.Read(t, field);
            return tensor(Array.ConvertAll(field, float.IsFinite)); // (N)
        })]); // (S, N)
        if (!present.any().item<bool>())
        {
            throw new InvalidInputException($"none of the {heldOut.Count} validation fields has a value; choose other years for them when the archive is prepared");
        }

        var byVariable = present.reshape(heldOut.Count, heldOut.Variables.Count, -1).any(2).any(0).to(uint8).data<byte>().ToArray(); // (V)
        var lines = heldOut.Variables.Where((_, v) => byVariable[v] == 0)
            .Select(v => $"variable '{v.Name}' has no value in the validation fields; the generator's error is taken from the training fields");
        return [.. lines, .. SpatialCorrelationFit.IsToldBy(present, heldOut.Grid)
            ? (string[])[]
            : ["hardly any two cells have a value in one validation field; what the generator cannot represent is taken as uncorrelated between places"]];
    }
}
