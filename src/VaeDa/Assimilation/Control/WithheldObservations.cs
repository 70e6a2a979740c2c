using System.Collections.Immutable;
using VaeDa.Assimilation.Problem;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Observations.Rows;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Control;

/// <summary>The rows of a table that were kept out of its analysis, and what the analysis has at their places.</summary>
internal sealed class WithheldObservations
{
    private const string NotWithheld = "not withheld";
    private readonly ObservationOperator? _h; // of the withheld rows alone; null where there are none
    private readonly ObservationTable _table;

    /// <param name="model">At the time of the observations.</param>
    /// <param name="table">All rows, those that were used too.</param>
    /// <param name="valid">Where the fields have values, (V, H, W).</param>
    public WithheldObservations(GenerativeModel model, ObservationTable table, ReadOnlySpan<bool> valid)
    {
        _table = table;
        if (!table.Observations.Any(o => RowFlag.IsWithheld(o.Flag)))
        {
            return;
        }

        // The numbers of rows stay those of the whole table.
        var alone = table.With(table.Observations.Select(o => o with { Flag = RowFlag.IsWithheld(o.Flag) ? null : o.Flag ?? NotWithheld }));
        _h = new ObservationOperator(model.Grid, [.. model.Variables.Select(v => v.Name)], alone, valid);
        Rejected = [.. _h.Rejected.Where(r => RowFlag.IsWithheld(table.Observations[r.Index].Flag))];
    }

    /// <summary>Rows of the table that have a place on the grid (w), ascending.</summary>
    public ImmutableArray<int> Rows => _h?.Accepted ?? [];

    /// <summary>Those that have none, and could not have been used either.</summary>
    public IReadOnlyList<RejectedObservation> Rejected { get; } = [];

    /// <param name="field">(V, H, W)</param>
    /// <returns>(w)</returns>
    public double[] Apply(ReadOnlySpan<float> field) => _h?.Apply(field) ?? [];

    /// <summary>H D(μ), (w).</summary>
    /// <param name="model">At the time of the observations.</param>
    /// <param name="chunkSize">States to decode together.</param>
    public double[] FirstGuess(GenerativeModel model, int chunkSize)
    {
        if (_h is not { Count: > 0 })
        {
            return [];
        }

        using var scope = NewDisposeScope();
        using var generator = new ObservedGenerator(model, _h, chunkSize);
        return generator.Equivalents(model.Prior.LatentMean.to(float64).unsqueeze(0)).data<double>().ToArray();
    }

    /// <summary>The errors as they were stated, (w).</summary>
    /// <param name="model">Of the variables.</param>
    /// <param name="given">Of rows that state none, by variable.</param>
    public double[] Errors(GenerativeModel model, IReadOnlyDictionary<string, double> given) =>
        [.. Rows.Select(row => _table.ErrorOf(row, _table.Variable[row] ?? model.Variables[0].Name, given))];
}
