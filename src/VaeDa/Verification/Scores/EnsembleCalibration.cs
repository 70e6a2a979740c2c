using VaeDa.Fields.Grids;

namespace VaeDa.Verification.Scores;

/// <summary>Whether the truth behaves as one more member, gathered date by date for one network, variable and method.</summary>
public sealed class EnsembleCalibration
{
    private readonly IReadOnlyList<int> _thinned;
    private readonly float[] _area; // (H, W)
    private readonly float[] _one; // (H, W)

    /// <param name="members">M, at least 2.</param>
    /// <param name="scored">The cells that have values, of which some are tested for flat ranks; null for all.</param>
    public EnsembleCalibration(Grid grid, int members, IReadOnlyList<int>? scored = null)
    {
        ArgumentNullException.ThrowIfNull(grid);
        _thinned = ThinnedCells.Of(grid, among: scored);
        _area = grid.AreaWeights();
        _one = [.. Enumerable.Repeat(1f, grid.Cells)];
        (Ranks, Thinned, Places) = (new RankHistogram(members), new RankFlatness(members), new PlaceErrors(grid.Cells));
    }

    /// <summary>All cells, weighted by area.</summary>
    public RankHistogram Ranks { get; }

    /// <summary>The cells of <see cref="ThinnedCells"/>.</summary>
    public RankFlatness Thinned { get; }

    public SpreadSkillBins SpreadSkill { get; } = new();

    public PlaceErrors Places { get; }

    /// <param name="ensemble">(H, W), of as many members as all others.</param>
    public void Add(EnsembleAgainstTruth ensemble)
    {
        Ranks.Add(RankHistogram.Of(ensemble, _area));
        Thinned.Add(RankHistogram.Of(ensemble, _one, _thinned.Intersect(ensemble.Cells)));
        SpreadSkill.Add(ensemble, _area);
        Places.Add(ensemble);
    }
}
