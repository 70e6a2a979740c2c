using System.CommandLine;
using System.Text.Json;
using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Plotting;

namespace VaeDa.Cli.Commands;

/// <summary>The work of <c>vaeda plot</c>.</summary>
internal sealed class PlotRun(PlotCommand command, ParseResult parsed)
{
    private const string Kinds = "'vaeda plot' draws analyses, archives, files of fields (netCDF, or tensors with their .json) and the .history.parquet of a training run";

    private readonly string _input = parsed.GetValue(command.Input)!;

    public int Execute()
    {
        var (picture, draw) = Recognise();
        picture = parsed.GetValue(command.Out) ?? picture;
        draw(picture);
        Console.WriteLine(parsed.GetValue(command.Json) ? JsonSerializer.Serialize(new { picture }) : picture);
        return ExitCode.Done;
    }

    /// <summary>Where the picture goes if nobody says so, and what draws it.</summary>
    private (string Picture, Action<string> Draw) Recognise()
    {
        if (File.Exists(_input))
        {
            return Path.GetFileName(_input) == AnalysisFiles.Fields ? OfAnalysis(Path.GetDirectoryName(_input)!)
                : Path.GetExtension(_input).Equals(".parquet", StringComparison.OrdinalIgnoreCase) ? (Path.ChangeExtension(_input, ".plot.png"), DrawTraining)
                : IsFieldFile() ? (Path.ChangeExtension(_input, ".png"), DrawFile)
                : throw new InvalidInputException($"{_input}: {Kinds}");
        }

        if (!Directory.Exists(_input) && Path.HasExtension(_input))
        {
            throw new InvalidInputException($"{_input}: there is no such file or folder");
        }

        var folder = BundledFiles.Find(_input, "data");
        return File.Exists(Path.Combine(folder, AnalysisFiles.Fields)) ? OfAnalysis(folder)
            : File.Exists(Path.Combine(folder, ArchiveDescription.FileName)) ? ("plot.png", picture => DrawArchive(folder, picture))
            : throw new InvalidInputException($"{_input}: neither an analysis ({AnalysisFiles.Fields}) nor an archive ({ArchiveDescription.FileName}) is in this folder");
    }

    // A model is a tensor file too, but no JSON describes its grid.
    private bool IsFieldFile() => Path.GetExtension(_input).ToLowerInvariant() switch
    {
        ".nc" or ".nc4" or ".cdf" => true,
        ".npy" or ".safetensors" => File.Exists(Path.ChangeExtension(_input, ".json")),
        _ => false,
    };

    private (string Picture, Action<string> Draw) OfAnalysis(string folder)
    {
        var variable = parsed.GetValue(command.Variable);
        var name = variable is null ? AnalysisFiles.Picture : Path.ChangeExtension(AnalysisFiles.Picture, $".{variable}.png");
        return (Path.Combine(folder, name), Draw);

        void Draw(string picture)
        {
            Refuse("an analysis", command.Time);
            if (parsed.GetValue(command.Besides) is { Length: > 0 } besides)
            {
                List<AnalysisView> views = [.. besides.Prepend(folder).Select(AnalysisView.Read)];
                if (views.Exists(v => v.Time != views[0].Time))
                {
                    Refuse("analyses of several times", command.Truth);
                }

                AnalysisPicture.DrawBesides(picture, views, variable ?? views[0].Variables[0].Name, TruthOf(views[0]), parsed.GetValue(command.Range));
                return;
            }

            var view = AnalysisView.Read(folder);
            AnalysisPicture.Draw(picture, view, variable ?? view.Variables[0].Name, TruthOf(view), parsed.GetValue(command.Range));
        }

        float[]? TruthOf(AnalysisView view) => Truth.Of(parsed.GetValue(command.Truth), view.Time, view.Grid, view.Variables)?.Field;
    }

