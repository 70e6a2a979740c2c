using System.CommandLine;
using TorchSharp;
using VaeDa.Model;
using VaeDa.Observations;

namespace VaeDa.Benchmarks;

/// <summary>
/// What the benchmarks of assimilation run on: a model of each preset on a grid of full size, made of the bundled one
/// (<see cref="RefinedModel"/>, <see cref="SeedModel"/>), and observations at the 3,000 places of the bundled dense network.
/// </summary>
internal sealed class FullSize
{
    private readonly Option<string[]> _presets = new("--preset") { Description = "default, seed or both.", DefaultValueFactory = _ => ["default", "seed"], AllowMultipleArgumentsPerToken = true };
    private readonly Option<string?> _model = new("--model") { Description = "A model file in place of the presets, on its own grid.", HelpName = "FILE" };
    private readonly Option<int> _rows;
    private readonly Option<string> _work = new("--work") { Description = "Folder for the models that are made.", HelpName = "FOLDER", DefaultValueFactory = _ => Path.Combine(Path.GetTempPath(), "vaeda-benchmarks") };

    /// <param name="command">Gets the options.</param>
    /// <param name="rows">Of the grid, if the user does not say.</param>
    public FullSize(Command command, int rows = 720)
    {
        _rows = new("--rows") { Description = "Rows of the grid; columns are twice as many, less two where the poles are among the rows.", DefaultValueFactory = _ => rows };
        _presets.AcceptOnlyFromAmong("default", "seed");
        command.Options.Add(_presets);
        command.Options.Add(_model);
        command.Options.Add(_rows);
        command.Options.Add(_work);
    }

    public static ObservationTable Observations => ObservationFile.Read(Path.Combine(Machine.RepositoryRoot, "data", "observations", "dense.csv"));

    /// <summary>Presets, or the file that was given.</summary>
    public string[] Models(ParseResult parsed) => parsed.GetValue(_model) is { } file ? [file] : parsed.GetValue(_presets)!;

    public int Rows(ParseResult parsed) => parsed.GetValue(_rows);

    public string Work(ParseResult parsed) => Directory.CreateDirectory(parsed.GetValue(_work)!).FullName;

    /// <summary>A preset's model on a grid, or a file's on its own; the caller's to dispose.</summary>
    public static GenerativeModel Model(string preset, int rows, int? latents = null)
    {
        if (preset is not ("default" or "seed"))
        {
            return ModelFile.Load(preset, torch.CPU);
        }

        using var bundled = Bundled();
        var grid = RefinedModel.GlobalGrid(rows, rows % 2 == 0 ? 2 * rows : 2 * rows - 2);
        return preset == "seed" ? SeedModel.Of(bundled, grid, latents) : RefinedModel.Of(bundled, grid, latents);
    }

    public static GenerativeModel Bundled() => ModelFile.Load(Path.Combine(Machine.RepositoryRoot, "models", "speedy-ta.safetensors"), torch.CPU);
}
