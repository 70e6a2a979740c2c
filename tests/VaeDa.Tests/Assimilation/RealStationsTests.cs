using VaeDa.Archives;
using VaeDa.Archives.Preparation;
using VaeDa.CrossValidation;
using VaeDa.Fields;
using VaeDa.Fields.Climatologies;
using VaeDa.Model;
using VaeDa.Model.Linear;
using VaeDa.Model.Prior;
using VaeDa.Observations;
using VaeDa.Verification.Stations;
using static TorchSharp.torch;

namespace VaeDa.Tests.Assimilation;

/// <summary>Monthly station anomalies of 1900, and EOFs of gridded months from 1960 on.</summary>
public sealed class RealStationsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact(Explicit = true), Trait("Set", "CI")]
    public void Withheld_stations_of_1900_are_predicted_and_covered_by_what_the_others_departures_say()
    {
        var cancellation = TestContext.Current.CancellationToken;
        var months = ObservationFile.Read(SharedData.File("stations/station-anomalies-1900.csv")).ByTime();
        ArchivePreparation.Run(
            new PreparationOptions
            {
                Inputs = [SharedData.File("gistemp/gistemp_v4_2deg_monthly_1880-2025.nc")],
                Output = _folder.File("gistemp"),
                AreAnomalies = true,
                TrainingYears = YearSet.Parse("1960-2025"),
                ValidationYears = YearSet.Parse("1995"),
                TestYears = YearSet.Parse("2000"),
                Command = "test",
            },
            null,
            cancellation);
        using var archive = AnomalyArchive.Open(_folder.File("gistemp"));
        var (training, validation) = (archive.Part(SplitPart.Training), archive.Part(SplitPart.Validation));
        Assert.Equal((66 - 2) * 12 - 6, training.Count);
        var normalisation = new Normalisation { Scale = [1], Offset = [0] };
        var eof = new EofAutoencoder(EofBasis.Of(training, normalisation, 10, cancellation), archive.Grid, 1);
        using var model = new GenerativeModel(eof, archive.Grid, archive.Variables, normalisation, PriorEstimator.Of(eof, training, validation, normalisation, CPU, patterns: false, cancellation), archive.MeanClimatologicalStandardDeviation(), CPU);

        float[] Deviation(DateTime? time)
        {
            var field = new float[archive.Grid.Cells];
            archive.ReadClimatologicalStandardDeviation(time!.Value, field);
            return field;
        }

        var held = months.Select(month => WithheldStations.Of(month, 10)).ToList();
        var used = months.Zip(held, (month, withheld) => month.Select(Enumerable.Range(0, month.Count).Where(row => !withheld[row]))).ToList();
        var fit = StationFit.Of(model, [used[0], used[6]], Deviation, cancellation: cancellation);
        // A station of 1900 is some half a kelvin from its neighbourhood, and shares the rest over a thousand kilometres.
        Assert.InRange(fit.ObservationError, 0.3, 0.9);
        Assert.InRange(fit.Correlation.Length, 300, 4000);

        using var fitted = model.With(fit.Apply(model.Prior, Deviation(months[6].Time[0])));
        var error = new Dictionary<string, double> { [model.Variables[0].Name] = fit.ObservationError };
        var (score, climatology) = (new PredictionScore(), new PredictionScore());
        foreach (var p in LeaveOneOut.Of(fitted, months[6], held[6], error, cancellation: cancellation).Predictions.Where(p => p.Use == PointUse.Withheld))
        {
            score.Add(months[6].Anomaly[p.Row] - p.Anomaly, p.Spread);
            climatology.Add(months[6].Anomaly[p.Row], 1);
        }

        Assert.InRange(score.Count, 80, 200);
        Assert.InRange(score.Rmse, 0.3, 0.85 * climatology.Rmse);
        Assert.InRange(score.Coverage90, 0.8, 0.99);
    }
}
