using System.Runtime.InteropServices;
using TorchSharp;
using static TorchSharp.torch;

namespace VaeDa.Runtime;

/// <summary>
/// Whether oneDNN, by which libtorch convolves on processors, does it rightly here. Where a virtual machine hides the processor's caches
/// (<see cref="ProcessorCaches"/>) it does not (libtorch 2.10 on an AMD EPYC of family 26): what pads channels to a block of 8 or 16 is left as the memory was
/// and comes into gradients and transposed convolutions, so that trainings end in NaN and searches hardly converge; and some shapes end the process.
/// libtorch's own convolutions take two to three times the time there, and are right.
/// </summary>
internal static class ConvolutionCheck
{
    /// <summary>Name of the environment variable.</summary>
    internal const string Variable = "VAEDA_ONEDNN";

    private const double Tolerance = 1e-4;

    // Bytes; of blocks as small convolutions need.
    private const int SmallestBlock = 1 << 8;
    private const int LargestBlock = 1 << 17;

    // Channels in and out, and the kernel's side: less than a block, and more than one.
    private static readonly (long Inputs, long Outputs, long Side)[] Shapes = [(16, 5, 3), (5, 3, 3), (3, 20, 2)];

    private delegate nint GlobalContext();

    private delegate void SetEnabled(nint context, [MarshalAs(UnmanagedType.U1)] bool value);

    /// <summary>Puts oneDNN aside where it errs, and NNPACK in any case: where it cannot be used it says so at each convolution.</summary>
    /// <param name="library">libtorch_cpu, or 0; where there are no such switches all stays as it is.</param>
    /// <returns>Whether oneDNN convolves.</returns>
    /// <exception cref="InvalidEnvironmentException">The environment asks for what is neither 'on' nor 'off'.</exception>
    public static bool Apply(nint library)
    {
        if (library == 0
            || !NativeLibrary.TryGetExport(library, "_ZN2at13globalContextEv", out var context)
            || !NativeLibrary.TryGetExport(library, "_ZN2at7Context20setUserEnabledMkldnnEb", out var oneDnn)
            || !NativeLibrary.TryGetExport(library, "_ZN2at7Context20setUserEnabledNNPACKEb", out var nnpack))
        {
            return true;
        }

        var global = Marshal.GetDelegateForFunctionPointer<GlobalContext>(context)();
        Marshal.GetDelegateForFunctionPointer<SetEnabled>(nnpack)(global, false);
        var isTaken = IsWanted() && IsRight();
        if (!isTaken)
        {
            Marshal.GetDelegateForFunctionPointer<SetEnabled>(oneDnn)(global, false);
        }

        return isTaken;
    }

    // By itself not where it may end the process, which no check of numbers finds.
    private static bool IsWanted() => Environment.GetEnvironmentVariable(Variable) switch
    {
        null or "" => !ProcessorCaches.AreHidden(),
        "on" => true,
        "off" => false,
        var other => throw new InvalidEnvironmentException($"{Variable} is '{other}'; it may be 'on' or 'off', or not set: then oneDNN convolves where it can"),
    };

    /// <summary>Whether convolutions and their gradients are, in single precision, what they are in double, which oneDNN does not do.</summary>
    internal static bool IsRight() => Array.TrueForAll(Shapes, shape =>
    {
        using var scope = NewDisposeScope();
        SpoilHeap();
        var (single, twice) = (Pass(float32), Pass(float64));
        return single.Zip(twice).All(pair => (pair.First.to(float64) - pair.Second).abs().max().item<double>() <= Tolerance * pair.Second.abs().max().item<double>());

        Tensor[] Pass(ScalarType type)
        {
            using var grad = enable_grad();
            var x = Values(type, 2, shape.Inputs, 6, 8).requires_grad_(true);
            var weight = Values(type, shape.Outputs, shape.Inputs, shape.Side, shape.Side).requires_grad_(true);
            var ordered = Convolution.ChannelsLast(weight);
            var y = nn.functional.conv2d(x, ordered);
            var cotangent = Values(type, y.shape);
            y.backward([cotangent]);
            return [y.detach(), x.grad!, weight.grad!, nn.functional.conv_transpose2d(cotangent, ordered).detach()];
        }
    });

    // Of no generator, whose state is the user's.
    private static Tensor Values(ScalarType type, params long[] shape) => arange(shape.Aggregate(1L, (product, n) => product * n), float64).square().sin().to(type).reshape(shape);

    // Fresh memory is zero, and would hide the fault.
    private static void SpoilHeap()
    {
        using var scope = NewDisposeScope();
        for (var bytes = SmallestBlock; bytes <= LargestBlock; bytes *= 2)
        {
            _ = Enumerable.Range(0, 3).Select(_ => full(bytes / sizeof(float), float.NaN)).ToArray();
        }
    }
}
