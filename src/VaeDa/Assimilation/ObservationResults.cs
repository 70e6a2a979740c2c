using Microsoft.Data.Analysis;
using VaeDa.Assimilation.Control;
using VaeDa.Observations;
using VaeDa.Observations.Rows;

namespace VaeDa.Assimilation;

/// <summary>The values of the column <c>flag</c> of <see cref="Analysis.Observations"/>, which says what became of each observation.</summary>
public static class ObservationResults
{
    /// <summary>The flag of an observation that was assimilated.</summary>
    public const string Used = "used";

    /// <summary>The flag of an observation that quality control rejected, since it contradicts the others and the background.</summary>
    public const string Outlier = "outlier";

    /// <summary>The flag of an observation that was kept out of the analysis, to compare the analysis with it.</summary>
    public const string Withheld = RowFlag.Withheld;

    /// <summary>
    /// One value for each accepted observation, and then one for each that was withheld, (n + w); what is known of accepted ones only has n values.
    /// </summary>
    internal sealed record Columns
    {
        public required double[] Error { get; init; }

        public required double[] GeneratorError { get; init; }

        public required double[] FirstGuess { get; init; }

        public required double[] Analysis { get; init; }

        public required double[] Spread { get; init; }

        /// <summary>Of the accepted ones, which are believed (n).</summary>
        public required IReadOnlyList<bool> Accepted { get; init; }

        public required double[] CheckDeparture { get; init; }

        public required double[] CheckSpread { get; init; }

        /// <summary>As of the check, by the other observations of the date alone; null where the check is no more than that.</summary>
        public double[]? DateDeparture { get; init; }

        /// <summary>As of the check, by the other observations of the date alone; null where the check is no more than that.</summary>
        public double[]? DateSpread { get; init; }

        /// <summary>NaN for those that are not believed; null where it is not known: of observations that were averaged, and of sequences.</summary>
        public double[]? GainRemoved { get; init; }

        /// <summary>Number of the average that each is in, −1 for none; null where nothing was averaged.</summary>
        public int[]? Average { get; init; }
    }

    internal static DataFrame Of(ObservationTable table, ObservationOperator h, WithheldObservations withheld, Columns columns)
    {
        var position = Enumerable.Repeat(-1, table.Count).ToArray(); // of each row among those accepted and withheld
        foreach (var (i, row) in h.Accepted.Index())
        {
            position[row] = i;
        }

        foreach (var (i, row) in withheld.Rows.Index())
        {
            position[row] = h.Accepted.Length + i;
        }

        var reasons = h.Rejected.ToDictionary(r => r.Index, r => r.Reason);
        var unplaced = withheld.Rejected.ToDictionary(r => r.Index, r => r.Reason);
        var frame = table.ToDataFrame();
        if (frame.Columns.IndexOf("error") >= 0)
        {
            frame.Columns.Remove("error");
        }

        if (table.Observations.Any(o => o.Value is not null))
        {
            var after = frame.Columns.IndexOf("anomaly");
            frame.Columns.Insert(after, new DoubleDataFrameColumn("value", table.Observations.Select(o => o.Value)));
            frame.Columns.Insert(after + 1, new DoubleDataFrameColumn("climatology", table.Observations.Select(o => o.Climatology)));
        }

        if (table.Observations.Any(o => o.Adjustment is not null))
        {
            frame.Columns.Add(new DoubleDataFrameColumn("unadjusted", table.Observations.Select(o => o.Anomaly - (o.Adjustment ?? 0))));
            frame.Columns.Add(new DoubleDataFrameColumn("adjustment", table.Observations.Select(o => o.Adjustment)));
            frame.Columns.Add(new DoubleDataFrameColumn("adjustment_error", table.Observations.Select(o => o.AdjustmentError)));
        }

        if (table.Observations.Any(o => o.Source is not null))
        {
            frame.Columns.Add(new StringDataFrameColumn("source", table.Observations.Select(o => o.Source)));
        }

        if (table.Observations.Any(o => o.Line > 0))
        {
            frame.Columns.Add(new Int32DataFrameColumn("line", table.Observations.Select(o => o.Line > 0 ? o.Line : (int?)null)));
        }

        Add("error", columns.Error);
        Add("generator_error", columns.GeneratorError);
        Add("first_guess", columns.FirstGuess);
        Add("analysis", columns.Analysis);
        Add("innovation", Departures(columns.FirstGuess));
        Add("departure", Departures(columns.Analysis));
        Add("spread", columns.Spread);
        Add("check_departure", columns.CheckDeparture);
        Add("check_spread", columns.CheckSpread);
        if (columns is { DateDeparture: { } departures, DateSpread: { } spreads })
        {
            Add("date_departure", departures);
            Add("date_spread", spreads);
        }

        AddKnown("influence", columns.Average is null ? Influence() : null);
        AddKnown("gain_removed", columns.GainRemoved);
        Add("weight", [.. columns.Accepted.Select(a => a ? 1.0 : 0), .. withheld.Rows.Select(_ => 0.0)]);
        if (columns.Average is { } average)
        {
            frame.Columns.Add(new Int32DataFrameColumn("average", position.Select(i => i >= 0 && i < average.Length && average[i] >= 0 ? average[i] : (int?)null)));
        }

        frame.Columns.Add(new StringDataFrameColumn("flag", position.Select((i, row) =>
            unplaced.TryGetValue(row, out var reason) ? RowFlag.Rejected(reason)
            : i < 0 ? table.Observations[row].Flag ?? RowFlag.Rejected(reasons[row])
            : i >= columns.Accepted.Count ? Withheld
            : columns.Accepted[i] ? Used : Outlier)));
        return frame;

        double[] Departures(double[] equivalents) => [.. h.Accepted.Concat(withheld.Rows).Select((row, i) => table.Anomaly[row] - equivalents[i])];

        // ∂(H x)ᵢ / ∂yᵢ = 1 − σᵢ² [K⁻¹]ᵢᵢ (Cardinali et al. 2004), and the check's variance is 1 / [K⁻¹]ᵢᵢ.
        double[] Influence() => [.. columns.Accepted.Select((accepted, i) => accepted ? 1 - Math.Pow(columns.Error[i] / columns.CheckSpread[i], 2) : double.NaN)];

        // Of its full length from the start: one that grows is twice as large at times.
        void Add(string name, double[] values) => AddWhere(name, values, _ => true);

        void AddKnown(string name, double[]? values) => AddWhere(name, values, value => !double.IsNaN(value));

        void AddWhere(string name, double[]? values, Func<double, bool> isKnown)
        {
            var column = new DoubleDataFrameColumn(name, table.Count);
            for (var row = 0; row < position.Length; row++)
            {
                column[row] = position[row] >= 0 && position[row] < values?.Length && isKnown(values[position[row]]) ? values[position[row]] : null;
            }

            frame.Columns.Add(column);
        }
    }
}
