using System.Globalization;

namespace VaeDa.Reanalysis;

/// <summary>
/// Holds a reanalysis folder against a second run of the same share, by a file that the system locks for as long as the process lives,
/// however it ends. Runs of different shares hold a common lock together, which a run of the whole excludes.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private readonly List<(FileStream Held, string Holder)> _locks = [];

    /// <param name="folder">The reanalysis folder, for the message.</param>
    /// <param name="parts">Where the lock files go; it is there.</param>
    /// <param name="shard">The run's share.</param>
    /// <exception cref="InvalidInputException">Another run holds the folder; the message says which.</exception>
    public FolderLock(string folder, string parts, Shard shard)
    {
        try
        {
            Take("run", isShared: shard.Count > 1);
            if (shard.Count > 1)
            {
                Take(shard.ToString(), isShared: false);
            }
        }
        catch
        {
            Dispose();
            throw;
        }

        void Take(string name, bool isShared)
        {
            var path = Path.Combine(parts, $"{name}.lock");
            try
            {
                // The system shares a lock among those that read.
                var access = isShared ? FileAccess.Read : FileAccess.ReadWrite;
                var held = new FileStream(path, FileMode.OpenOrCreate, access, isShared ? FileShare.Read : FileShare.None);
                var holder = Path.Combine(parts, $"{name}.{shard}.holder");
                _locks.Add((held, holder));
                File.WriteAllText(holder, string.Create(CultureInfo.InvariantCulture, $"process {Environment.ProcessId} on {Environment.MachineName}, since {DateTime.UtcNow:yyyy-MM-dd HH:mm:ss} UTC"));
            }
            catch (IOException e) when (e is not (FileNotFoundException or DirectoryNotFoundException))
            {
                var holders = Directory.GetFiles(parts, $"{name}.*.holder").Select(File.ReadAllText).ToList();
                throw new InvalidInputException($"{folder}: another run is at work in this folder{(holders.Count == 0 ? string.Empty : $" ({string.Join("; ", holders)})")}; let it end, or choose another folder", e);
            }
        }
    }

    public void Dispose()
    {
        foreach (var (held, holder) in _locks)
        {
            File.Delete(holder);
            held.Dispose();
        }
    }
}
