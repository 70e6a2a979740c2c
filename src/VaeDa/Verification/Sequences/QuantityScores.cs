using VaeDa.Verification.Scores;

namespace VaeDa.Verification.Sequences;

/// <summary>The scores of one quantity, such as the mean of a month: of all cells together, weighted by area, and of each area's mean.</summary>
/// <param name="cellAreas">The weights of the cells (H, W).</param>
/// <param name="areas">The number of areas, A, whose means follow the cells in each ensemble, (H·W + A).</param>
/// <param name="members">M, or 0.</param>
internal sealed class QuantityScores(float[] cellAreas, int areas, int members)
{
    private readonly SortedDictionary<string, BlockSums[]> _blocks = new(StringComparer.Ordinal); // (A + 1) each, the cells' first
    private readonly RankHistogram[] _ranks = [.. Enumerable.Range(0, areas + 1).Select(_ => new RankHistogram(members))];

    /// <summary>How many times have been added: months, days or steps from day to day.</summary>
    public int Times { get; private set; }

    /// <summary>The ranks of the truths among the members.</summary>
    /// <param name="row">0 for the cells, then the areas.</param>
    public RankHistogram Ranks(int row) => _ranks[row];

    /// <summary>The sums of each block that has a truth.</summary>
    /// <param name="row">0 for the cells, then the areas.</param>
    public List<BlockSums> Blocks(int row) => [.. _blocks.Values.Select(rows => rows[row]).Where(sums => sums.Weight > 0)];

    /// <param name="block">The name of the month that the time belongs to.</param>
    /// <param name="ensemble">Cells, then areas, (H·W + A).</param>
    public void Add(string block, EnsembleAgainstTruth ensemble)
    {
        if (!_blocks.TryGetValue(block, out var sums))
        {
            _blocks.Add(block, sums = new BlockSums[areas + 1]);
        }

        RankHistogram[] ranks = [.. _ranks.Select(_ => new RankHistogram(members))];
        foreach (var x in ensemble.Cells)
        {
            var (row, weight) = x < cellAreas.Length ? (0, cellAreas[x]) : (x - cellAreas.Length + 1, 1f);
            sums[row] += BlockSums.Of(ensemble, x, weight);
            if (members > 0)
            {
                ranks[row].Add(ensemble.Sorted(x), ensemble.Truth(x), weight);
            }
        }

        for (var row = 0; row < ranks.Length && members > 0; row++)
        {
            if (ranks[row].Total > 0)
            {
                var inside = new BlockSums { Inside50 = ranks[row].Total * ranks[row].Coverage(0.5), Inside90 = ranks[row].Total * ranks[row].Coverage(0.9) };
                sums[row] += inside;
                _ranks[row].Add(ranks[row]);
            }
        }

        Times++;
    }
}
