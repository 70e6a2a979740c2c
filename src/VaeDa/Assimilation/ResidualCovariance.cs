using TorchSharp;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Assimilation;

/// <summary>
/// C_r: the covariance of a field about its generator (or, with the climatological standard deviation, about the
/// climatology): C_r(x, x') = P(x)ᵀ P(x') + σ(x) σ(x') ρ(|x − x'|), the second part 0 between
/// variables.
/// </summary>
/// <remarks>The nugget is each place's own: a cell and an observation in it do not share it.</remarks>
public sealed class ResidualCovariance : IDisposable
{
    private const int CellsInChunk = 4096;
    private const int WavesOfDraw = 768;
    private readonly SpatialCorrelation _correlation;
    private readonly EarthPoint[] _cells;
    private readonly ObservationPlace[] _places;
    private readonly Tensor _cellSigma; // (V, C), C = H·W
    private readonly Tensor _placeSigma; // (n)
    private readonly Tensor _patterns; // (m, N)
    private readonly Tensor _patternsAtPlaces; // (m, n)
    private readonly int _variables;

    /// <param name="standardDeviation">σ, of what the patterns leave, at the cells, (V, H, W); NaN where there is no value.</param>
    /// <param name="atPlaces">σ at the observations, (n).</param>
    /// <param name="patterns">P at the cells, (m, N), and at the observations, (m, n), double precision; none by default.</param>
    public ResidualCovariance(SpatialCorrelation correlation, Grid grid, float[] standardDeviation, IReadOnlyList<ObservationPlace> places, IReadOnlyList<double> atPlaces, (Tensor AtCells, Tensor AtPlaces)? patterns = null)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(standardDeviation);
        _correlation = correlation;
        _cells = EarthPoint.Of(grid);
        _places = [.. places];
        _variables = standardDeviation.Length / grid.Cells;
        _cellSigma = tensor(standardDeviation, [_variables, grid.Cells]).to(float64).DetachFromDisposeScope();
        _placeSigma = tensor(atPlaces.ToArray()).DetachFromDisposeScope();
        _patterns = (patterns?.AtCells.alias() ?? zeros(0, standardDeviation.Length)).DetachFromDisposeScope();
        _patternsAtPlaces = (patterns?.AtPlaces.alias() ?? zeros([0, places.Count], float64)).DetachFromDisposeScope();
    }

    /// <summary>The covariance of a model's generator error, at the observations of <paramref name="h"/>.</summary>
    /// <param name="places">Of the accepted observations (n).</param>
    public static ResidualCovariance Of(GenerativeModel model, ObservationOperator h, IReadOnlyList<ObservationPlace> places)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(h);
        using var scope = NewDisposeScope();
        var (calibration, remainder) = (model.Calibration, model.Calibration.RemainderError());
        (Tensor, Tensor)? patterns = calibration.ResidualPatterns.shape[0] == 0
            ? null
            : (calibration.ResidualPatterns, h.Apply(calibration.ResidualPatterns).to(float64)); // (m, N), (m, n)
        return new ResidualCovariance(calibration.ResidualCorrelation, model.Grid, remainder, places, h.Apply(remainder), patterns);
    }

    /// <summary>The same, observed nowhere.</summary>
    public static ResidualCovariance Of(GenerativeModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Of(model, new ObservationOperator(model.Grid, [.. model.Variables.Select(v => v.Name)], new ObservationTable([])), []);
    }

    /// <summary>H C_r Hᵀ, (n, n), double precision.</summary>
    public Tensor BetweenPlaces()
    {
        using var scope = NewDisposeScope();
        var points = Array.ConvertAll(_places, p => p.Point);
        var correlation = _correlation.Between(EarthPoint.Chords(points, points)); // (n, n)
        if (_variables > 1)
        {
            var variable = tensor(Array.ConvertAll(_places, p => (long)p.Variable)); // (n)
            correlation.mul_(variable.unsqueeze(0).eq(variable.unsqueeze(1)).to(float64)); // (n, n)
        }

        correlation.diagonal().fill_(1);
        return (correlation * _placeSigma * _placeSigma.unsqueeze(1) + _patternsAtPlaces.transpose(0, 1).matmul(_patternsAtPlaces)).MoveToOuterDisposeScope(); // (n, n)
    }

    /// <summary>C_r Hᵀ v for each row v: from weights at the observations to the cells, a part of the grid at a time.</summary>
    /// <param name="v">(M, n), double precision.</param>
    /// <returns>(M, N), single precision.</returns>
    public Tensor ToCells(Tensor v)
    {
        ArgumentNullException.ThrowIfNull(v);
        using var scope = NewDisposeScope();
        var amplitudes = v.matmul(_patternsAtPlaces.transpose(0, 1)).to(float32); // (M, m)
        var result = amplitudes.matmul(_patterns).reshape(-1, _variables, _cells.Length); // (M, V, C)
        for (var variable = 0; variable < _variables; variable++)
        {
            var rows = Enumerable.Range(0, _places.Length).Where(i => _places[i].Variable == variable).ToArray();
            if (rows.Length == 0)
            {
                continue;
            }

            var points = Array.ConvertAll(rows, i => _places[i].Point);
            var weights = (v * _placeSigma).index_select(1, tensor(Array.ConvertAll(rows, i => (long)i))); // (M, n_v)
            for (var first = 0; first < _cells.Length; first += CellsInChunk)
            {
                using var inner = NewDisposeScope();
                var count = Math.Min(CellsInChunk, _cells.Length - first);
                var correlation = _correlation.Between(EarthPoint.Chords(_cells.AsSpan(first, count).ToArray(), points)); // (c, n_v)
                var part = weights.matmul(correlation.transpose(0, 1)) * _cellSigma[variable].narrow(0, first, count); // (M, c)
                result.select(1, variable).narrow(1, first, count).add_(part);
            }
        }

        return result.flatten(1).MoveToOuterDisposeScope(); // (M, N)
    }

    /// <summary>
    /// Random fields of this covariance, at the cells and at the observations: of the patterns, and sums of random plane
    /// waves through the Earth, their wave vectors from the Matérn spectrum (Rahimi and Recht 2007), the same for all members; the
    /// amplitudes are each member's own.
    /// </summary>
    /// <returns>(M, N) single precision and (M, n) double precision.</returns>
    public (Tensor AtCells, Tensor AtPlaces) Draw(int members, Generator generator)
    {
        using var scope = NewDisposeScope();
        var ofPatterns = randn([members, _patterns.shape[0]], float64, generator: generator); // (M, m)
        var atCells = ofPatterns.to(float32).matmul(_patterns).reshape(-1, _variables, _cells.Length); // (M, V, C)
        var atPlaces = ofPatterns.matmul(_patternsAtPlaces); // (M, n)
        var degrees = _correlation.SpectralDegrees;
        var placePositions = EarthPoint.Positions(Array.ConvertAll(_places, p => p.Point)); // (n, 3)
        var placeVariables = tensor(Array.ConvertAll(_places, p => (long)p.Variable)); // (n)
        for (var variable = 0; variable < _variables; variable++)
        {
            // Multivariate t: a normal vector over the root of an independent χ² divided by its degrees.
            var chi2 = randn([WavesOfDraw, degrees], float64, generator: generator).square().sum(1, keepdim: true); // (F, 1)
            var waves = randn([WavesOfDraw, 3], float64, generator: generator) * (degrees / chi2).sqrt() / _correlation.Length; // (F, 3)
            var amplitudes = randn([members, 2 * WavesOfDraw], float64, generator: generator) * Math.Sqrt((1 - _correlation.Nugget) / WavesOfDraw); // (M, 2F)
            for (var first = 0; first < _cells.Length; first += CellsInChunk)
            {
                using var inner = NewDisposeScope();
                var count = Math.Min(CellsInChunk, _cells.Length - first);
                var smooth = amplitudes.matmul(Features(EarthPoint.Positions(_cells.AsSpan(first, count).ToArray()), waves)); // (M, c)
                var own = randn([members, count], float64, generator: generator) * Math.Sqrt(_correlation.Nugget); // (M, c)
                atCells.select(1, variable).narrow(1, first, count).add_((smooth + own) * _cellSigma[variable].narrow(0, first, count));
            }

            var here = placeVariables.eq(variable).to(float64); // (n)
            var ownPlaces = randn([members, _places.Length], float64, generator: generator) * Math.Sqrt(_correlation.Nugget); // (M, n)
            atPlaces.add_((amplitudes.matmul(Features(placePositions, waves)) + ownPlaces) * _placeSigma * here); // (M, n)
        }

        return (atCells.flatten(1).MoveToOuterDisposeScope(), atPlaces.MoveToOuterDisposeScope());
    }

    public void Dispose()
    {
        _cellSigma.Dispose();
        _placeSigma.Dispose();
        _patterns.Dispose();
        _patternsAtPlaces.Dispose();
    }

    /// <param name="positions">(p, 3)</param>
    /// <param name="waves">(F, 3)</param>
    /// <returns>(2F, p): cosines and sines.</returns>
    private static Tensor Features(Tensor positions, Tensor waves)
    {
        using var scope = NewDisposeScope();
        var phase = waves.matmul(positions.transpose(0, 1)); // (F, p)
        return cat([phase.cos(), phase.sin()]).MoveToOuterDisposeScope(); // (2F, p)
    }
}
