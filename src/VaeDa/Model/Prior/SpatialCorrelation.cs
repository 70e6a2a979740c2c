using VaeDa.Fields.Grids;
using static TorchSharp.torch;

namespace VaeDa.Model.Prior;

/// <summary>
/// Matérn correlation with distance (Rasmussen and Williams 2006, eq. 4.14–4.17) and a nugget. Distances are chords through
/// the Earth: a Matérn function of them is positive definite on the sphere, which one of great-circle distance is not
/// for every smoothness (Gneiting 2013).
/// </summary>
public sealed record SpatialCorrelation
{
    /// <summary>The smoothness of the fields, ν.</summary>
    public required Smoothness Smoothness { get; init; }

    /// <summary>The length scale ℓ, in km.</summary>
    public required double Length { get; init; }

    /// <summary>The part of the variance that no neighbour shares, 0…1; at 1 nothing is correlated, whatever the length.</summary>
    public required double Nugget { get; init; }

    /// <summary>No two places share anything, or what they share could not be measured.</summary>
    internal static SpatialCorrelation White { get; } = new() { Smoothness = Smoothness.Half, Length = 60, Nugget = 1 };

    /// <summary>Twice ν, the degrees of freedom of the spectral density, a Student t.</summary>
    internal int SpectralDegrees => Smoothness switch
    {
        Smoothness.Half => 1,
        Smoothness.ThreeHalves => 3,
        _ => 5,
    };

    /// <summary>The correlation between different places at given distances; at distance 0 it is 1 less the nugget.</summary>
    /// <param name="distances">Chords through the Earth, in km, of any shape.</param>
    /// <returns>The correlations, of the same shape; the caller's own.</returns>
    public Tensor Between(Tensor distances)
    {
        using var scope = NewDisposeScope();
        var s = distances * (Math.Sqrt(SpectralDegrees) / Length);
        var decay = (1 - Nugget) * (-s).exp();
        var correlation = Smoothness switch
        {
            Smoothness.Half => decay,
            Smoothness.ThreeHalves => (1 + s) * decay,
            _ => (1 + s + s.square() / 3) * decay,
        };
        return correlation.MoveToOuterDisposeScope();
    }

    /// <summary>The chord beyond which the correlation is smaller than this, km: to a kilometre, and never too short.</summary>
    /// <param name="correlation">Above 0.</param>
    internal double Reach(double correlation)
    {
        using var scope = NewDisposeScope();
        var (near, far) = (0.0, EarthPoint.Diameter);
        while (far - near > 1)
        {
            var middle = (near + far) / 2;
            (near, far) = Between(tensor([middle])).item<double>() < correlation ? (near, middle) : (middle, far);
        }

        return far;
    }
}
