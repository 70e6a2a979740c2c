using VaeDa.Verification.Scores;

namespace VaeDa.Verification.Sequences;

/// <summary>
/// Sums and largest values over the dates of one period, of the truth, the most probable field and each member: no field of a date is kept.
/// A cell that lacks a value on one date has none for the period.
/// </summary>
internal sealed class PeriodSums
{
    private readonly float[][] _sums; // truth, most probable field, M members: (M + 2, N)
    private readonly float[][] _largest; // (M + 2, N)

    /// <param name="fields">Truth, most probable field and members of the first date, (M + 2, N).</param>
    public PeriodSums(IReadOnlyList<float[]> fields)
    {
        _sums = [.. fields.Select(field => (float[])field.Clone())];
        _largest = [.. fields.Select(field => (float[])field.Clone())];
        Dates = 1;
    }

    public int Dates { get; private set; }

    /// <summary>The mean over the dates.</summary>
    public EnsembleAgainstTruth Mean => Of([.. _sums.Select(sum => Array.ConvertAll(sum, s => s / Dates))]);

    /// <summary>The largest value of the dates, member by member.</summary>
    public EnsembleAgainstTruth Largest => Of(_largest);

    /// <param name="fields">Of the next date, in the order of the first, with as many members.</param>
    public void Add(IReadOnlyList<float[]> fields)
    {
        Dates++;
        for (var i = 0; i < _sums.Length; i++)
        {
            var (field, sum, largest) = (fields[i], _sums[i], _largest[i]);
            for (var x = 0; x < field.Length; x++)
            {
                sum[x] += field[x];
                largest[x] = MathF.Max(largest[x], field[x]);
            }
        }
    }

    internal static EnsembleAgainstTruth Of(float[][] fields) => new(fields[0], fields[1], fields[2..]);
}
