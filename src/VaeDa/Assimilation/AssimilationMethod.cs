using VaeDa.Assimilation.Search;

namespace VaeDa.Assimilation;

/// <summary>How the latent space is searched, and what the members are.</summary>
public enum AssimilationMethod
{
    /// <summary>Gauss–Newton, its curvature kept by secants; members by randomised maximum likelihood, starting with the curvature found.</summary>
    GaussNewton,

    /// <summary>The same search; members from the Gaussian about its minimum.</summary>
    Laplace,

    /// <summary>The same search; members by Hamiltonian Monte Carlo from there: exact but for sampling, and slow.</summary>
    Hmc,

    /// <summary>The reference system's scheme: every member by Adam from its own random start.</summary>
    Adam,
}

public static class AssimilationMethodExtensions
{
    /// <summary>As users write it.</summary>
    public static string Name(this AssimilationMethod method) => method switch
    {
        AssimilationMethod.GaussNewton => "gauss-newton",
        AssimilationMethod.Laplace => "laplace",
        AssimilationMethod.Hmc => "hmc",
        AssimilationMethod.Adam => "adam",
        _ => throw new ArgumentOutOfRangeException(nameof(method)),
    };
}
