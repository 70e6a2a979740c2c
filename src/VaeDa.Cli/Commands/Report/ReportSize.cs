using System.Globalization;

namespace VaeDa.Cli.Commands.Report;

/// <summary>How many letters the blocks of a page may take.</summary>
/// <param name="Megabytes">Of the whole file.</param>
internal sealed record ReportSize(double Megabytes)
{
    /// <summary>For all blocks.</summary>
    public long ForBlocks { get; } = Math.Max((long)(Megabytes * 1e6) - Plotting.Pages.ReportPage.LengthWithoutBlocks, 50_000);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Megabytes:0.##} MB");
}
