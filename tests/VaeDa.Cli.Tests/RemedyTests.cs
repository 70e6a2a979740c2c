using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Cli.Tests;

/// <summary>The library knows no options and verbs; what the user reads names them all the same.</summary>
public sealed class RemedyTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_file_of_the_wrong_kind_is_refused_with_the_verb_that_makes_the_right_one()
    {
        Directory.CreateDirectory(_folder.File("empty"));
        var file = new SafetensorsFile();
        file.Add("x", [1f, 2f], 2);
        file.Write(_folder.File("tensors.safetensors"));
        File.WriteAllText(_folder.File("obs.csv"), "lat,lon,anomaly,error\n10,20,1,1\n");
        Refused("empty: no archive.json in this folder; 'vaeda prepare' makes an archive, with --anomalies of fields that are anomalies already", "train", "empty");
        Refused("tensors.safetensors: a safetensors file, but not a model; 'vaeda train' makes one", "assimilate", "obs.csv", "--model", "tensors.safetensors");
        Refused("speedy-ta.safetensors: a model, not a converter; 'vaeda convert SOURCE --onto TARGET' makes one", "convert", Path.Combine(SharedData.RepositoryRoot, "data/sample"), "--with", Path.Combine(SharedData.RepositoryRoot, "models/speedy-ta.safetensors"), "--out", "out.nc");
    }

    [Fact]
    public void A_setting_that_has_to_be_another_is_named_by_its_option()
    {
        using (var file = new ClassicNetcdfWriter(_folder.File("twice.nc")))
        {
            var time = file.AddRecordDimension("time");
            var times = file.AddTime(time);
            var grid = new Grid([45, -45], [0, 180]);
            var cells = file.AddGrid(grid);
            string[] names = ["ta", "ua"];
            var variables = names.Select(name => file.AddVariable(name, NetcdfType.Float32, [time, cells.Row, cells.Column], new NetcdfAttributes { ["units"] = "1" })).ToArray();
            for (var i = 0; i < 4; i++)
            {
                file.WriteSlice(times, i, CfCoordinates.HoursOf(new DateTime(2001, 1, 1).AddHours(6 * i)));
                Array.ForEach(variables, variable => file.WriteSlice<float>(variable, i, new float[grid.Cells]));
            }

            file.Complete();
        }

        Refused("twice.nc: there are 'ta', 'ua'; choose one (--variable)", "prepare", "twice.nc", "--out", "archive");
        Refused("'ta' comes every 6 hours: it has no field for a step of 3 hours (--step)", "prepare", "twice.nc", "--variable", "ta", "--step", "3h", "--out", "archive");
    }

    private void Refused(string ending, params string[] arguments)
    {
        var run = VaedaProcess.RunIn(_folder.Path, arguments);
        Assert.Equal((1, ""), (run.ExitCode, run.Output));
        Assert.EndsWith(ending, Assert.Single(run.Error.TrimEnd().Split('\n')));
    }
}
