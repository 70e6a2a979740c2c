using System.Numerics;
using System.Runtime.InteropServices;

namespace VaeDa.Fields.Climatologies;

/// <summary>Mean and standard deviation of one variable at each step of the year; read step by step, as they need not fit into memory.</summary>
internal sealed class Climatology
{
    private readonly Action<int, float[]> _readMean;
    private readonly Action<int, float[]> _readDeviation;

    /// <param name="ofYear">Its steps.</param>
    /// <param name="floor">Least standard deviation given.</param>
    /// <param name="readMean">Reads a step's (H × W).</param>
    /// <param name="readDeviation">Reads a step's (H × W), below the floor where it may be.</param>
    internal Climatology(ClimatologySteps ofYear, double floor, Action<int, float[]> readMean, Action<int, float[]> readDeviation) =>
        (OfYear, Floor, _readMean, _readDeviation) = (ofYear, floor, readMean, readDeviation);

    public ClimatologySteps OfYear { get; }

    /// <summary>Least standard deviation given: it is divided by, and a cell that hardly varies (ice, coast) must not dominate.</summary>
    public double Floor { get; }

    /// <param name="step">From 0.</param>
    /// <param name="mean">(H × W), in the variable's units; NaN where there were no values.</param>
    public void ReadMean(int step, float[] mean) => _readMean(step, mean);

    /// <param name="step">From 0.</param>
    /// <param name="deviation">(H × W), in the variable's units, at least <see cref="Floor"/>; NaN where there were no values.</param>
    public void ReadStandardDeviation(int step, float[] deviation)
    {
        _readDeviation(step, deviation);
        var floor = (float)Floor;
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(deviation.AsSpan());
        for (var i = 0; i < vectors.Length; i++)
        {
            // NaN compares false.
            vectors[i] = Vector.ConditionalSelect(Vector.LessThan(vectors[i], new Vector<float>(floor)), new Vector<float>(floor), vectors[i]);
        }

        for (var c = vectors.Length * Vector<float>.Count; c < deviation.Length; c++)
        {
            deviation[c] = deviation[c] < floor ? floor : deviation[c];
        }
    }
}
