using static TorchSharp.torch;

namespace VaeDa.Model.Network;

/// <summary>The non-linear function between a network's convolutions.</summary>
public enum Activation
{
    /// <summary>The exponential linear unit: x above 0, eˣ − 1 below (Clevert, Unterthiner and Hochreiter 2016).</summary>
    Elu,

    /// <summary>The rectified linear unit: x above 0, 0 below.</summary>
    Relu,

    /// <summary>The sigmoid-weighted linear unit, x / (1 + e⁻ˣ) (Elfwing, Uchibe and Doya 2018).</summary>
    Silu,
}

internal static class ActivationExtensions
{
    /// <summary>The same shape as <paramref name="x"/>.</summary>
    public static Tensor Apply(this Activation activation, Tensor x) => activation switch
    {
        Activation.Elu => nn.functional.elu(x, 1),
        Activation.Relu => nn.functional.relu(x),
        Activation.Silu => nn.functional.silu(x),
        _ => throw new ArgumentOutOfRangeException(nameof(activation)),
    };
}
