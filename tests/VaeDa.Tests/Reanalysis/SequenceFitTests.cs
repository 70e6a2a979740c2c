using FsCheck;
using FsCheck.Xunit;
using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.CrossValidation;
using VaeDa.Files.Netcdf;
using VaeDa.Reanalysis;
using VaeDa.Reanalysis.Dates;
using static TorchSharp.torch;

namespace VaeDa.Tests.Reanalysis;

[Collection(nameof(OneThread))]
public sealed class SequenceFitTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly SyntheticStations _stations = SyntheticStations.Make(60, 24);

    public void Dispose()
    {
        _stations.Dispose();
        _folder.Dispose();
    }

    [Property]
    public void One_date_of_each_twentieth_is_fitted_to(PositiveInt more)
    {
        var count = 20 + more.Get;
        int[] dates = [.. SequenceFit.Dates(count)];
        Assert.Equal(20, dates.Length);
        Assert.All(dates.Index(), d => Assert.InRange(d.Item, d.Index * count / 20, ((d.Index + 1) * count - 1) / 20));
        Assert.Equal(dates.Order().Distinct(), dates);
    }

    [Fact]
    public void A_decade_of_months_is_fitted_to_in_all_seasons() => Assert.True(SequenceFit.Dates(120).Select(i => i % 12).Distinct().Count() >= 9);

    [Fact]
    public void Few_dates_are_all_fitted_to() => Assert.Equal([0, 1, 2], SequenceFit.Dates(3));

    [Fact]
    public void Each_date_has_what_its_analysis_with_the_fitted_covariances_would_have()
    {
        var fit = Fit("out");
        Assert.InRange(fit.ObservationError, 0.8 * SyntheticStations.ObservationError, 1.2 * SyntheticStations.ObservationError);
        Assert.Equal(24, Run("out", Shard.Whole)!.Done);

        var threads = get_num_threads();
        set_num_threads(1);
        using var model = _stations.Model.With(fit.Apply(_stations.Model.Prior, _stations.Model.ClimatologicalStandardDeviation));
        var alone = new Assimilator(model, new AssimilationOptions { Members = 4, DefaultErrors = new Dictionary<string, double> { ["x0"] = fit.ObservationError } }).Run(_stations.Dates[13]);
        set_num_threads(threads);
        using var file = NetcdfDataset.Open(_folder.File("out/1951.nc"));
        var cells = model.Grid.Cells;
        Assert.Equal(alone["x0"].Members[2], file.ReadAll(file.Find("x0")!).Skip((4 + 2) * cells).Take(cells).Select(x => (float)x));
    }

    [Fact]
    public void Shares_have_the_same_and_one_that_begins_later_reads_it()
    {
        Run("whole", Shard.Whole);
        Run("shared", new Shard(2, 2));
        // Of other observations another would be fitted.
        Assert.Equal(Fit("whole"), SequenceFit.Of(_folder.File("shared"), _stations.Model, new ObservationsInMemory([_stations.Dates[0]])));
        Run("shared", new Shard(1, 2));
        Assert.Equal(ManyDates.Contents(_folder.File("whole")), ManyDates.Contents(_folder.File("shared")));
    }

    [Fact]
    public void A_folder_that_was_begun_without_is_refused()
    {
        Run("out", new Shard(1, 2), isFitted: false);
        Assert.Contains("other settings (errors, stations)", Assert.Throws<InvalidInputException>(() => Run("out", Shard.Whole)).Message);
    }

    private StationParameters Fit(string folder) => SequenceFit.Of(_folder.File(folder), _stations.Model, new ObservationsInMemory(_stations.Dates), TestContext.Current.CancellationToken);

    private ReanalysisSummary? Run(string folder, Shard shard, bool isFitted = true) => new ReanalysisRun(_stations.Model, new ReanalysisOptions
    {
        Assimilation = new() { Members = 4, DefaultErrors = new Dictionary<string, double> { ["x0"] = 1 } },
        Stations = isFitted ? Fit(folder) : null,
        Step = Frequency.Monthly,
        Shard = shard,
    }).Run(_folder.File(folder), new ObservationsInMemory(_stations.Dates), new Dictionary<string, object?>());
}
