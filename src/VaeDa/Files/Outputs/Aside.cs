using VaeDa.Runtime;

namespace VaeDa.Files.Outputs;

/// <summary>
/// A folder beside an output, in which that is made until it is whole. Its name is drawn at random, and a file in it is locked for as long as the process
/// lives, however it ends: what is not locked was left by a process that was killed, and goes when the same output is made again.
/// </summary>
internal sealed class Aside : IDisposable
{
    private const string Ending = ".partial";
    private const string Lock = ".lock";
    private const string Before = ".before";
    private const int Drawn = 8;

    // With what is put around it, below the 255 bytes that file systems allow.
    private const int MostLetters = 50;

    private readonly FileStream _lock;
    private readonly EventHandler _atExit;

    /// <param name="output">The whole path of a file or folder; the folder that it is in is made if need be.</param>
    public Aside(string output)
    {
        var parent = System.IO.Path.GetDirectoryName(output) ?? throw new InvalidInputException($"{output}: the root folder cannot be replaced");
        try
        {
            Directory.CreateDirectory(parent);
            Sweep(output);
            (Path, _lock) = Made(parent, Start(output));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new InvalidInputException($"{output}: nothing can be written to its folder; choose another place, or have its rights changed", e);
        }

        // Where the process is ended on its way, as by a second interrupt.
        _atExit = (_, _) => Dispose();
        AppDomain.CurrentDomain.ProcessExit += _atExit;
    }

    public string Path { get; }

    /// <summary>Where what the output takes the place of is kept, in case that the process is killed before it has.</summary>
    public string OfBefore => System.IO.Path.Combine(Path, Before);

    /// <summary>Whether a name is that of such a folder.</summary>
    public static bool IsOne(string name) => name.StartsWith('.') && name.EndsWith(Ending, StringComparison.Ordinal);

    /// <summary>Removes what killed processes left of an output, and puts back what one had moved out of its place.</summary>
    public static void Sweep(string output)
    {
        var (parent, start) = (System.IO.Path.GetDirectoryName(output)!, Start(output));
        foreach (var left in Directory.EnumerateDirectories(parent, $"{start}*{Ending}").Where(folder => System.IO.Path.GetFileName(folder).Length == start.Length + Drawn + Ending.Length).ToList())
        {
            try
            {
                using (var held = Locked(left))
                {
                    var before = System.IO.Path.Combine(left, Before);
                    if (Directory.Exists(before) && !Directory.Exists(output))
                    {
                        Directory.Move(before, output);
                    }
                }

                Directory.Delete(left, recursive: true);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // Another process is at work in it, or sweeps too.
            }
        }
    }

    /// <summary>Waits until all files of a folder are on disk and not in the system's memory alone, with their names: no name is to stand for what failing power takes.</summary>
    /// <exception cref="IOException">The disk is full or broken, which some file systems tell only now.</exception>
    public static void Flush(string folder)
    {
        foreach (var path in Directory.EnumerateFiles(folder))
        {
            using var file = File.OpenHandle(path, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.FlushToDisk(file);
        }

        NativeFiles.Flush(folder);
    }

    public void Dispose()
    {
        AppDomain.CurrentDomain.ProcessExit -= _atExit;
        _lock.Dispose();
        try
        {
            Directory.Delete(Path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next run that makes the same output sweeps it.
        }
    }

    private static string Start(string output)
    {
        var name = System.IO.Path.GetFileName(output);
        return $".{(name.Length > MostLetters ? name[..MostLetters] : name)}.";
    }

    private static (string Path, FileStream Lock) Made(string parent, string start)
    {
        while (true)
        {
            var path = System.IO.Path.Combine(parent, start + Guid.NewGuid().ToString("n")[..Drawn] + Ending);
            Directory.CreateDirectory(path);
            try
            {
                return (path, Locked(path));
            }
            catch (IOException) when (!Directory.Exists(path) || File.Exists(System.IO.Path.Combine(path, Lock)))
            {
                // Another process has swept it before it was locked.
            }
            catch
            {
                Directory.Delete(path);
                throw;
            }
        }
    }

    private static FileStream Locked(string folder) => new(System.IO.Path.Combine(folder, Lock), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None, 1);
}
