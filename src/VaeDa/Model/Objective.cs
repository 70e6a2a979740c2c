namespace VaeDa.Model;

/// <summary>What training minimises.</summary>
public enum Objective
{
    /// <summary>The negative evidence lower bound with the decoder's variance set to its optimum (Rybkin et al. 2021).</summary>
    Elbo,

    /// <summary>The reference system's 10⁶ · MSE plus a one-sample estimate of the divergence.</summary>
    ScaledSquaredError,
}
