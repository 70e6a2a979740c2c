using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Model.Prior;
using VaeDa.Observations;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Residual;

/// <summary>
/// C_r: the covariance of a field about its generator (or, with the climatological standard deviation, about the
/// climatology): C_r(x, x') = P(x)ᵀ P(x') + σ(x) σ(x') ρ(|x − x'|), the second part 0 between
/// variables.
/// </summary>
/// <remarks>The nugget is each place's own: a cell and an observation in it do not share it. An average of observations has an own part of its own size.</remarks>
internal sealed class ResidualCovariance : IDisposable
{
    private const int CellsInChunk = 4096;
    private const int Distances = 1 << 18;
    private const int PositionsTogether = 256;
    private const int WavesOfDraw = 768;

    // Below single precision's rounding, in which fields are made.
    private const double NoCorrelation = 1e-8;
    private readonly SpatialCorrelation _correlation;
    private readonly double _reach; // km, of the correlation
    private readonly Grid _grid;
    private readonly ObservationPlace[] _places;
    private readonly Tensor _cellSigma; // (V, C), C = H·W
    private readonly Tensor _placeSigma; // (n)
    private readonly Tensor? _placeOwn; // (n)
    private readonly ResidualPatterns _patterns; // (m, N)
    private readonly Tensor _patternsAtPlaces; // (m, n)
    private readonly int _variables;

    /// <param name="correlation">ρ.</param>
    /// <param name="grid">Of the cells.</param>
    /// <param name="standardDeviation">σ, of what the patterns leave, at the cells, (V, H, W); NaN where there is no value.</param>
    /// <param name="places">Of the observations (n).</param>
    /// <param name="atPlaces">σ at the observations, (n).</param>
    /// <param name="patterns">P at the cells, (m, N), and at the observations, (m, n), double precision; none by default.</param>
    /// <param name="own">Standard deviation of the part that is a place's own, as a part of σ, (n); that of the nugget by default.</param>
    public ResidualCovariance(SpatialCorrelation correlation, Grid grid, float[] standardDeviation, IReadOnlyList<ObservationPlace> places, IReadOnlyList<double> atPlaces, (ResidualPatterns AtCells, Tensor AtPlaces)? patterns = null, IReadOnlyList<double>? own = null)
    {
        ArgumentNullException.ThrowIfNull(grid);
        ArgumentNullException.ThrowIfNull(standardDeviation);
        _correlation = correlation;
        _reach = correlation.Reach(NoCorrelation);
        _grid = grid;
        _places = [.. places];
        _variables = standardDeviation.Length / grid.Cells;
        _cellSigma = tensor(standardDeviation, [_variables, grid.Cells]).to(float64).DetachFromDisposeScope();
        _placeSigma = tensor(atPlaces.ToArray()).DetachFromDisposeScope();
        _placeOwn = own is null ? null : tensor(own.ToArray()).DetachFromDisposeScope();
        _patterns = patterns?.AtCells.Times(null) ?? new ResidualPatterns(zeros(0, standardDeviation.Length));
        _patternsAtPlaces = (patterns?.AtPlaces.alias() ?? zeros([0, places.Count], float64)).DetachFromDisposeScope();
    }

