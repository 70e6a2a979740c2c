namespace VaeDa.Assimilation;

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
