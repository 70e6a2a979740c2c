using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Tests.Maps;

public sealed class GaussianFilterTests
{
    private const int Height = 21, Width = 24;

    [Fact]
    public void A_single_value_spreads_to_a_Gaussian_of_the_width_asked_for()
    {
        var filtered = GaussianFilter.Apply(With(10 * Width + 12, 1), Height, Width, 1.5, isPeriodic: false);
        Assert.Equal(1, filtered.Sum(), 1e-4);
        Assert.Equal(1.5 * 1.5, Enumerable.Range(0, filtered.Length).Sum(cell => filtered[cell] * Math.Pow(cell % Width - 12, 2)), 0.1);
        Assert.Equal(1.5 * 1.5, Enumerable.Range(0, filtered.Length).Sum(cell => filtered[cell] * Math.Pow(cell / Width - 10, 2)), 0.1);
    }

    [Fact]
    public void It_goes_round_a_periodic_grid_and_stops_at_a_regions_edge()
    {
        float East(bool isPeriodic) => GaussianFilter.Apply(With(10 * Width, 1), Height, Width, 1, isPeriodic)[10 * Width + Width - 1];
        Assert.Equal(GaussianFilter.Apply(With(10 * Width, 1), Height, Width, 1, isPeriodic: true)[10 * Width + 1], East(isPeriodic: true), 6);
        Assert.Equal(0, East(isPeriodic: false));
    }

    [Fact]
    public void Constants_stay_beside_missing_cells_and_missing_cells_stay_missing()
    {
        float[] values = [.. Enumerable.Range(0, Height * Width).Select(cell => cell % 5 == 0 ? float.NaN : 3)];
        Assert.Equal(values, GaussianFilter.Apply(values, Height, Width, 2, isPeriodic: false), (a, b) => (float.IsNaN(a) && float.IsNaN(b)) || Math.Abs(a - b) < 1e-5);
    }

    [Fact]
    public void Without_a_width_nothing_changes() => Assert.Equal(With(7, 5), GaussianFilter.Apply(With(7, 5), Height, Width, 0, isPeriodic: true));

    private static float[] With(int cell, float value) => new float[Height * Width].With(cell, value);
}
