using VaeDa.Cli.Tests;

[assembly: AssemblyFixture(typeof(Weather))]

namespace VaeDa.Cli.Tests;

/// <summary>
/// What the verbs that compute need, made once for all tests, on first use, by the executable itself: small archives,
/// models and observations in one folder. Tests must leave these files as they are.
/// </summary>
public sealed class Weather : IDisposable
{
    /// <summary>A day of the archive's test part.</summary>
    public const string Day = "2002-12-10";

    private readonly TemporaryFolder _folder = new();
    private readonly Lazy<string> _archive;
    private readonly Lazy<string> _model;
    private readonly Lazy<string> _observations;
    private readonly Lazy<string> _region;
    private readonly Lazy<string> _regionModel;

    public Weather()
    {
        _archive = new(() => Prepare("globe", WeatherFile.Globe));
        _model = new(() => Make("model.safetensors", path => ["train", Archive, .. TrainingOptions, "--out", path]));
        _observations = new(() => Make("obs.csv", path => ["observe", Archive, "--time", Day, "--network", "sparse", "--seed", "1", "--out", path]));
        _region = new(() => Prepare("region", WeatherFile.Region));
        _regionModel = new(() => Make("region.safetensors", path => ["train", _region.Value, "--preset", "seed", "--latent", "4", "--epochs", "1", "--threads", "1", "--out", path]));
    }

    /// <summary>How <see cref="Model"/> is trained.</summary>
    public static IReadOnlyList<string> TrainingOptions => ["--latent", "8", "--epochs", "3", "--batch-size", "64", "--threads", "1"];

    /// <summary>On <see cref="WeatherFile.Globe"/>.</summary>
    public string Archive => _archive.Value;

    /// <summary>Of <see cref="Archive"/>, preset default.</summary>
    public string Model => _model.Value;

    /// <summary>Of <see cref="Archive"/> on <see cref="Day"/>, on the bundled sparse network.</summary>
    public string Observations => _observations.Value;

    /// <summary>On <see cref="WeatherFile.Region"/>.</summary>
    public string RegionArchive => _region.Value;

    /// <summary>Of <see cref="RegionArchive"/>, preset seed.</summary>
    public string RegionModel => _regionModel.Value;

    public void Dispose() => _folder.Dispose();

    private string Prepare(string name, VaeDa.Fields.Grids.Grid grid)
    {
        WeatherFile.Write(_folder.File($"{name}.nc"), grid);
        return Make(name, path => ["prepare", _folder.File($"{name}.nc"), "--out", path]);
    }

    private string Make(string name, Func<string, string[]> command)
    {
        var path = _folder.File(name);
        var run = VaedaProcess.RunIn(_folder.Path, command(path));
        return run.ExitCode == 0 ? path : throw new InvalidOperationException($"{name} could not be made: {run.Error}");
    }
}