    private void DrawArchive(string folder, string picture)
    {
        Refuse("an archive", command.Truth);
        RefuseBesides("an archive");
        using var archive = AnomalyArchive.Open(folder);
        var name = parsed.GetValue(command.Variable) ?? archive.Variables[0].Name;
        var variable = archive.Variables.FirstOrDefault(v => v.Name == name)
            ?? throw new InvalidInputException($"{_input}: there is no variable '{name}'; there {(archive.Variables.Count == 1 ? "is" : "are")} {string.Join(", ", archive.Variables.Select(v => $"'{v.Name}'"))}");
        var index = IndexIn(archive.Times);
        var values = archive.Read(index).AsSpan(archive.Variables.ToList().IndexOf(variable) * archive.Grid.Cells, archive.Grid.Cells).ToArray();
        DrawField(picture, archive.Grid, variable, $"{variable.LongName ?? variable.Name} anomaly", archive.Times[index], values, ColourScale.ForAnomalies(variable.Units, values));
    }

    private void DrawFile(string picture)
    {
        Refuse("a file of fields", command.Truth);
        RefuseBesides("a file of fields");
        var sources = FieldSource.OpenAll([_input], parsed.GetValue(command.Variable) is { } name ? [name] : []);
        try
        {
            var (source, variable) = (sources[0], sources[0].Variable);
            var index = IndexIn(source.Times);
            var values = new float[source.Grid.Cells]; // (H, W)
            source.Read(index, values);
            DrawField(picture, source.Grid, variable, variable.LongName ?? variable.Name, source.Times[index], values, ColourScale.ForFields(variable.Units, values));
        }
        finally
        {
            foreach (var source in sources)
            {
                source.Dispose();
            }
        }
    }

    private void DrawField(string picture, Grid grid, Variable variable, string title, DateTime time, float[] values, ColourScale scale) => new FieldFigure(new FieldMap
    {
        Grid = grid,
        Values = values,
        Title = $"{title}, {AnalysisPicture.Date(time)}",
        Units = variable.Units,
        Scale = parsed.GetValue(command.Range) ?? scale,
    }).Save(picture);

    private void DrawTraining(string picture)
    {
        Refuse("a training run", command.Time, command.Variable, command.Truth, command.Range);
        RefuseBesides("a training run");
        var frame = DataFrameFile.Read(_input);
        int[] epochs = [.. Column<int>("epoch").Select(epoch => epoch ?? throw new InvalidInputException($"{_input}: a row has no epoch"))];
        double[] Numbers(string name) => [.. Column<double>(name).Select(value => value ?? double.NaN)];
        var validation = Numbers("validation_loss");
        var validated = epochs.Zip(validation).Where(pair => double.IsFinite(pair.Second)).ToList();
        new TrainingFigure
        {
            Epochs = epochs,
            TrainingLoss = Numbers("training_loss"),
            ValidationLoss = validation,
            ReconstructionRmse = Numbers("validation_error"),
            Units = "normalised units",
            BestEpoch = validated.Count > 0 ? validated.MinBy(pair => pair.Second).First : throw new InvalidInputException($"{_input}: no epoch has a validation loss"),
        }.Save(picture);

        IEnumerable<T?> Column<T>(string name)
            where T : unmanaged => frame.Columns.IndexOf(name) is >= 0 and var i && frame.Columns[i] is Microsoft.Data.Analysis.PrimitiveDataFrameColumn<T> column
                ? column
                : throw new InvalidInputException($"{_input}: not the history of a training run: it has no column '{name}' of {typeof(T).Name}; its columns are {string.Join(", ", frame.Columns.Select(c => $"'{c.Name}'"))}");
    }

    private int IndexIn(IReadOnlyList<DateTime> times)
    {
        if (parsed.GetValue(command.Time) is not { } time)
        {
            return times.Count > 0 ? times.Count - 1 : throw new InvalidInputException($"{_input}: there is no field in it");
        }

        try
        {
            return TimePeriod.Parse(time).IndexIn(times);
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException($"{_input}: {e.Message}", e);
        }
    }

    private void RefuseBesides(string kind)
    {
        if (parsed.GetValue(command.Besides) is { Length: > 0 })
        {
            throw new InvalidInputException($"{_input}: only analyses are drawn side by side, and this is {kind}");
        }
    }

    private void Refuse(string kind, params Option[] options)
    {
        if (Array.Find(options, option => parsed.GetResult(option) is { Implicit: false }) is { } given)
        {
            throw new InvalidInputException($"{_input}: {given.Name} has no meaning for {kind}");
        }
    }
}
