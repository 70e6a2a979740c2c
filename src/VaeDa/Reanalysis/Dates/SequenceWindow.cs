namespace VaeDa.Reanalysis.Dates;

/// <summary>Successive dates that are analysed as one problem, with others to both sides that speak of them.</summary>
/// <param name="From">The first date of the problem.</param>
/// <param name="First">The first date whose analysis is kept.</param>
/// <param name="End">The date after the last of these.</param>
/// <param name="To">The date after the last of the problem.</param>
internal sealed record SequenceWindow(int From, int First, int End, int To)
{
    private const long MostBytes = 1000L << 20;
    // However much memory that takes: with fewer, nearly all that is analysed would be margins.
    private const int FewestKept = 5;

    /// <summary>A block's windows: one, or several where the covariances of so many observations would not fit in memory.</summary>
    /// <param name="first">The first date of the block.</param>
    /// <param name="count">Of its dates.</param>
    /// <param name="from">The first date that tells of one and those after it.</param>
    /// <param name="to">The date after the last that tells of those before one.</param>
    /// <param name="bytes">That each date takes.</param>
    public static IEnumerable<SequenceWindow> Of(int first, int count, Func<int, int> from, Func<int, int> to, Func<int, long> bytes)
    {
        for (var start = first; start < first + count;)
        {
            var end = first + count;
            while (end > start + FewestKept && About(start, end).Bytes(bytes) > MostBytes)
            {
                end--;
            }

            // As even as they come: none of a single date at the block's end.
            var windows = (first + count - start + end - start - 1) / (end - start);
            end = start + (first + count - start + windows - 1) / windows;
            yield return About(start, end);
            start = end;
        }

        SequenceWindow About(int start, int end) => new(from(start), start, end, to(end));
    }

    private long Bytes(Func<int, long> bytes) => Enumerable.Range(From, To - From).Sum(bytes);
}
