using FsCheck.Xunit;
using VaeDa.Reanalysis.Dates;

namespace VaeDa.Tests.Reanalysis.Dates;

public sealed class SequenceWindowTests
{
    private const long Megabyte = 1 << 20;

    [Property]
    public bool Windows_cover_a_block_once_with_their_margins(byte first, byte count, byte after, byte margin, ushort megabytes)
    {
        var (from, dates, m) = ((int)first, first + count + 1 + after, margin % 20);
        var windows = SequenceWindow.Of(from, count + 1, start => Math.Max(0, start - m), end => Math.Min(dates, end + m), _ => megabytes % 300 * Megabyte).ToList();
        return windows[0].First == from
            && windows[^1].End == from + count + 1
            && windows.Zip(windows.Skip(1)).All(pair => pair.First.End == pair.Second.First)
            && windows.All(w => w.End > w.First && w.From == Math.Max(0, w.First - m) && w.To == Math.Min(dates, w.End + m));
    }

    [Fact]
    public void A_block_that_fits_in_memory_is_one_window()
    {
        Assert.Equal([new SequenceWindow(21, 31, 59, 69)], SequenceWindow.Of(31, 28, start => start - 10, end => end + 10, _ => 10 * Megabyte));
    }

    [Fact]
    public void One_that_does_not_is_shared_out_evenly()
    {
        var windows = SequenceWindow.Of(100, 31, start => start - 10, end => end + 10, _ => 30 * Megabyte).ToList();
        Assert.True(windows.Count > 1);
        Assert.InRange(windows.Max(w => w.End - w.First) - windows.Min(w => w.End - w.First), 0, 1);
    }
}
