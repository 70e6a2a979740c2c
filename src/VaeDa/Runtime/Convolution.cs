using static TorchSharp.torch;

namespace VaeDa.Runtime;

/// <summary>
/// The library's convolutions. Where oneDNN makes them the channels of a cell lie next to each other in memory, which takes a tenth to a third less time than
/// channel after channel; oneDNN takes all in the order in which the weights lie.
/// </summary>
internal static class Convolution
{
    /// <param name="x">(B, C, H, W)</param>
    /// <param name="weight">(C', C, r, c)</param>
    /// <param name="bias">(C')</param>
    /// <param name="strides">Cells that it steps over, in each direction.</param>
    /// <returns>(B, C', (H − r)/s + 1, (W − c)/s + 1)</returns>
    public static Tensor Of(Tensor x, Tensor weight, Tensor? bias, params long[] strides)
    {
        using var ordered = ForLibrary(weight);
        return nn.functional.conv2d(x, ordered, bias, strides: strides); // (B, C', H', W')
    }

    /// <param name="x">(B, C, h, w)</param>
    /// <param name="weight">(C, C', r, c)</param>
    /// <param name="strides">Cells that it steps over, in each direction.</param>
    /// <returns>(B, C', (h − 1)s + r, (w − 1)s + c)</returns>
    public static Tensor Transposed(Tensor x, Tensor weight, params long[] strides)
    {
        using var ordered = ForLibrary(weight);
        return nn.functional.conv_transpose2d(x, ordered, strides: strides); // (B, C', H, W)
    }

    /// <summary>For values that are convolved next, in the order that it takes them in; what they are is not set.</summary>
    /// <param name="shape">B, C, H and W.</param>
    /// <param name="type">Of the values.</param>
    /// <param name="device">Where they are.</param>
    public static Tensor Empty(long[] shape, ScalarType type, Device device)
    {
        if (!IsChannelsLast(device))
        {
            return empty(shape, type, device);
        }

        using var values = empty([shape[0], shape[2], shape[3], shape[1]], type, device);
        return values.permute(0, 3, 1, 2);
    }

    /// <summary>The same weights; in memory the second axis comes last.</summary>
    /// <param name="weight">(m, n, r, c)</param>
    internal static Tensor ChannelsLast(Tensor weight)
    {
        using var scope = NewDisposeScope();
        var (channels, rows, columns) = (weight.shape[1], weight.shape[2], weight.shape[3]);
        // Strides of an axis of one channel may be anything, and the library tells the order by them: they are set.
        return weight.permute(0, 2, 3, 1).contiguous().as_strided(weight.shape, [channels * rows * columns, 1, columns * channels, channels]).MoveToOuterDisposeScope();
    }

    private static Tensor ForLibrary(Tensor weight) =>
        IsChannelsLast(weight.device) ? ChannelsLast(weight) : weight.alias();

    /// <summary>Whether the channels of a cell lie next to each other in what comes out of a convolution.</summary>
    /// <param name="device">Where it is made.</param>
    public static bool IsChannelsLast(Device device) => TorchLibrary.ConvolvesByOneDnn && device.type == TorchSharp.DeviceType.CPU;
}
