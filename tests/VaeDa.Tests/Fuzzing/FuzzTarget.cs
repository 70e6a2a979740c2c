using System.Diagnostics;
using System.Globalization;

namespace VaeDa.Tests.Fuzzing;

/// <summary>
/// A reader and the broken files that it is given. Each must be read, or refused by an <see cref="InvalidInputException"/> whose message is
/// one line with the file's name in it once; within 5 s, and with no more memory asked for than ten times the file and 100 MB.
/// </summary>
/// <param name="FileName">What the files are called, as their kind demands.</param>
/// <param name="Corpus">Whole files, small ones.</param>
/// <param name="Tokens">Words of the format; see <see cref="Mutator"/>.</param>
/// <param name="Read">Reads a file of the given path as a command would.</param>
internal sealed record FuzzTarget(string FileName, IReadOnlyList<byte[]> Corpus, IReadOnlyList<byte[]> Tokens, Action<string> Read)
{
    private static readonly TimeSpan Longest = TimeSpan.FromSeconds(5);

    // On a machine that others use a thread may wait long for its turn; a reader that waits for ever is found after this.
    private static readonly TimeSpan LongestWait = TimeSpan.FromMinutes(1);
    private const long SmallMemory = 100_000_000;
    private const int MostFaults = 20;

    /// <summary>Reads so many broken files.</summary>
    /// <returns>How many were read as if they were whole, and the longest time and the most memory that one took.</returns>
    public FuzzSummary Run(long mutations, int seed)
    {
        using var folder = new TemporaryFolder();
        var run = new Progress { Mutator = new Mutator(Corpus, Tokens, seed), Path = folder.File(FileName), Clock = Stopwatch.StartNew() };
        // A reader that never ends cannot be stopped; its thread is left behind, so that the test can end.
        var thread = new Thread(() => ReadAll(run, mutations, seed)) { IsBackground = true };
        thread.Start();
        while (!thread.Join(TimeSpan.FromSeconds(1)))
        {
            var (number, since) = (Interlocked.Read(ref run.Number), Interlocked.Read(ref run.Since));
            if (run.Clock.ElapsedMilliseconds - since > LongestWait.TotalMilliseconds && number == Interlocked.Read(ref run.Number))
            {
                Assert.Fail($"{Kept(run.Mutator.Make(number), seed, number)}: not read in {LongestWait}");
            }
        }

        Assert.True(run.Faults.Count == 0, string.Join('\n', run.Faults.Values));
        return new FuzzSummary(mutations, run.Taken, run.Slowest, run.Largest, run.Clock.Elapsed);
    }

    private void ReadAll(Progress run, long mutations, int seed)
    {
        for (var number = 0L; number < mutations && run.Faults.Count < MostFaults; number++)
        {
            var bytes = run.Mutator.Make(number);
            File.WriteAllBytes(run.Path, bytes);
            Interlocked.Exchange(ref run.Number, number);
            Interlocked.Exchange(ref run.Since, run.Clock.ElapsedMilliseconds);
            var (before, start, worked) = (GC.GetAllocatedBytesForCurrentThread(), run.Clock.Elapsed, Environment.CpuUsage.TotalTime);
            var fault = FaultOf(run);
            var (memory, time) = (GC.GetAllocatedBytesForCurrentThread() - before, run.Clock.Elapsed - start);
            var isSlow = time > Longest && Environment.CpuUsage.TotalTime - worked > Longest;
            (run.Largest, run.Slowest) = (Math.Max(run.Largest, memory), time > run.Slowest ? time : run.Slowest);
            fault ??= isSlow ? $"took {time}" : memory > 10 * bytes.Length + SmallMemory ? FormattableString.Invariant($"asked for {memory:N0} bytes") : null;
            if (fault is not null && !run.Faults.ContainsKey(KindOf(fault)))
            {
                run.Faults.Add(KindOf(fault), $"{Kept(bytes, seed, number)}: {fault}");
            }
        }
    }

    /// <summary>The same place in the code, or the same words: without numbers, names and paths.</summary>
    private static string KindOf(string fault) =>
        string.Concat((fault.Split('\n').FirstOrDefault(line => line.Contains(" in ", StringComparison.Ordinal)) ?? fault.Split("vaeda-test-")[0]).Where(c => !char.IsDigit(c)));

    private string? FaultOf(Progress run)
    {
        try
        {
            Read(run.Path);
            run.Taken++;
            return null;
        }
        catch (InvalidInputException e)
        {
            return FaultIn(e.Message, run.Path);
        }
        catch (Exception e)
        {
            return $"a stray exception: {e}";
        }
    }

    private static string? FaultIn(string message, string path)
    {
        string[] foreign = ["Exception", "Parameter '", "System.", "Object reference", "Index was", "Arithmetic operation", "Specified argument"];
        var names = message.Split(Path.GetFileName(path)).Length - 1;
        return message.Any(char.IsControl) ? $"a message of several lines or with control characters: {message}"
            : names != 1 ? $"a message that names the file {names} times: {message}"
            : foreign.FirstOrDefault(message.Contains) is { } words ? $"a message with '{words}': {message}"
            : message.Length > 2000 ? $"a message of {message.Length} characters: {message[..200]}"
            : null;
    }

    private string Kept(byte[] bytes, int seed, long number)
    {
        var path = Path.Combine(Path.GetTempPath(), string.Create(CultureInfo.InvariantCulture, $"vaeda-fuzz-{seed}-{number}-{FileName}"));
        File.WriteAllBytes(path, bytes);
        return path;
    }

    private sealed class Progress
    {
        public required Mutator Mutator { get; init; }

        public required string Path { get; init; }

        public required Stopwatch Clock { get; init; }

        public long Number;
        public long Since;

        public long Taken { get; set; }

        public TimeSpan Slowest { get; set; }

        public long Largest { get; set; }

        /// <summary>The first of each kind.</summary>
        public Dictionary<string, string> Faults { get; } = [];
    }
}

/// <param name="Mutations">Broken files.</param>
/// <param name="Taken">Of them, those that were read as if whole.</param>
/// <param name="Slowest">Time of the slowest.</param>
/// <param name="Largest">Bytes that the largest asked for.</param>
/// <param name="Time">Of all.</param>
internal sealed record FuzzSummary(long Mutations, long Taken, TimeSpan Slowest, long Largest, TimeSpan Time)
{
    public override string ToString() => FormattableString.Invariant(
        $"{Mutations:N0} mutations, {Taken:N0} read, the others refused; slowest {Slowest.TotalMilliseconds:F0} ms, most memory {Largest / 1e6:F1} MB, {Time.TotalSeconds:F0} s in all");
}
