namespace VaeDa.Assimilation;

/// <summary>How the latent space is searched.</summary>
public enum AssimilationMethod
{
    /// <summary>Gauss–Newton with Levenberg–Marquardt damping; the members share one Jacobian.</summary>
    GaussNewton,

    /// <summary>The reference system's scheme: every member by Adam from its own random start.</summary>
    Adam,
}
