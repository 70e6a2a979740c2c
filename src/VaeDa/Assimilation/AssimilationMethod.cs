namespace VaeDa.Assimilation;

/// <summary>How the latent space is searched for the most probable state, and how the members are drawn.</summary>
public enum AssimilationMethod
{
    /// <summary>
    /// Gauss–Newton, its curvature kept up to date by secants (BFGS). Members are drawn by randomised maximum likelihood, each
    /// search starting with the curvature found.
    /// </summary>
    GaussNewton,

    /// <summary>The same search; members are drawn from the Gaussian about its minimum (Laplace's approximation).</summary>
    Laplace,

    /// <summary>
    /// The same search; members are drawn by Hamiltonian Monte Carlo, started about its minimum: exact but for sampling error,
    /// and slow.
    /// </summary>
    Hmc,

    /// <summary>The scheme of the research code that this one is compared with: Adam, for every member from its own random start.</summary>
    Adam,
}

/// <summary>The names of methods.</summary>
public static class AssimilationMethodExtensions
{
    /// <summary>Gives the method's name as users write it and as results hold it, for example <c>gauss-newton</c>.</summary>
    /// <param name="method">The method.</param>
    /// <returns>The name, in lower case.</returns>
    /// <exception cref="ArgumentOutOfRangeException">The value is not a method.</exception>
    public static string Name(this AssimilationMethod method) => method switch
    {
        AssimilationMethod.GaussNewton => "gauss-newton",
        AssimilationMethod.Laplace => "laplace",
        AssimilationMethod.Hmc => "hmc",
        AssimilationMethod.Adam => "adam",
        _ => throw new ArgumentOutOfRangeException(nameof(method)),
    };
}
