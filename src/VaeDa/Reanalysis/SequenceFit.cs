using System.Globalization;
using VaeDa.CrossValidation;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Reanalysis.Dates;
using static TorchSharp.torch;

namespace VaeDa.Reanalysis;

/// <summary>The covariances of real stations for all dates of a reanalysis, fitted once.</summary>
public static class SequenceFit
{
    private const double GoldenRatio = 0.618033988749895;

    // As many as a fit takes.
    private const int MostDates = 20;

    /// <summary>
    /// Fits the covariances to 20 dates, one in each twentieth of the sequence, early and late in it by turns so that no season is preferred; to all where
    /// there are no more. On one thread and to four digits: all shares of a reanalysis have the same.
    /// </summary>
    /// <param name="folder">Of the reanalysis; one that is begun has its covariances already, and they are read from there.</param>
    /// <param name="model">The model, of one variable; it is not disposed here.</param>
    /// <param name="observations">What is observed at each date.</param>
    /// <param name="cancellation">Stops the work early, with an <see cref="OperationCanceledException"/>.</param>
    /// <returns>The covariances, for <see cref="ReanalysisOptions.Stations"/>.</returns>
    /// <exception cref="InvalidInputException">They cannot be fitted: see <see cref="StationFit.Of"/>.</exception>
    public static StationParameters Of(string folder, GenerativeModel model, IObservationSequence observations, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(model);
        ArgumentNullException.ThrowIfNull(observations);
        if (new ReanalysisFolder(folder).ReadManifest()?.Stations is { } known)
        {
            return known;
        }

        var before = get_num_threads();
        set_num_threads(1);
        try
        {
            List<ObservationTable> dates = [.. Dates(observations.Times.Count).Select(i => observations.Read(i, 1)[0])];
            return Rounded(StationFit.Of(model, dates, _ => model.ClimatologicalStandardDeviation, cancellation: cancellation));
        }
        finally
        {
            set_num_threads(before);
        }
    }

    /// <summary>The numbers of the dates that are fitted to, ascending.</summary>
    internal static IEnumerable<int> Dates(int count)
    {
        var parts = Math.Min(count, MostDates);
        return Enumerable.Range(0, parts).Select(i =>
        {
            var (first, end) = ((int)((long)i * count / parts), (int)((i + 1L) * count / parts));
            return first + (int)(i * GoldenRatio % 1 * (end - first));
        });
    }

    private static StationParameters Rounded(StationParameters fit) => fit with
    {
        BackgroundScale = Digits(fit.BackgroundScale),
        ResidualScale = Digits(fit.ResidualScale),
        ResidualFloor = Digits(fit.ResidualFloor),
        Correlation = fit.Correlation with { Length = Digits(fit.Correlation.Length) },
        ObservationError = Digits(fit.ObservationError),
        NegativeLogLikelihood = Digits(fit.NegativeLogLikelihood),
    };

    private static double Digits(double value) => double.Parse(value.ToString("g4", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture);
}
