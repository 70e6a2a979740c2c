using static TorchSharp.torch;

namespace VaeDa.Assimilation.Residual;

/// <summary>Random fields of a residual covariance, as what makes them: a fraction of the fields' own size.</summary>
/// <param name="OfPatterns">Amplitudes of the patterns, (M, m).</param>
/// <param name="Variables">V.</param>
/// <param name="AtPlaces">The fields at the observations, (M, n).</param>
/// <param name="Noise">Of the cells' own part, drawn when the cells are made.</param>
internal sealed record ResidualDraw(Tensor OfPatterns, IReadOnlyList<ResidualDraw.OfVariable> Variables, Tensor AtPlaces, Noise Noise)
{
    /// <param name="Waves">Wave vectors, (F, 3).</param>
    /// <param name="Amplitudes">Of their cosines and sines, (M, 2F).</param>
    internal sealed record OfVariable(Tensor Waves, Tensor Amplitudes);
}
