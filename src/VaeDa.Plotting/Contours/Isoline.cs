namespace VaeDa.Plotting.Contours;

/// <summary>A line of equal value.</summary>
/// <param name="Points">At least two, in the rows and columns of the raster, fractional.</param>
/// <param name="IsClosed">Whether the last point joins the first; otherwise the line ends at the raster's edge or at a missing value.</param>
internal sealed record Isoline(IReadOnlyList<(double Row, double Column)> Points, bool IsClosed);
