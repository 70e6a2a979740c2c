using VaeDa.Fields;
using VaeDa.Observations;
using VaeDa.Observations.Networks;
using VaeDa.Reanalysis.Dates;

namespace VaeDa.Verification.Sequences;

/// <summary>Pseudo-observations of known fields on one network, made anew whenever they are asked for: those of one field are the same each time.</summary>
/// <param name="fields">The truths.</param>
/// <param name="variables">Their names (V).</param>
/// <param name="network">Observes them.</param>
/// <param name="spec">Of each field, by its number.</param>
internal sealed class ObservedFields(IFieldSet fields, IReadOnlyList<string> variables, Network network, Func<int, PseudoObservationSpec> spec) : IObservationSequence
{
    private int[]? _seen;

    /// <summary>The fields of which any place sees something.</summary>
    private int[] Seen => _seen ??= [.. Enumerable.Range(0, fields.Count).Where(t => Of(t).Table.Count > 0)];

    /// <inheritdoc/>
    public IReadOnlyList<DateTime> Times => Array.ConvertAll(Seen, fields.TimeOf);

    /// <param name="t">The number of the field, from 0.</param>
    public PseudoObservations Of(int t) => PseudoObservations.Make(fields.Read(t), fields.Grid, variables, network, spec(t));

    /// <inheritdoc/>
    public IReadOnlyList<ObservationTable> Read(int first, int count) => [.. Seen.Skip(first).Take(count).Select(t => Of(t).Table)];
}
