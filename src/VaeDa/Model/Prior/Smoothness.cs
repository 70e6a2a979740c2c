namespace VaeDa.Model.Prior;

/// <summary>Of a Matérn correlation: ν = ½, 3⁄2 or 5⁄2.</summary>
public enum Smoothness
{
    /// <summary>ν = ½: exponential, rough fields.</summary>
    Half,

    /// <summary>ν = 3⁄2: fields with a gradient.</summary>
    ThreeHalves,

    /// <summary>ν = 5⁄2: fields with a curvature.</summary>
    FiveHalves,
}
