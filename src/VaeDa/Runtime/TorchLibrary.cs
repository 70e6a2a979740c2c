using System.Runtime.InteropServices;
using TorchSharp;

namespace VaeDa.Runtime;

/// <summary>
/// Loads libtorch's native libraries: those that came with the program, or those of an installed PyTorch in the folder that
/// the environment variable VAEDA_LIBTORCH names. What reads or makes a model does it; a program that uses TorchSharp itself
/// before that does well to call <see cref="Load"/> first, for the settings that libtorch reads only when it is loaded.
/// </summary>
public static class TorchLibrary
{
    /// <summary>Name of the environment variable.</summary>
    internal const string FolderVariable = "VAEDA_LIBTORCH";

    private const string CpuLibrary = "libtorch_cpu.so";
    private const int OnlyIfLoaded = 0x4 | 0x1; // RTLD_NOLOAD | RTLD_LAZY of dlfcn.h

    private static readonly string Binding = OperatingSystem.IsWindows() ? "LibTorchSharp.dll" : OperatingSystem.IsMacOS() ? "libLibTorchSharp.dylib" : "libLibTorchSharp.so";

    // Of the libtorch that TorchSharp is made for; to ask TorchSharp itself would have it load one.
    private static readonly Version Wanted = new(2, 10, 0);

    // Once in a process, whoever asks first; others wait, and are told the same: whether oneDNN convolves.
    private static readonly Lazy<bool> Loaded = new(LoadOnce);

    /// <summary>
    /// Whether libtorch convolves by oneDNN on the processor, as it does wherever oneDNN gives right results: each process checks that once. False before <see cref="Load"/>.
    /// </summary>
    public static bool ConvolvesByOneDnn => Loaded.IsValueCreated && Loaded.Value;

    /// <summary>The version of libtorch that is loaded; null before <see cref="Load"/>.</summary>
    public static string? LoadedVersion => Loaded.IsValueCreated ? torch.__version__ : null;

    private delegate ulong AbiVersion();

    private delegate nint Open([MarshalAs(UnmanagedType.LPUTF8Str)] string name, int flags);

    /// <summary>
    /// Loads libtorch before TorchSharp does. Where that fails, TorchSharp blames a missing package whatever the cause, prints its
    /// trace to stdout, and copies half a gigabyte of the package cache beside the executable to try again. What TorchSharp has
    /// loaded already stays. After the first time it does nothing. It may be called from several threads.
    /// </summary>
    /// <exception cref="InvalidInputException">libtorch cannot be loaded.</exception>
    /// <exception cref="InvalidEnvironmentException">The environment names a folder without a libtorch, or with one of another version.</exception>
    public static void Load() => _ = Loaded.Value;

    private static bool LoadOnce()
    {
        NativeHeap.KeepLargeBlocks();
        NativeThreads.Prepare();
        try
        {
            if (!IsLoaded())
            {
                LoadFrom(Folder());
            }

            torch.InitializeDeviceType(DeviceType.CPU);
            return ConvolutionCheck.Apply(Cpu());
        }
        catch (Exception e) when (e is DllNotFoundException or BadImageFormatException or NotSupportedException or TypeInitializationException)
        {
            throw new InvalidInputException($"libtorch cannot be loaded: {OneLine(e)}", e);
        }
    }

    // By its own name: that of a file would be another library, though the same.
    private static bool IsLoaded() => Handle(Binding) != 0;

    /// <summary>libtorch_cpu, which is loaded; 0 where it cannot be asked for.</summary>
    private static nint Cpu() => Handle(CpuLibrary);

    private static nint Handle(string name) => CLibrary.Function<Open>("dlopen")?.Invoke(name, OnlyIfLoaded) ?? 0;

    /// <summary>Where the binding is: beside the program, or where .NET looks for the libraries of its packages.</summary>
    private static string Folder()
    {
        string[] folders =
        [
            AppContext.BaseDirectory,
            .. (AppContext.GetData("NATIVE_DLL_SEARCH_DIRECTORIES") as string ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries),
        ];
        return folders.FirstOrDefault(folder => File.Exists(Path.Combine(folder, Binding)))
            ?? throw new InvalidInputException($"libtorch cannot be loaded: {Path.Combine(folders[0], Binding)} is missing; build again with 'dotnet build', or publish again (a project of your own needs the package TorchSharp-cpu, or one for its GPU)");
    }

    private static void LoadFrom(string folder)
    {
        var packaged = Path.Combine(AppContext.BaseDirectory, "libtorch", "libtorch.so");
        if (Environment.GetEnvironmentVariable(FolderVariable) is { Length: > 0 } installed)
        {
            LoadInstalled(installed, folder);
        }
        else if (File.Exists(packaged))
        {
            NativeLibrary.Load(packaged);
        }

        NativeLibrary.Load(Path.Combine(folder, Binding));
    }

    // The loader takes a library that is loaded already for one that is needed under its name, so the binding and TorchSharp get these.
    private static void LoadInstalled(string folder, string binding)
    {
        if (!OperatingSystem.IsLinux())
        {
            throw new InvalidEnvironmentException($"{FolderVariable} is set, but another libtorch can be taken on Linux only: unset it");
        }

        if (File.Exists(Path.Combine(binding, CpuLibrary)))
        {
            throw new InvalidEnvironmentException($"{FolderVariable} is '{folder}', but this program has its libtorch in {binding}, where TorchSharp would find it too: unset the variable");
        }

        var path = Path.Combine(folder, CpuLibrary);
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
                throw new InvalidEnvironmentException($"{FolderVariable} is '{folder}', whose libtorch is {found?.ToString() ?? "of an older version"}; this version needs {Wanted}: install that PyTorch, or unset the variable to use the libtorch that came with the program");
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
