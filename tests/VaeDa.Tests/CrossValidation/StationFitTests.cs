using VaeDa.CrossValidation;
using VaeDa.Model.Prior;
using VaeDa.Observations;

namespace VaeDa.Tests.CrossValidation;

public class StationFitTests
{
    [Fact]
    public void Parameters_that_made_the_observations_are_recovered()
    {
        using var stations = SyntheticStations.Make(120, 20);
        var fit = StationFit.Of(stations.Model, stations.Dates, stations.Deviation, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(Smoothness.Half, fit.Correlation.Smoothness);
        Assert.InRange(fit.ObservationError, 0.9 * SyntheticStations.ObservationError, 1.1 * SyntheticStations.ObservationError);
        var residual = Math.Sqrt(Math.Pow(fit.ResidualScale * SyntheticStations.Climatological, 2) + Math.Pow(fit.ResidualFloor, 2));
        Assert.InRange(residual, 0.85 * SyntheticStations.ResidualScale * SyntheticStations.Climatological, 1.15 * SyntheticStations.ResidualScale * SyntheticStations.Climatological);
        Assert.InRange(fit.Correlation.Length, 0.7 * SyntheticStations.Length, 1.4 * SyntheticStations.Length);
        // Of 20 draws of 4 latents: 15% of standard error.
        Assert.InRange(fit.BackgroundScale, 0.6 * SyntheticStations.BackgroundScale, 1.5 * SyntheticStations.BackgroundScale);
        Assert.Equal((20 * 120, 0), (fit.Observations, fit.Excluded));
    }

    // As if they were humidities, or geopotentials.
    [Theory]
    [InlineData(1e-4)]
    [InlineData(1e5)]
    public void Observations_in_other_units_give_the_same_parameters_in_other_units(double factor)
    {
        using var one = SyntheticStations.Make(60, 8);
        using var other = SyntheticStations.Make(60, 8, factor: factor);
        var expected = StationFit.Of(one.Model, one.Dates, one.Deviation, cancellation: TestContext.Current.CancellationToken);
        var found = StationFit.Of(other.Model, other.Dates, other.Deviation, cancellation: TestContext.Current.CancellationToken);
        Assert.Equal(expected.Correlation.Smoothness, found.Correlation.Smoothness);
        Assert.InRange(found.Correlation.Length / expected.Correlation.Length, 0.99, 1.01);
        Assert.InRange(found.ObservationError / factor / expected.ObservationError, 0.99, 1.01);
        Assert.InRange(found.ResidualScale / expected.ResidualScale, 0.99, 1.01);
        Assert.InRange(found.ResidualFloor / factor / expected.ResidualFloor, 0.95, 1.05);
        Assert.InRange(found.BackgroundScale / expected.BackgroundScale, 0.99, 1.01);
    }

    [Fact]
    public void Gross_errors_are_left_out_and_counted()
    {
        using var stations = SyntheticStations.Make(60, 8);
        var spoilt = stations.Dates.Select(d => new ObservationTable(d.Observations.Select((o, i) => i == 7 ? o with { Anomaly = o.Anomaly + 30 } : o))).ToList();
        var clean = StationFit.Of(stations.Model, stations.Dates, stations.Deviation, cancellation: TestContext.Current.CancellationToken);
        var fit = StationFit.Of(stations.Model, spoilt, stations.Deviation, cancellation: TestContext.Current.CancellationToken);
        Assert.InRange(fit.Excluded, 8, 12);
        Assert.InRange(fit.ObservationError, 0.6 * clean.ObservationError, 1.6 * clean.ObservationError);
    }

    // As if they were temperatures in degrees, of 20 K and 5 standard deviations of the climate.
    [Theory]
    [InlineData(20)]
    [InlineData(-20)]
    public void Values_that_are_no_anomalies_are_refused(double offset)
    {
        using var stations = SyntheticStations.Make(120, 8, offset: _ => offset);
        var refusal = Assert.Throws<InvalidInputException>(() => StationFit.Of(stations.Model, stations.Dates, stations.Deviation, cancellation: TestContext.Current.CancellationToken));
        Assert.Contains("are they absolute values, or in other units?", refusal.Message);
        Assert.Equal("Absolute", refusal.Setting);
    }

    [Theory]
    [InlineData(50)]
    [InlineData(5)]
    public void Many_of_all_sizes_do_not_become_the_covariance(int oneIn)
    {
        using var stations = SyntheticStations.Make(60, 8);
        var random = new Random(2);
        var spoilt = stations.Dates.Select(d => new ObservationTable(d.Observations.Select(o => random.Next(oneIn) == 0 ? o with { Anomaly = -50 + 100 * random.NextDouble() } : o))).ToList();
        var clean = StationFit.Of(stations.Model, stations.Dates, stations.Deviation, cancellation: TestContext.Current.CancellationToken);
        var fit = StationFit.Of(stations.Model, spoilt, stations.Deviation, cancellation: TestContext.Current.CancellationToken);
        Assert.InRange(fit.ObservationError, 0.6 * clean.ObservationError, 1.6 * clean.ObservationError);
        Assert.InRange(fit.BackgroundScale, 0.3 * clean.BackgroundScale, 3 * clean.BackgroundScale);
        Assert.InRange(fit.Excluded, 0.8 * 480 / oneIn - 5, 1.3 * 480 / oneIn + 5);
    }

    [Fact]
    public void Anomalies_far_smaller_than_the_climates_are_refused()
    {
        using var stations = SyntheticStations.Make(60, 8);
        var small = stations.Dates.Select(d => new ObservationTable(d.Observations.Select(o => o with { Anomaly = o.Anomaly / 100 }))).ToList();
        Assert.Matches(@"differ from 0 by [^:]*where the climate varies by 2: are they absolute values, or in other units\?", Assert.Throws<InvalidInputException>(() => StationFit.Of(stations.Model, small, stations.Deviation)).Message);
    }

    [Fact]
    public void Errors_that_observations_bring_are_kept()
    {
        using var stations = SyntheticStations.Make(60, 12);
        var stated = stations.Dates.Select(d => new ObservationTable(d.Observations.Select(o => o with { Error = SyntheticStations.ObservationError }))).ToList();
        var fit = StationFit.Of(stations.Model, stated, stations.Deviation, cancellation: TestContext.Current.CancellationToken);
        var residual = Math.Sqrt(Math.Pow(fit.ResidualScale * SyntheticStations.Climatological, 2) + Math.Pow(fit.ResidualFloor, 2));
        Assert.InRange(residual, 0.75, 1.3);
    }
}
