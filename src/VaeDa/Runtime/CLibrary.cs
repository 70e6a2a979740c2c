using System.Runtime.InteropServices;

namespace VaeDa.Runtime;

/// <summary>The C library's functions, where it is known: on Linux.</summary>
internal static class CLibrary
{
    private delegate int SetVariable([MarshalAs(UnmanagedType.LPUTF8Str)] string name, [MarshalAs(UnmanagedType.LPUTF8Str)] string value, int overwrite);

    /// <returns>Null where there is no such function.</returns>
    public static T? Function<T>(string name)
        where T : Delegate =>
        OperatingSystem.IsLinux() && NativeLibrary.TryLoad("libc.so.6", out var library) && NativeLibrary.TryGetExport(library, name, out var address)
            ? Marshal.GetDelegateForFunctionPointer<T>(address)
            : null;

    /// <summary>Sets a variable in the environment that native code sees, which is not .NET's own; one that is there stays.</summary>
    public static void SetDefault(string variable, string value) => Function<SetVariable>("setenv")?.Invoke(variable, value, 0);
}
