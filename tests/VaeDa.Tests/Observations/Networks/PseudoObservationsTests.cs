using VaeDa.Fields.Grids;
using VaeDa.Observations;
using VaeDa.Observations.Networks;

namespace VaeDa.Tests.Observations.Networks;

public class PseudoObservationsTests
{
    private static readonly Grid Grid = new(
        [.. Enumerable.Range(0, 18).Select(i => 85.0 - 10 * i)], [.. Enumerable.Range(0, 36).Select(j => 10.0 * j)]);

    private static readonly Network Places = NetworkGenerator.Generate(new NetworkSpec { Count = 2000, Seed = 1, LandFraction = 0.5, ScatteredFraction = 1 });

    [Fact]
    public void They_scatter_about_the_field_as_their_error_says()
    {
        var made = Make(new PseudoObservationSpec { Errors = Sigma(0.5), Seed = 1, Time = new DateTime(2000, 1, 15) });
        Assert.Equal(2000, made.Table.Count);
        Assert.Empty(made.Rejected);
        Assert.All(made.Table.Error, error => Assert.Equal(0.5, error));
        Assert.All(made.Table.Time, time => Assert.Equal(new DateTime(2000, 1, 15), time));
        Assert.Equal(Places.Places.Select(p => p.Station), made.Table.Station);
        Assert.All(made.Table.Variable, Assert.Null);
        var departures = Departures(made);
        Assert.InRange(departures.Average(), -0.03, 0.03);
        Assert.InRange(Math.Sqrt(departures.Average(d => d * d)), 0.48, 0.52);
        // Gaussian: 4.6% beyond two standard deviations.
        Assert.InRange(departures.Count(d => Math.Abs(d) > 1), 60, 125);
    }

    [Fact]
    public void The_same_seed_gives_the_same_and_another_seed_others()
    {
        var spec = new PseudoObservationSpec { Errors = Sigma(0.5), Seed = 1 };
        Assert.Equal(Make(spec).Table.Observations, Make(spec).Table.Observations);
        Assert.NotEqual(Make(spec).Table.Anomaly, Make(spec with { Seed = 2 }).Table.Anomaly);
    }

    [Fact]
    public void Gross_errors_are_as_many_and_as_large_as_asked_and_change_no_other()
    {
        var spec = new PseudoObservationSpec { Errors = Sigma(0.5), Seed = 1 };
        var (clean, made) = (Make(spec), Make(spec with { GrossErrorFraction = 0.05, GrossErrorSize = 10 }));
        Assert.InRange(made.GrossErrors.Length, 70, 130);
        var changes = made.Table.Anomaly.Zip(clean.Table.Anomaly, (a, b) => Math.Abs(a - b)).ToArray();
        Assert.All(made.GrossErrors, row => Assert.Equal(5, changes[row], 1e-3));
        Assert.Equal(made.GrossErrors.Length, changes.Count(c => c > 0));
        Assert.InRange(made.GrossErrors.Count(row => made.Table.Anomaly[row] > clean.Table.Anomaly[row]), 25, 100);
    }

    [Fact]
    public void Places_among_missing_cells_are_rejected_and_change_no_other()
    {
        var spec = new PseudoObservationSpec { Errors = Sigma(0.5), Seed = 1 };
        var field = Field();
        Array.Fill(field, float.NaN, 0, 9 * Grid.Width);
        var (full, half) = (Make(spec), PseudoObservations.Make(field, Grid, ["ta"], Places, spec));
        Assert.All(half.Rejected, r => Assert.True(Places.Places[r.Index].Latitude > -5));
        Assert.Equal(2000, half.Table.Count + half.Rejected.Length);
        var south = (ObservationTable table) => table.Observations.Where(o => o.Latitude < -5);
        Assert.Equal(south(full.Table), south(half.Table));
    }

    [Fact]
    public void Each_variable_has_its_error_and_a_place_its_own()
    {
        var network = new Network([new(10, 20), new(30, 40) { Variable = "psl", Error = 7 }, new(50, 60) { Variable = "ua" }]);
        float[] field = [.. Enumerable.Repeat(1000f, Grid.Cells), .. Enumerable.Repeat(-1000f, Grid.Cells), .. Enumerable.Repeat(0f, Grid.Cells)];
        var spec = new PseudoObservationSpec { Errors = new Dictionary<string, double> { ["va"] = 2, ["psl"] = 100 }, Seed = 1 };
        var made = PseudoObservations.Make(field, Grid, ["psl", "va", "ua"], network, spec);
        Assert.Equal(["psl", "va", "psl"], made.Table.Variable);
        Assert.Equal([100, 2, 7], made.Table.Error);
        Assert.Equal(1000, made.Table.Anomaly[2], 50.0);
        Assert.Equal(-1000, made.Table.Anomaly[1], 20.0);
        Assert.Equal(new RejectedObservation(2, "no error is given for its variable 'ua'"), made.Rejected.Single());
    }

    [Fact]
    public void What_cannot_be_is_refused()
    {
        Assert.Equal("the error of 'ta' is 0; it must be above 0", Refused(new PseudoObservationSpec { Errors = Sigma(0), Seed = 1 }));
        Assert.Equal("there is no variable 't2m' to observe; the field has 'ta'", Refused(new PseudoObservationSpec { Errors = new Dictionary<string, double> { ["t2m"] = 1 }, Seed = 1 }));
        Assert.Equal("the fraction of gross errors is 2; it must be in 0…1", Refused(new PseudoObservationSpec { Errors = Sigma(1), Seed = 1, GrossErrorFraction = 2 }));
    }

    private static string Refused(PseudoObservationSpec spec) => Assert.Throws<InvalidInputException>(() => Make(spec)).Message;

    private static Dictionary<string, double> Sigma(double error) => new() { ["ta"] = error };

    private static PseudoObservations Make(PseudoObservationSpec spec) => PseudoObservations.Make(Field(), Grid, ["ta"], Places, spec);

    private static double[] Departures(PseudoObservations made) =>
        [.. made.Table.Anomaly.Zip(new ObservationOperator(Grid, ["ta"], made.Table).Apply(Field()), (y, x) => y - x)];

    private static float[] Field() =>
        [.. Grid.Latitudes.SelectMany(_ => Grid.Longitudes, (la, lo) => (float)(5 * Math.Sin(la / 10) * Math.Cos(lo / 30)))];
}
