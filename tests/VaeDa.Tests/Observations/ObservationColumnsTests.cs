using FsCheck.Xunit;
using VaeDa.Observations;

namespace VaeDa.Tests.Observations;

public sealed class ObservationColumnsTests
{
    [Property(MaxTest = 200)]
    public bool Rows_come_back_whatever_they_lack(byte count, int seed)
    {
        var random = new Random(seed);
        // Columns of which the first rows, all or none have no value.
        var from = Enumerable.Range(0, 11).Select(_ => random.Next(2 * count + 1)).ToArray();
        var rows = Enumerable.Range(0, count).Select(i => new Observation(random.Next(90), random.Next(360), random.NextDouble())
        {
            Error = Has(0, i) ? random.Next(3) : null,
            Variable = Has(1, i) ? $"v{random.Next(3)}" : null,
            Time = Has(2, i) ? new DateTime(random.NextInt64(2), i % 2 == 0 ? DateTimeKind.Utc : DateTimeKind.Unspecified) : null,
            Station = Has(3, i) ? $"s{i}" : null,
            Flag = Has(4, i) ? "missing: x" : null,
            Value = Has(5, i) ? double.NaN : null,
            Climatology = Has(6, i) ? 0 : null,
            Adjustment = Has(7, i) ? random.NextDouble() : null,
            AdjustmentError = Has(8, i) ? random.NextDouble() : null,
            Source = Has(9, i) ? "f" : null,
            Line = Has(10, i) ? i : 0,
        }).ToList();
        var columns = new ObservationColumns(rows.Where(_ => true));
        return columns.SequenceEqual(rows) && columns.Select(row => row.Time?.Kind).SequenceEqual(rows.Select(row => row.Time?.Kind))
            && Enumerable.Range(0, count).All(i => columns[i] == rows[i] && columns.Error[i] == rows[i].Error && columns.Station[i] == rows[i].Station);

        bool Has(int column, int i) => i >= from[column] && random.Next(4) > 0;
    }
}
