using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Observations;

namespace VaeDa.Assimilation;

/// <summary>
/// What an analysis says of one of its variables. Fields are anomalies, (H, W) row by row on the grid of the analysis, in the
/// variable's units.
/// </summary>
public sealed class AnalysedVariable
{
    private readonly Analysis _analysis;
    private readonly int _first; // where the variable begins in the analysis's fields
    private readonly MembersOfVariable _members;

    internal AnalysedVariable(Analysis analysis, int index)
    {
        (_analysis, _first, Variable) = (analysis, index * analysis.Grid.Cells, analysis.Variables[index]);
        _members = new MembersOfVariable(analysis.Members, _first, analysis.Grid.Cells);
    }

    /// <summary>The variable, with its name and units.</summary>
    public Variable Variable { get; }

    /// <summary>The grid of the fields, that of the analysis.</summary>
    public Grid Grid => _analysis.Grid;

    /// <summary>The most probable field, (H, W); NaN where the model has no value.</summary>
    public float[] MostProbable => field ??= Of(_analysis.MostProbable);

    /// <summary>The fields of the M members, (H, W), each made when it is asked for; empty when there is no ensemble.</summary>
    public IReadOnlyList<float[]> Members => _members;

    /// <summary>The mean of the members, (H, W), NaN where the model has no value; the most probable field when there are no members.</summary>
    public float[] Mean => field ??= Of(_analysis.Mean);

    /// <summary>
    /// The standard deviation of the members about their mean, (H, W); NaN where the model has no value, and when there are no
    /// members.
    /// </summary>
    public float[] Spread => field ??= Of(_analysis.Spread);

    /// <summary>
    /// The standard deviation of the variable in the climatology, (H, W), a mean over the year; the spread is read against it.
    /// </summary>
    public float[] ClimatologicalStandardDeviation => field ??= Of(_analysis.ClimatologicalStandardDeviation);

    private bool[] Valid => field ??= Array.ConvertAll(MostProbable, float.IsFinite); // (H, W)

    /// <summary>
    /// What the analysis says of a place, interpolated as observations are (<see cref="ObservationOperator"/>): between the
    /// four cells about it, or those of them that have a value. The spread is that of the members' values at the place,
    /// which is smaller than the spread of the cells about it where these vary against each other.
    /// </summary>
    /// <param name="latitude">The latitude of the place, degrees north.</param>
    /// <param name="longitude">The longitude of the place, degrees east.</param>
    /// <returns>The values at the place; NaN where none of the cells about it has a value.</returns>
    /// <exception cref="InvalidInputException">The place is outside the grid.</exception>
    public AnalysedPlace At(double latitude, double longitude)
    {
        var place = Grid.Locate(latitude, longitude)
            ?? throw new InvalidInputException(FormattableString.Invariant($"({latitude:0.##}, {longitude:0.##}) is outside the grid, {Grid}"));
        var corners = new (long Index, float Weight)[ObservationOperator.Corners];
        var hasValue = BilinearWeights.At(Grid, place, 0, Valid, corners);
        double[] members = [.. Enumerable.Range(0, Members.Count).Select(m => Sum(cell => OfMember(m, cell)))];
        return new AnalysedPlace
        {
            Variable = Variable,
            Latitude = latitude,
            Longitude = longitude,
            MostProbable = Sum(cell => MostProbable[cell]),
            Mean = Sum(cell => Mean[cell]),
            Spread = Deviation(members),
            Members = members,
        };

        double Sum(Func<int, float> value) => hasValue ? corners.Sum(corner => (double)corner.Weight * value((int)corner.Index)) : double.NaN;
    }

    private static double Deviation(double[] values)
    {
        if (values.Length < 2)
        {
            return double.NaN;
        }

        var mean = values.Average();
        return Math.Sqrt(values.Sum(v => (v - mean) * (v - mean)) / (values.Length - 1));
    }

    private float OfMember(int member, int cell)
    {
        Span<float> value = stackalloc float[1];
        _members.Read(member, cell, value);
        return value[0];
    }

    private float[] Of(float[] all) => all[_first..(_first + Grid.Cells)];
}