    /// <summary>The covariance of a model's generator error, at the observations of <paramref name="h"/>.</summary>
    /// <param name="model">Whose generator errs.</param>
    /// <param name="h">H.</param>
    /// <param name="places">Of the observations that <paramref name="h"/> has equivalents of (n).</param>
    /// <param name="averages">Of averages: σ at them, (n), and the standard deviation of the part that is a place's own, as a part of σ, (n).</param>
    public static ResidualCovariance Of(GenerativeModel model, ObservationOperator h, IReadOnlyList<ObservationPlace> places, (double[] Sigma, double[] Own)? averages = null)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(h);
        using var scope = NewDisposeScope();
        var (prior, remainder) = (model.Prior, model.Prior.RemainderError());
        (ResidualPatterns, Tensor)? patterns = prior.ResidualPatterns.Count == 0
            ? null
            : (prior.ResidualPatterns, h.Apply(prior.ResidualPatterns.At).to(float64)); // (m, N), (m, n)
        return new ResidualCovariance(prior.ResidualCorrelation, model.Grid, remainder, places, averages?.Sigma ?? h.Apply(remainder), patterns, averages?.Own);
    }

    /// <summary>The same, observed nowhere.</summary>
    public static ResidualCovariance Of(GenerativeModel model)
    {
        ArgumentNullException.ThrowIfNull(model);
        return Of(model, new ObservationOperator(model.Grid, [.. model.Variables.Select(v => v.Name)], new ObservationTable([])), []);
    }

    /// <summary>The patterns' part of C_r Hᵀ v, as amplitudes: P Hᵀ v.</summary>
    /// <param name="v">(M, n), double precision.</param>
    /// <returns>(M, m)</returns>
    internal Tensor Amplitudes(Tensor v) => v.matmul(_patternsAtPlaces.transpose(0, 1)); // (M, m)

    /// <summary>The patterns' fields at the observations.</summary>
    /// <param name="amplitudes">(M, m), double precision.</param>
    /// <returns>(M, n)</returns>
    internal Tensor AtPlaces(Tensor amplitudes) => amplitudes.matmul(_patternsAtPlaces); // (M, n)

    /// <summary>P at the observations, (m, n), double precision.</summary>
    internal Tensor PatternsAtPlaces => _patternsAtPlaces;

    /// <summary>ρ.</summary>
    internal SpatialCorrelation Correlation => _correlation;

    /// <summary>σ at the observations, (n).</summary>
    internal Tensor PlaceSigma => _placeSigma;

    /// <summary>The observations, (n).</summary>
    internal IReadOnlyList<ObservationPlace> Places => _places;

    /// <summary>What the random numbers of each observation follow from, (n): its place and variable, not its row.</summary>
    internal ulong[] PlaceKeys => field ??= ObservationPlace.Keys(_places);

    /// <summary>H C_r Hᵀ, (n, n), double precision.</summary>
    public Tensor BetweenPlaces() => Between([.. Enumerable.Range(0, _places.Length)]);

    /// <summary>The same between some of the observations.</summary>
    /// <param name="some">p of the n.</param>
    /// <returns>(p, p), double precision.</returns>
    internal Tensor Between(IReadOnlyList<int> some)
    {
        using var scope = NewDisposeScope();
        var patterns = _patternsAtPlaces.index_select(1, tensor([.. some.Select(i => (long)i)], int64)); // (m, p)
        return RemainderBetween(some).add_(PlaceCovariance.OfPatterns(patterns, patterns)).MoveToOuterDisposeScope(); // (p, p)
    }

    /// <summary>What the patterns leave of it, σ ρ σ between all of the observations.</summary>
    /// <returns>(n, n), double precision.</returns>
    internal Tensor RemainderBetweenPlaces() => RemainderBetween([.. Enumerable.Range(0, _places.Length)]);

    private Tensor RemainderBetween(IReadOnlyList<int> some)
    {
        using var scope = NewDisposeScope();
        var index = tensor([.. some.Select(i => (long)i)], int64); // (p)
        var sigma = _placeSigma.index_select(0, index); // (p)
        var (points, variables) = (some.Select(i => _places[i].Point).ToArray(), some.Select(i => _places[i].Variable).ToArray());
        var correlation = PlaceCovariance.Correlation(_correlation, points, variables, points, variables); // (p, p)
        if (_placeOwn is null)
        {
            correlation.diagonal().fill_(1);
        }
        else
        {
            correlation.diagonal().copy_(1 - _correlation.Nugget + _placeOwn.index_select(0, index).square());
        }

        return PlaceCovariance.Scale(correlation, sigma, sigma).MoveToOuterDisposeScope(); // (p, p)
    }

    /// <summary>What the patterns leave of it, between neighbouring cells and those of some observations that are near them.</summary>
    /// <param name="variable">Of the cells.</param>
    /// <param name="cells">Of the H × W, (c).</param>
    /// <param name="some">Observations, of the n.</param>
    /// <param name="reach">How near, km.</param>
    /// <returns>Positions among <paramref name="some"/>, (p), and the covariance, (c, p), double precision.</returns>
    internal (long[] Near, Tensor Covariance) RemainderBetween(int variable, int[] cells, int[] some, double reach)
    {
        using var scope = NewDisposeScope();
        var points = Array.ConvertAll(cells, cell => EarthPoint.At(_grid.LatitudeOf(cell), _grid.LongitudeOf(cell))); // (c)
        var within = reach + points.Max(points[cells.Length / 2].Chord);
        long[] near = [.. Enumerable.Range(0, some.Length).Where(i => _places[some[i]].Variable == variable && points[cells.Length / 2].Chord(_places[some[i]].Point) <= within).Select(i => (long)i)];
        if (near.Length == 0)
        {
            return (near, zeros([cells.Length, 0], float64).MoveToOuterDisposeScope());
        }

        var rows = Array.ConvertAll(near, i => some[i]);
        var correlation = _correlation.Between(EarthPoint.Chords(points, Array.ConvertAll(rows, i => _places[i].Point))); // (c, p)
        var (ofCells, ofPlaces) = (_cellSigma[variable].index_select(0, tensor(Array.ConvertAll(cells, i => (long)i))), _placeSigma.index_select(0, tensor(Array.ConvertAll(rows, i => (long)i)))); // (c), (p)
        return (near, PlaceCovariance.Scale(correlation, ofCells, ofPlaces).MoveToOuterDisposeScope()); // (c, p)
    }

    /// <summary>The cells in parts.</summary>
    internal IEnumerable<CellRange> Parts()
    {
        for (var variable = 0; variable < _variables; variable++)
        {
            for (var first = 0; first < _grid.Cells; first += CellsInChunk)
            {
                yield return new CellRange(variable, first, Math.Min(CellsInChunk, _grid.Cells - first), variable * _grid.Cells + first);
            }
        }
    }

    /// <summary>C_r Hᵀ v for each row v: from weights at the observations to the cells, a part of the grid at a time.</summary>
    /// <param name="v">(M, n), double precision.</param>
    /// <returns>(M, N), single precision.</returns>
    public Tensor ToCells(Tensor v)
    {
        ArgumentNullException.ThrowIfNull(v);
        using var scope = NewDisposeScope();
        return cat([.. Parts().Select(part => ToCells(v, part))], 1).MoveToOuterDisposeScope(); // (M, N)
    }

    /// <summary>The same for a part of the grid.</summary>
    /// <param name="v">(M, n), double precision.</param>
    /// <param name="part">Of the grid.</param>
    /// <param name="amplitudes">Of the patterns, (M, m), where they are known otherwise; P Hᵀ v by default.</param>
    /// <returns>(M, c), single precision.</returns>
    internal Tensor ToCells(Tensor v, CellRange part, Tensor? amplitudes = null)
    {
        using var scope = NewDisposeScope();
        var result = (amplitudes ?? Amplitudes(v)).to(float32).matmul(_patterns.Part(part.At, part.Count)); // (M, c)
        var rows = Enumerable.Range(0, _places.Length).Where(i => _places[i].Variable == part.Variable).ToArray();
        if (rows.Length == 0)
        {
            return result.MoveToOuterDisposeScope();
        }

        var points = Array.ConvertAll(rows, i => _places[i].Point);
        var weights = (v * _placeSigma).index_select(1, tensor(Array.ConvertAll(rows, i => (long)i))); // (M, n_v)
        // Distances to some thousand observations are megabytes a few cells: those together that the caches hold. On a fine grid
        // they lie close together, and what is beyond the correlation's reach of all of them is left out.
        var together = Math.Max(1, Distances / rows.Length);
        var cells = Points(part.First, part.Count);
        var (ofCells, ofPlaces) = (EarthPoint.Positions(cells), EarthPoint.Positions(points)); // (c, 3), (n_v, 3)
        for (var first = 0; first < part.Count; first += together)
        {
            using var inner = NewDisposeScope();
            var count = Math.Min(together, part.Count - first);
            var middle = cells[first + count / 2];
            var within = _reach + cells[first..(first + count)].Max(middle.Chord);
            var near = Enumerable.Range(0, rows.Length).Where(i => middle.Chord(points[i]) <= within).Select(i => (long)i).ToArray(); // (p)
            if (near.Length == 0)
            {
                continue;
            }

            var index = tensor(near); // (p)
            var correlation = _correlation.Between(EarthPoint.Chords(ofCells.narrow(0, first, count), ofPlaces.index_select(0, index))); // (b, p)
            var update = weights.index_select(1, index).matmul(correlation.transpose(0, 1)); // (M, b)
            result.narrow(1, first, count).add_(update * _cellSigma[part.Variable].narrow(0, part.First + first, count)); // (M, b)
        }

        return result.MoveToOuterDisposeScope(); // (M, c)
    }

    /// <summary>
    /// Random fields of this covariance, at the cells and at the observations: of the patterns, and sums of random plane
    /// waves through the Earth, their wave vectors from the Matérn spectrum (Rahimi and Recht 2007), the same for all members; the
    /// amplitudes are each member's own.
    /// </summary>
    /// <returns>(M, N) single precision and (M, n) double precision.</returns>
    public (Tensor AtCells, Tensor AtPlaces) Draw(int members, Noise noise)
    {
        using var scope = NewDisposeScope();
        var draw = DrawAmplitudes(members, noise);
        var atCells = cat([.. Parts().Select(part => AtCells(draw, part))], 1); // (M, N)
        return (atCells.MoveToOuterDisposeScope(), draw.AtPlaces.MoveToOuterDisposeScope());
    }

    /// <summary>The same draw, its fields not yet made: they would be (M, N).</summary>
    /// <param name="members">M.</param>
    /// <param name="noise">Of the date.</param>
    /// <param name="ofRemainder">What the remainder is drawn from; the date's noise by default.</param>
    internal ResidualDraw DrawAmplitudes(int members, Noise noise, RemainderNoise? ofRemainder = null)
    {
        using var scope = NewDisposeScope();
        var remainder = ofRemainder ?? RemainderNoise.Of(noise);
        var ofPatterns = noise.For(DrawOf.Patterns).Normal(members, _patterns.Count); // (M, m)
        var atPlaces = AtPlaces(ofPatterns); // (M, n)
        var degrees = _correlation.SpectralDegrees;
        var placePositions = EarthPoint.Positions(Array.ConvertAll(_places, p => p.Point)); // (n, 3)
        var placeVariables = tensor(Array.ConvertAll(_places, p => (long)p.Variable)); // (n)
        var variables = new List<ResidualDraw.OfVariable>();
        for (var variable = 0; variable < _variables; variable++)
        {
            // Multivariate t: a normal vector over the root of an independent χ² divided by its degrees.
            var of = (ulong)variable;
            var chi2 = remainder.Waves.For(DrawOf.WaveLengths).For(of).Normal(WavesOfDraw, degrees).square().sum(1, keepdim: true); // (F, 1)
            var waves = remainder.Waves.For(DrawOf.Waves).For(of).Normal(WavesOfDraw, 3) * (degrees / chi2).sqrt() / _correlation.Length; // (F, 3)
            var amplitudes = zeros([members, 2 * WavesOfDraw], float64); // (M, 2F)
            foreach (var (weight, ofDate) in remainder.Amplitudes)
            {
                amplitudes.add_(ofDate.For(DrawOf.Amplitudes).For(of).Normal(members, 2 * WavesOfDraw), weight * Math.Sqrt((1 - _correlation.Nugget) / WavesOfDraw));
            }

            variables.Add(new(waves.MoveToOuterDisposeScope(), amplitudes.MoveToOuterDisposeScope()));
            var here = placeVariables.eq(variable).to(float64); // (n)
            atPlaces.add_(AtPositions(amplitudes, waves, placePositions) * _placeSigma * here); // (M, n)
        }

        var own = noise.For(DrawOf.OwnPartOfPlaces).Normal(members, PlaceKeys) * (_placeOwn ?? tensor(Math.Sqrt(_correlation.Nugget))); // (M, n)
        atPlaces.add_(own * _placeSigma); // (M, n)
        return new ResidualDraw(ofPatterns.MoveToOuterDisposeScope(), variables, atPlaces.MoveToOuterDisposeScope(), noise);
    }

    /// <summary>A draw at a part of the cells.</summary>
    /// <returns>(M, c), single precision.</returns>
    internal Tensor AtCells(ResidualDraw draw, CellRange part)
    {
        using var scope = NewDisposeScope();
        var of = draw.Variables[part.Variable];
        var members = (int)of.Amplitudes.shape[0];
        var result = draw.OfPatterns.to(float32).matmul(_patterns.Part(part.At, part.Count)); // (M, c)
        // In single precision a wave is moved by a ten thousandth of its length, or a little more where it is far shorter than the correlation.
        var field = AtPositions(of.Amplitudes.to(float32), of.Waves.to(float32), EarthPoint.Positions(Points(part.First, part.Count)).to(float32)); // (M, c)
        if (_correlation.Nugget > 0)
        {
            field.add_(draw.Noise.For(DrawOf.OwnPartOfCells).For((ulong)part.Variable).Normal(members, part.Count, part.First) * Math.Sqrt(_correlation.Nugget)); // (M, c)
        }

        return result.add_(field * _cellSigma[part.Variable].narrow(0, part.First, part.Count)).MoveToOuterDisposeScope(); // (M, c)
    }

    private EarthPoint[] Points(int first, int count) => [.. Enumerable.Range(first, count).Select(cell => EarthPoint.At(_grid.LatitudeOf(cell), _grid.LongitudeOf(cell)))];

    public void Dispose()
    {
        _cellSigma.Dispose();
        _placeSigma.Dispose();
        _placeOwn?.Dispose();
        _patterns.Dispose();
        _patternsAtPlaces.Dispose();
    }

    /// <summary>Sums of the waves; of many positions, a part at a time.</summary>
    /// <returns>(M, p)</returns>
    private static Tensor AtPositions(Tensor amplitudes, Tensor waves, Tensor positions)
    {
        using var scope = NewDisposeScope();
        var parts = new List<Tensor>();
        foreach (var part in positions.split(PositionsTogether))
        {
            using var features = Features(part, waves); // (2F, c)
            parts.Add(amplitudes.matmul(features)); // (M, c)
        }

        return cat(parts, 1).MoveToOuterDisposeScope(); // (M, p)
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
