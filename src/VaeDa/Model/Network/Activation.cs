using static TorchSharp.torch;

namespace VaeDa.Model.Network;

/// <summary>The non-linearity between convolutions.</summary>
public enum Activation
{
    Elu,
    Relu,
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
