namespace VaeDa.Model;

/// <summary>The non-linearity between convolutions.</summary>
public enum Activation
{
    Elu,
    Relu,
    Silu,
}
