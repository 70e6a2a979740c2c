namespace VaeDa.Model.Prior;

/// <summary>The smoothness ν of a Matérn correlation, which says how rough the fields are that it belongs to.</summary>
public enum Smoothness
{
    /// <summary>ν = ½: exponential, rough fields.</summary>
    Half,

    /// <summary>ν = 3⁄2: fields with a gradient.</summary>
    ThreeHalves,

    /// <summary>ν = 5⁄2: fields with a curvature.</summary>
    FiveHalves,
}
