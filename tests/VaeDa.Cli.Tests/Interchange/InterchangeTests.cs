using System.Diagnostics;
using System.Text.Json;

namespace VaeDa.Cli.Tests.Interchange;

/// <summary>
/// Files of other programs, and ours in other programs: what <c>prepare</c> makes of fields are xarray's own anomalies of them, to the error
/// that it prints; what is written is read by xarray and CDO with the same values and without a warning. The comparison itself is in
/// Python, in <c>interchange.py</c>.
/// </summary>
public sealed class InterchangeTests(Weather weather, InterchangeTests.MadeFields made) : IClassFixture<InterchangeTests.MadeFields>, IDisposable
{
    internal const string Packages = "python3-xarray, python3-netcdf4, cdo and nco are not installed";

    private readonly TemporaryFolder _folder = new();

    public static bool IsInstalled { get; } = OperatingSystem.IsLinux() && Tool("-c", "import shutil, netCDF4, xarray; exit(not (shutil.which('cdo') and shutil.which('ncpdq')))").ExitCode == 0;

    public void Dispose() => _folder.Dispose();

    [Theory(Skip = Packages, SkipUnless = nameof(IsInstalled))]
    [InlineData("xarray.nc", 15)]
    [InlineData("xarray.nc", 0)]
    [InlineData("cdo.nc", 0)]
    [InlineData("nco.nc", 15)]
    public void Anomalies_of_fields_that_xarray_CDO_and_NCO_wrote_are_those_of_xarray(string file, int smoothDays) =>
        AssertAnomalies(Path.Combine(made.Folder, file), "1998-2001", smoothDays, isMonthly: file == "cdo.nc");

    [Theory(Explicit = true, Skip = Packages, SkipUnless = nameof(IsInstalled)), Trait("Set", "CI")]
    [InlineData("ncep/slp_daily_natlantic_2001-2010.nc", "2001-2010", 15)]
    [InlineData("gistemp/gistemp_v4_2deg_monthly_1880-2025.nc", "1880-2025", 0)]
    [InlineData("era-interim/t850_daily_westeurope_2000-2010.nc", "2000-2010", 31)]
    [InlineData("era-interim/mslp_daily_westeurope_2000-2010.nc", "2000-2010", 15)]
    public void Anomalies_of_real_fields_are_those_of_xarray(string file, string years, int smoothDays) =>
        AssertAnomalies(SharedData.File(file), years, smoothDays, isMonthly: smoothDays == 0);

    [Fact(Skip = Packages, SkipUnless = nameof(IsInstalled))]
    public void Archives_analyses_and_random_fields_are_read_by_xarray_and_CDO_without_a_warning()
    {
        var analysis = _folder.File("analysis");
        Done(VaedaProcess.RunIn(_folder.Path, "assimilate", weather.Observations, "--model", weather.Model, "--members", "5", "--threads", "1", "--out", analysis));
        Done(VaedaProcess.RunIn(_folder.Path, "sample", weather.Model, "--count", "3", "--threads", "1", "--out", _folder.File("sample.nc")));
        string[] archive = [.. Directory.GetFiles(weather.Archive, "*.nc").Order(StringComparer.Ordinal)];
        string[] files = [.. archive, Path.Combine(analysis, "analysis.nc"), _folder.File("sample.nc")];
        var read = Done(Tool([Script, "outputs", .. files]));
        Assert.Equal(files.Length, read.TrimEnd().Split('\n').Length);
        Assert.Contains("_analysis", read);
    }

    internal static string Script => Path.Combine(SharedData.RepositoryRoot, "tests/VaeDa.Cli.Tests/Interchange/interchange.py");

    private void AssertAnomalies(string fields, string years, int smoothDays, bool isMonthly)
    {
        var archive = _folder.File("archive");
        string[] smoothing = isMonthly ? [] : ["--smooth-days", $"{smoothDays}"];
        Done(VaedaProcess.RunIn(_folder.Path, ["prepare", fields, "--out", archive, "--climatology", years, .. smoothing]));
        var found = JsonDocument.Parse(Done(Tool(Script, "anomalies", fields, archive, $"{smoothDays}"))).RootElement;
        double Number(string name) => found.GetProperty(name).GetDouble();
        Assert.InRange(Number("worst"), 0, Number("packingError"));
        Assert.InRange(Number("packingError"), 0, 1e-3 * Number("deviation"));
        Assert.True(Number("fields") > 40);
    }

    internal static string Done(VaedaProcess run)
    {
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Output;
    }

    // Debian's own, which has the packages, whatever other Python there may be.
    internal static VaedaProcess Tool(params string[] arguments)
    {
        if (!File.Exists("/usr/bin/python3"))
        {
            return new VaedaProcess(1, "", "no Python");
        }

        var start = new ProcessStartInfo("/usr/bin/python3", arguments) { RedirectStandardOutput = true, RedirectStandardError = true };
        using var process = Process.Start(start)!;
        var error = process.StandardError.ReadToEndAsync();
        var output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return new VaedaProcess(process.ExitCode, output, error.Result);
    }

    /// <summary>Fields of the bundled sample, as the three programs write them.</summary>
    public sealed class MadeFields : IDisposable
    {
        private readonly TemporaryFolder _folder = new();
        private readonly Lazy<string> _made;

        public MadeFields() => _made = new(() =>
        {
            Done(Tool(Script, "make", Path.Combine(SharedData.RepositoryRoot, "data/sample"), _folder.Path));
            return _folder.Path;
        });

        public string Folder => _made.Value;

        public void Dispose() => _folder.Dispose();
    }
}
