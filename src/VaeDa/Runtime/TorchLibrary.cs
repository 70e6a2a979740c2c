using System.Runtime.InteropServices;
using TorchSharp;

namespace VaeDa.Runtime;

/// <summary>
/// Loads libtorch's native libraries: those beside the executable, or those of an installed PyTorch in the folder that the
/// environment variable VAEDA_LIBTORCH names.
/// </summary>
public static class TorchLibrary
{
    public const string FolderVariable = "VAEDA_LIBTORCH";

    private static readonly string Binding = OperatingSystem.IsWindows() ? "LibTorchSharp.dll" : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so";

    // Of the libtorch that TorchSharp is made for; to ask TorchSharp itself would have it load one.
    private static readonly Version Wanted = new(2, 10, 0);

    private delegate ulong AbiVersion();

    /// <summary>Before TorchSharp does: where that fails, TorchSharp blames a missing package whatever the cause, prints its trace to stdout, and copies half a gigabyte of the package cache beside the executable to try again.</summary>
    /// <exception cref="InvalidInputException">libtorch cannot be loaded.</exception>
    /// <exception cref="InvalidEnvironmentException">The environment names a folder without a libtorch, or with one of another version.</exception>
    public static void Load()
    {
        NativeHeap.KeepLargeBlocks();
        NativeThreads.Prepare();
        var path = Path.Combine(AppContext.BaseDirectory, Binding);
        if (!File.Exists(path))
        {
            throw new InvalidInputException($"libtorch cannot be loaded: {path} is missing; build again with 'dotnet build', or publish again");
        }

        var folder = Environment.GetEnvironmentVariable(FolderVariable);
        if (!string.IsNullOrEmpty(folder))
        {
            LoadInstalled(folder);
        }

        try
        {
            var packaged = Path.Combine(AppContext.BaseDirectory, "libtorch", "libtorch.so");
            if (string.IsNullOrEmpty(folder) && File.Exists(packaged))
            {
                NativeLibrary.Load(packaged);
            }

            NativeLibrary.Load(path);
            torch.InitializeDeviceType(DeviceType.CPU);
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or NotSupportedException or TypeInitializationException)
        {
            throw new InvalidInputException($"libtorch cannot be loaded: {OneLine(e)}", e);
        }
    }

    // The loader takes a library that is loaded already for one that is needed under its name, so the binding and TorchSharp get these.
    private static void LoadInstalled(string folder)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new InvalidEnvironmentException($"{FolderVariable} is set, but another libtorch can be taken on Linux only: unset it");
        }

        var path = Path.Combine(folder, "libtorch_cpu.so");
        if (!File.Exists(path))
        {
            throw new InvalidEnvironmentException($"{FolderVariable} is '{folder}', and there is no libtorch_cpu.so in it; it must be the folder 'torch/lib' of an installed PyTorch {Wanted}");
        }

        try
        {
            var library = NativeLibrary.Load(path);
            var found = NativeLibrary.TryGetExport(library, "aoti_torch_abi_version", out var address)
                ? VersionOf(Marshal.GetDelegateForFunctionPointer<AbiVersion>(address)())
                : null;
            if (found is null || (found.Major, found.Minor) != (Wanted.Major, Wanted.Minor))
            {
                throw new InvalidEnvironmentException($"{FolderVariable} is '{folder}', whose libtorch is {found?.ToString() ?? "of an older version"}; this vaeda needs {Wanted}: install that PyTorch, or unset the variable to use the libtorch that came with vaeda");
            }

            // With PyTorch's CUDA builds it brings libtorch_cuda.
            NativeLibrary.Load(Path.Combine(folder, "libtorch.so"));
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException)
        {
            throw new InvalidEnvironmentException($"{FolderVariable} is '{folder}', whose libtorch cannot be loaded: {OneLine(e)}", e);
        }
    }

    // Major, minor and patch from the highest byte on.
    private static Version VersionOf(ulong abi) => new((int)(abi >> 56), (int)(abi >> 48 & 0xff), (int)(abi >> 40 & 0xff));

    private static string OneLine(Exception e) => e.Message.ReplaceLineEndings(" ").Trim();
}
