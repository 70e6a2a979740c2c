namespace VaeDa.Cli.Tests.Python;

/// <summary>vaeda.py with the executable: a DataFrame in, a Dataset out; analyses, reanalyses and archives as xarray has them.</summary>
public sealed class PythonDoorTests : IDisposable
{
    private const string NotInstalled = "python3-xarray, python3-netcdf4, python3-dask and python3-pandas are not installed";

    private readonly TemporaryFolder _folder = new();

    public static bool IsInstalled { get; } = OperatingSystem.IsLinux() && DebianPython.Has("numpy", "pandas", "xarray", "netCDF4", "dask");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void It_lies_beside_the_executable() =>
        Assert.Equal(File.ReadAllText(Path.Combine(DebianPython.Door, "vaeda.py")), File.ReadAllText(Path.Combine(VaedaProcess.BuiltFolder, "vaeda.py")));

    [Fact(Skip = NotInstalled, SkipUnless = nameof(IsInstalled))]
    public void A_DataFrame_becomes_the_analysis_that_the_executable_makes_of_its_CSV()
    {
        var observations = Path.Combine(SharedData.RepositoryRoot, "data/observations/sparse.csv");
        var run = VaedaProcess.RunIn(_folder.Path, "assimilate", observations, "--members", "3", "--seed", "4", "--threads", "1", "--out", _folder.File("analysis"), "--no-pictures");
        Assert.True(run.ExitCode == 0, run.Error);
        Assert.Equal("True True 3 100 used", Python("""
            frame = pandas.read_csv(sys.argv[1])
            ours = vaeda.assimilate(frame, members=3, seed=4, threads=1)
            theirs = vaeda.open_analysis(sys.argv[2])
            print(bool(np.allclose(ours.ta_mean, theirs.ta_mean, atol=1e-5)), ours.ta_mean.attrs == theirs.ta_mean.attrs, ours.sizes["member"], ours.sizes["observation"], str(ours.observation_flag.values[0]))
            """, observations, _folder.File("analysis")));
    }

    [Fact(Skip = NotInstalled, SkipUnless = nameof(IsInstalled))]
    public void Observations_of_several_dates_become_a_Dataset_along_time()
    {
        Assert.Equal("2000-01-15 2000-01-16 2 True", Python("""
            frame = pandas.read_csv(sys.argv[1])
            frame["time"] = pandas.to_datetime("2000-01-15T12:00")
            later = frame.assign(time=pandas.to_datetime("2000-01-16T12:00"))
            found = vaeda.assimilate(pandas.concat([frame, later]), members=2, out=sys.argv[2], memory="none")
            kept = vaeda.open_reanalysis(sys.argv[2])
            print(*(str(day)[:10] for day in found.time.values), found.sizes["member"], bool((kept.ta_mean == found.ta_mean).all()))
            """, Path.Combine(SharedData.RepositoryRoot, "data/observations/sparse.csv"), _folder.File("kept")));
    }

    [Fact(Skip = NotInstalled, SkipUnless = nameof(IsInstalled))]
    public void Where_the_executable_fails_its_message_is_the_error() =>
        Assert.Equal("True", Python("""
            try:
                vaeda.assimilate(pandas.DataFrame({"lon": [1.0], "anomaly": [2.0]}))
            except RuntimeError as error:
                print("'lat'" in str(error))
            """));

    [Fact(Skip = NotInstalled, SkipUnless = nameof(IsInstalled))]
    public void An_archive_is_its_anomalies_along_time() =>
        Assert.Equal("1460 48 96", Python("""
            anomalies = vaeda.open_archive(sys.argv[1])
            print(*anomalies.ta.shape)
            """, Path.Combine(SharedData.RepositoryRoot, "data/sample")));

    private static string Python(string code, params string[] arguments)
    {
        var run = DebianPython.Run($"import sys\nimport numpy as np\nimport pandas\nimport vaeda\n{code}", arguments, VaedaProcess.BuiltFolder);
        Assert.True(run.ExitCode == 0, run.Error);
        return run.Output.TrimEnd();
    }
}
