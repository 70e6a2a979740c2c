using System.Diagnostics;

namespace VaeDa.Cli.Tests.Disks;

/// <summary>A disk of its own in memory, which can be filled or made read-only.</summary>
internal sealed class SmallDisk : IDisposable
{
    private const string Filler = "filler";

    private readonly string _path;

    /// <param name="path">A folder, where it is mounted. A test that may not mount is skipped.</param>
    public SmallDisk(string path)
    {
        _path = path;
        Directory.CreateDirectory(path);
        Assert.SkipUnless(Run("mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", path), "this test may not mount a disk of its own (root, and the right to mount, are needed).");
    }

    public long Free => new DriveInfo(_path).AvailableFreeSpace;

    /// <summary>Leaves so many bytes free.</summary>
    public void Fill(long free)
    {
        using var file = File.Create(Path.Combine(_path, Filler), 1);
        var piece = new byte[4096];
        for (var left = Free - free; left >= piece.Length; left -= piece.Length)
        {
            file.Write(piece);
        }
    }

    public void Empty() => File.Delete(Path.Combine(_path, Filler));

    public void MakeReadOnly() => Assert.True(Run("mount", "-o", "remount,ro", _path));

    public void MakeWritable() => Assert.True(Run("mount", "-o", "remount,rw", _path));

    /// <summary>All that is there, but for what fills it and checkpoints.</summary>
    public Dictionary<string, string> Contents() => Directory.GetFiles(_path, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(_path, file))
        .Where(file => file != Filler && !file.EndsWith(".checkpoint.safetensors", StringComparison.Ordinal))
        .ToDictionary(file => file, file => Convert.ToBase64String(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(Path.Combine(_path, file)))));

    public void Dispose() => Run("umount", "-l", _path);

    private static bool Run(string command, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(command, arguments) { RedirectStandardError = true, RedirectStandardOutput = true })!;
            process.WaitForExit();
            return process.ExitCode == 0;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
