using System.Text.Json.Nodes;
using VaeDa.Assimilation;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Tests.Results;

/// <summary>A folder of an analysis as version 0.1 wrote it: a scalar time, NaN for missing values, and nothing of the variables in <c>analysis.json</c>.</summary>
internal static class EarlierVersion
{
    public static void Rewrite(string folder, Analysis analysis)
    {
        using (var file = new ClassicNetcdfWriter(Path.Combine(folder, "analysis.nc")))
        {
            var time = file.AddVariable("time", NetcdfType.Float64, [], new NetcdfAttributes { ["units"] = CfCoordinates.TimeUnits, ["calendar"] = "standard" });
            var member = analysis.Members.Count == 0 ? null : file.AddCoordinate("member", [.. Enumerable.Range(1, analysis.Members.Count).Select(i => (double)i)], []);
            var cells = file.AddGrid(analysis.Grid);
            var writes = new List<Action>();
            for (var v = 0; v < analysis.Variables.Count; v++)
            {
                var (variable, at) = (analysis.Variables[v], v * analysis.Grid.Cells);
                float[] Of(float[] field) => field[at..(at + analysis.Grid.Cells)];
                void Add(string name, string what, IEnumerable<float> values, params IEnumerable<NetcdfDimension> before)
                {
                    var stored = file.AddVariable(name, NetcdfType.Float32, [.. before, cells.Row, cells.Column], new NetcdfAttributes
                    {
                        ["long_name"] = $"{what}{variable.LongName ?? variable.Name}",
                        ["units"] = variable.Units,
                        ["_FillValue"] = float.NaN,
                        ["coordinates"] = "time",
                    });
                    writes.Add(() => file.Write(stored, [.. values]));
                }

                Add($"{variable.Name}_analysis", "most probable anomaly of ", Of(analysis.MostProbable));
                if (member is not null)
                {
                    Add($"{variable.Name}_mean", "ensemble mean anomaly of ", Of(analysis.Mean));
                    Add($"{variable.Name}_spread", "ensemble standard deviation of ", Of(analysis.Spread));
                    Add(variable.Name, "anomaly of ", analysis.Members.SelectMany(Of), member);
                }

                Add($"{variable.Name}_climatological_standard_deviation", "climatological standard deviation of ", Of(analysis.ClimatologicalStandardDeviation));
            }

            file.Write(time, [CfCoordinates.HoursOf(analysis.Time!.Value)]);
            writes.ForEach(write => write());
            file.Complete();
        }

        var description = Path.Combine(folder, "analysis.json");
        var json = JsonNode.Parse(File.ReadAllText(description))!.AsObject();
        Assert.True(json.Remove("variables"));
        Assert.True(json.Remove("id"));
        json.Remove("frequency");
        json.Remove("climatology");
        File.WriteAllText(description, json.ToJsonString());
    }
}
