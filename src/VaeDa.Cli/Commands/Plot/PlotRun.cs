using System.CommandLine;
using VaeDa.Archives;
using VaeDa.Files.Outputs;
using VaeDa.Files;
using VaeDa.Plotting.Animations;
using VaeDa.Plotting.Figures;
using VaeDa.Reanalysis;
using VaeDa.Results;

namespace VaeDa.Cli.Commands.Plot;

/// <summary>The work of <c>vaeda plot</c>.</summary>
internal sealed class PlotRun(PlotCommand command, ParseResult parsed)
{
    private const string Kinds = "'vaeda plot' draws analyses, reanalyses, archives, files of fields (netCDF, or tensors with their .json) and the .history.parquet of a training run";

    private readonly string _input = parsed.GetValue(command.Input)!;
    private readonly PlotOptions _options = new(command, parsed);

    public int Execute(CancellationToken cancellation)
    {
        var source = Recognise();
        var width = parsed.GetValue(command.Width);
        if (parsed.GetValue(command.Animate) is { } animation)
        {
            var frames = source.Frames ?? throw new InvalidInputException($"{_input}: {command.Animate.Name} has no meaning for a training run");
            OutputCheck.OfFiles([animation], Read());
            var count = Animation.Save(animation, frames().TakeWhile(_ => !Cancelled(cancellation)).Select(Styled), width ?? PlotCommand.AnimationWidth, parsed.GetValue(command.FrameRate));
            Console.WriteLine(parsed.GetValue(command.Json) ? JsonText.Write(new { picture = animation, frames = count }) : FormattableString.Invariant($"{animation}: {count} frames, {new FileInfo(animation).Length / 1000.0:f0} kB"));
            return ExitCode.Done;
        }

        var picture = parsed.GetValue(command.Out) ?? source.Picture;
        OutputCheck.OfFiles([picture], Read());
        Styled(source.Figure()).Save(picture, width, parsed.GetValue(command.Colours));
        var score = source.Score?.Invoke();
        if (parsed.GetValue(command.Json))
        {
            Console.WriteLine(score is null ? JsonText.Write(new { picture }) : JsonText.Write(new { picture, score }));
            return ExitCode.Done;
        }

        if (score is not null)
        {
            Console.WriteLine(ReanalysisPlots.Describe(score));
        }

        Console.WriteLine(picture);
        return ExitCode.Done;
    }

    private Figure Styled(Figure figure)
    {
        figure.Style = _options.Style;
        return figure;
    }

    private static bool Cancelled(CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        return false;
    }

    /// <summary>What the picture is drawn of. A folder's own pictures are written over, and of its other files none.</summary>
    private IEnumerable<string> Read() => ((string?[])[_input, .. parsed.GetValue(command.Besides)!, _options.Truth, _options.Climatology]).OfType<string>()
        .SelectMany(named => Directory.Exists(named) ? Directory.GetFiles(named).Where(file => !Figure.Extensions.Contains(Path.GetExtension(file))) : [named]);

    private PlotSource Recognise()
    {
        if (File.Exists(_input))
        {
            return Path.GetFileName(_input) == AnalysisFiles.Fields ? OfAnalyses(Path.GetDirectoryName(_input)!)
                : Path.GetExtension(_input).Equals(".parquet", StringComparison.OrdinalIgnoreCase) ? OfTraining()
                : IsFieldFile() ? OfFile()
                : throw new InvalidInputException($"{_input}: {Kinds}");
        }

        if (!Directory.Exists(_input) && Path.HasExtension(_input))
        {
            throw new InvalidInputException($"{_input}: there is no such file or folder");
        }

        var folder = BundledFiles.Find(_input, "data");
        return File.Exists(Path.Combine(folder, AnalysisFiles.Fields)) ? OfAnalyses(folder)
            : File.Exists(Path.Combine(folder, ArchiveDescription.FileName)) ? OfArchive(folder)
            : ReanalysisResults.IsOne(folder) ? OfReanalysis(folder)
            : throw new InvalidInputException($"{_input}: neither an analysis ({AnalysisFiles.Fields}), a reanalysis nor an archive ({ArchiveDescription.FileName}) is in this folder");
    }

    // A model is a tensor file too, but no JSON describes its grid.
    private bool IsFieldFile() => Path.GetExtension(_input).ToLowerInvariant() switch
    {
        ".nc" or ".nc4" or ".cdf" => true,
        ".npy" or ".safetensors" => File.Exists(Path.ChangeExtension(_input, ".json")),
        _ => false,
    };

    private PlotSource OfAnalyses(string folder)
    {
        _options.RequireKind(PlotKind.Map, PlotKind.Contours, PlotKind.Spaghetti);
        _options.Refuse("an analysis", command.Series, command.Time);
        var plots = new AnalysisPlots(_options, [folder, .. parsed.GetValue(command.Besides)!]);
        return new PlotSource(Path.Combine(folder, plots.PictureName), plots.Figure, plots.Frames);
    }

    private PlotSource OfReanalysis(string folder)
    {
        _options.RequireKind(PlotKind.Map);
        _options.Refuse("a reanalysis", command.Climatology);
        RefuseBesides("a reanalysis");
        if (_options.Series is not null)
        {
            _options.Refuse("a series", command.Range, command.Animate);
        }

        var plots = new ReanalysisPlots(_options, ReanalysisResults.Open(folder));
        return new PlotSource(Path.Combine(folder, plots.PictureName), plots.Figure, plots.Frames, () => plots.Score);
    }

    private PlotSource OfArchive(string folder)
    {
        _options.RequireKind(PlotKind.Map, PlotKind.Contours, PlotKind.Validation);
        _options.Refuse("an archive", command.Series, command.Truth, command.Climatology);
        RefuseBesides("an archive");
        var plots = new FieldPlots(_options);
        return new PlotSource("plot.png", () => plots.OfArchive(folder, isRun: false).Single(), () => plots.OfArchive(folder, isRun: true));
    }

    private PlotSource OfFile()
    {
        _options.RequireKind(PlotKind.Map, PlotKind.Contours);
        _options.Refuse("a file of fields", command.Series, command.Truth, command.Climatology);
        RefuseBesides("a file of fields");
        var plots = new FieldPlots(_options);
        return new PlotSource(Path.ChangeExtension(_input, ".png"), () => plots.OfFile(isRun: false).Single(), () => plots.OfFile(isRun: true));
    }

    private PlotSource OfTraining()
    {
        _options.Refuse("a training run", command.Series, command.Kind, command.Time, command.Variable, command.Truth, command.Climatology, command.Range);
        RefuseBesides("a training run");
        return new PlotSource(Path.ChangeExtension(_input, ".plot.png"), () => TrainingPlot.Of(_input));
    }

    private void RefuseBesides(string kind)
    {
        if (parsed.GetValue(command.Besides) is { Length: > 0 })
        {
            throw new InvalidInputException($"{_input}: only analyses are drawn side by side, and this is {kind}");
        }
    }
}
