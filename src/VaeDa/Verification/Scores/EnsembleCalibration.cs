using VaeDa.Fields.Grids;

namespace VaeDa.Verification.Scores;

/// <summary>
/// Whether the truth behaves like one more member of the ensemble, gathered date by date for one network, variable and method.
/// </summary>
public sealed class EnsembleCalibration
{
    private readonly IReadOnlyList<int> _thinned;
    private readonly float[] _area; // (H, W)
    private readonly float[] _one; // (H, W)

    /// <summary>Makes a calibration to which the dates are added one by one.</summary>
    /// <param name="grid">The grid of the fields.</param>
    /// <param name="members">The number of ensemble members, M, at least 2.</param>
    /// <param name="scored">The indices of the cells that have values, some of which are tested for flat ranks; null for all cells.</param>
    public EnsembleCalibration(Grid grid, int members, IReadOnlyList<int>? scored = null)
    {
        ArgumentNullException.ThrowIfNull(grid);
        _thinned = ThinnedCells.Of(grid, among: scored);
        _area = grid.AreaWeights();
        _one = [.. Enumerable.Repeat(1f, grid.Cells)];
        (Ranks, Thinned, Places) = (new RankHistogram(members), new RankFlatness(members), new PlaceErrors(grid.Cells));
    }

    /// <summary>The ranks of the truth among the members at all cells, weighted by area.</summary>
    public RankHistogram Ranks { get; }

    /// <summary>The test for flat ranks, at cells so far apart that their errors hardly depend on each other.</summary>
    public RankFlatness Thinned { get; }

    /// <summary>The error of the ensemble mean beside the spread, by spread.</summary>
    public SpreadSkillBins SpreadSkill { get; } = new();

    /// <summary>The error of the ensemble mean beside the spread, by place.</summary>
    public PlaceErrors Places { get; }

    /// <summary>Adds one date.</summary>
    /// <param name="ensemble">The analysis beside the truth, on the same grid and with as many members as on all other dates.</param>
    public void Add(EnsembleAgainstTruth ensemble)
    {
        Ranks.Add(RankHistogram.Of(ensemble, _area));
        Thinned.Add(RankHistogram.Of(ensemble, _one, _thinned.Intersect(ensemble.Cells)));
        SpreadSkill.Add(ensemble, _area);
        Places.Add(ensemble);
    }
}
