using VaeDa.Archives;
using VaeDa.Archives.Sources;
using VaeDa.Cli.Commands.Assimilate;
using VaeDa.Cli.Commands.Validate;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Plotting.Contours;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;

namespace VaeDa.Cli.Commands.Plot;

/// <summary>The figures of an archive's or a file's fields.</summary>
internal sealed class FieldPlots(PlotOptions options)
{
    /// <param name="isRun">Whether all fields of the time are drawn, one after another, rather than the only one.</param>
    public IEnumerable<Figure> OfArchive(string folder, bool isRun)
    {
        using var archive = AnomalyArchive.Open(folder);
        var name = options.Variable ?? archive.Variables[0].Name;
        var v = archive.Variables.ToList().FindIndex(candidate => candidate.Name == name) is >= 0 and var found
            ? found
            : throw new InvalidInputException($"{options.Input}: there is no variable '{name}'; there {(archive.Variables.Count == 1 ? "is" : "are")} {string.Join(", ", archive.Variables.Select(x => $"'{x.Name}'"))}");
        if (options.Kind == PlotKind.Validation)
        {
            foreach (var figure in Validation(archive, v, isRun))
            {
                yield return figure;
            }

            yield break;
        }

        var (grid, variable) = (archive.Grid, archive.Variables[v]);
        var full = options.Kind == PlotKind.Contours ? FullField.Of(archive, v) : null;
        if (options.Kind == PlotKind.Contours && full is null)
        {
            PlotOptions.ReportAnomalies($"{options.Input} was made of anomalies and has no mean");
        }

        float[] Read(int index)
        {
            var anomaly = archive.Read(index)[(v * grid.Cells)..((v + 1) * grid.Cells)];
            return full is null ? anomaly : full.Add(anomaly, archive.Times[index]);
        }

        foreach (var figure in Draw(grid, full is null ? variable : variable with { Units = full.Units }, areAnomalies: full is null, archive.Description.Frequency, archive.Times, Read, isRun, ColourScale.ForAnomalies))
        {
            yield return figure;
        }
    }

    /// <param name="isRun">Whether all fields of the time are drawn, one after another, rather than the only one.</param>
    public IEnumerable<Figure> OfFile(bool isRun)
    {
        var sources = FieldSource.OpenAll([options.Input], options.Variable is { } name ? [name] : []);
        try
        {
            var source = sources[0];
            float[] Read(int index)
            {
                var values = new float[source.Grid.Cells]; // (H, W)
                source.Read(index, values);
                return values;
            }

            foreach (var figure in Draw(source.Grid, source.Variable, areAnomalies: false, FrequencyOf(source.Times), source.Times, Read, isRun, ColourScale.ForFields))
            {
                yield return figure;
            }
        }
        finally
        {
            foreach (var source in sources)
            {
                source.Dispose();
            }
        }
    }

    private IEnumerable<Figure> Draw(Grid grid, Variable variable, bool areAnomalies, Frequency? frequency, IReadOnlyList<DateTime> times, Func<int, float[]> read, bool isRun, Func<string, IEnumerable<float>, ColourScale> scaleFor)
    {
        var indices = Indices(times, isRun);
        // One scale, one interval for all: the values are read twice rather than kept.
        var all = indices.SelectMany(read);
        var scale = options.Range ?? scaleFor(variable.Units, all);
        var interval = options.Interval ?? ContourInterval.For(all, ContourInterval.Usual);
        foreach (var index in indices)
        {
            var date = AnalysisPicture.Date(times[index], frequency);
            yield return options.Kind == PlotKind.Contours
                ? new FieldContourFigure
                {
                    Grid = grid,
                    Variable = variable,
                    Date = date,
                    Units = variable.Units,
                    AreAnomalies = areAnomalies,
                    Field = read(index),
                    Interval = interval,
                    Smoothing = options.Smoothing,
                }
                : new FieldFigure(new FieldMap
                {
                    Grid = grid,
                    Values = read(index),
                    Title = $"{(areAnomalies ? VariableName.OfAnomaly(variable) : VariableName.Of(variable))}, {date}",
                    Units = variable.Units,
                    Scale = scale,
                });
        }
    }

    // A file does not say; months are told by their lengths.
    private static Frequency? FrequencyOf(IReadOnlyList<DateTime> times) =>
        times.Count < 2 ? null
        : times.Zip(times.Skip(1), (a, b) => (b - a).TotalDays).All(days => days is >= 28 and <= 31) ? Frequency.Monthly
        : null;

    private IEnumerable<Figure> Validation(AnomalyArchive archive, int variable, bool isRun)
    {
        var modelFile = BundledFiles.Find(options.Model, "models", ".safetensors");
        ValidateRun.RequireMatch(ModelFile.ReadCard(modelFile), archive);
        using var model = ModelFile.Load(modelFile);
        foreach (var index in Indices(archive.Times, isRun))
        {
            yield return Reconstruction.Of(model, archive.Read(index), archive.Times[index]).Figure(variable, options.Range);
        }
    }

    private IReadOnlyList<int> Indices(IReadOnlyList<DateTime> times, bool isRun)
    {
        if (times.Count == 0)
        {
            throw new InvalidInputException($"{options.Input}: there is no field in it");
        }

        try
        {
            return options.Time is not { } text ? isRun ? [.. Enumerable.Range(0, times.Count)] : [times.Count - 1]
                : isRun ? TimePeriod.Parse(text).IndicesIn(times) : [TimePeriod.Parse(text).IndexIn(times)];
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException($"{options.Input}: {e.Message}", e);
        }
    }
}
