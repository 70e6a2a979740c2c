using System.Text.Json;
using Microsoft.Data.Analysis;
using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Files;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Results;

/// <summary>One folder that <see cref="AnalysisFiles.Write"/> wrote.</summary>
internal sealed class AnalysisReader(string folder)
{
    private const string Deviation = AnalysisFiles.ClimatologicalStandardDeviation;

    private readonly string _path = Path.Combine(folder, AnalysisFiles.Fields);

    public Analysis Read()
    {
        using var file = NetcdfDataset.Open(_path);
        string[] names = [.. file.Variables.Where(v => v.Name.EndsWith(Deviation, StringComparison.Ordinal)).Select(v => v.Name[..^Deviation.Length])];
        if (names.Length == 0)
        {
            throw new InvalidInputException($"{_path}: not an analysis: it has no variable whose name ends in {Deviation}");
        }

        var grid = file.ReadGrid(Find(file, names[0] + Deviation));
        var count = (int)(file.Find("member")?.Elements ?? 0);
        if (count > 0)
        {
            Array.ForEach(names, name => RequireShape(Find(file, name), count, grid.Height, grid.Width));
        }

        var mostProbable = Field(AnalysisFiles.MostProbable);
        var description = Description();
        return new Analysis
        {
            Time = file.Find("time") is { } time ? CfTimeUnits.Parse(time.Attributes.Text("units") ?? "", time.Attributes.Text("calendar")).Decode(file.ReadAll(time)[0]) : null,
            Grid = grid,
            Variables = [.. names.Select(name => description.Variables?.FirstOrDefault(v => v.Name == name) ?? VariableOf(name, Find(file, name + AnalysisFiles.MostProbable).Attributes))],
            Frequency = description.Frequency,
            Climatology = description.Climatology,
            MostProbable = mostProbable,
            Members = new MembersInFile(_path, names, grid, count),
            Mean = count > 0 ? Field(AnalysisFiles.Mean) : mostProbable,
            Spread = count > 0 ? Field(AnalysisFiles.Spread) : [.. Enumerable.Repeat(float.NaN, mostProbable.Length)],
            ClimatologicalStandardDeviation = Field(Deviation),
            Latent = description.Latent,
            Observations = Observations(),
            Diagnostics = description.Diagnostics,
        };

        // (V, H, W)
        float[] Field(string ending)
        {
            var values = new float[names.Length * grid.Cells];
            for (var v = 0; v < names.Length; v++)
            {
                var variable = Find(file, names[v] + ending);
                RequireShape(variable, grid.Height, grid.Width);
                file.Read(variable, new long[variable.Dimensions.Count], [.. variable.Dimensions.Select(d => d.Length)], values.AsSpan(v * grid.Cells, grid.Cells));
            }

            return values;
        }
    }

    public AnalysisDescription Description()
    {
        var path = Path.Combine(folder, AnalysisFiles.Description);
        try
        {
            return JsonText.Read<AnalysisDescription>(File.ReadAllText(path));
        }
        catch (Exception e) when (e is FileNotFoundException or JsonException)
        {
            throw new InvalidInputException(e is JsonException ? $"{path}: not of an analysis ({e.Message.ReplaceLineEndings(" ")})" : $"{path}: no such file", e);
        }
    }

    private DataFrame Observations()
    {
        var path = Path.Combine(folder, AnalysisFiles.Observations);
        var frame = DataFrameFile.Read(path);
        foreach (var (column, type) in new[] { ("lat", typeof(double)), ("lon", typeof(double)), ("flag", typeof(string)) })
        {
            if (frame.Columns.IndexOf(column) < 0 || frame[column].DataType != type)
            {
                throw new InvalidInputException($"{path}: not of an analysis: it has no column '{column}' of {type.Name}");
            }
        }

        return frame;
    }

    private NetcdfVariable Find(NetcdfDataset file, string name) =>
        file.Find(name) ?? throw new InvalidInputException($"{_path}: not a whole analysis: it has no variable '{name}'");

    /// <param name="variable">Along a time of one step, or in folders of earlier versions without time.</param>
    /// <param name="shape">Without time.</param>
    private void RequireShape(NetcdfVariable variable, params IReadOnlyList<long> shape)
    {
        var lengths = variable.Dimensions.Select(d => d.Length).ToList();
        if (!lengths.SequenceEqual(shape) && !lengths.SequenceEqual([1, .. shape]))
        {
            throw new InvalidInputException($"{_path}: variable '{variable.Name}' is not on the grid of the others");
        }
    }

    private static Variable VariableOf(string name, NetcdfAttributes attributes) => new()
    {
        Name = name,
        Units = attributes.Text("units") ?? "1",
        // The name stands there for a long name that is not known.
        LongName = attributes.Text("long_name") is { } text && text.StartsWith(AnalysisFiles.MostProbableOf, StringComparison.Ordinal) && text[AnalysisFiles.MostProbableOf.Length..] is var own && own != name ? own : null,
    };
}
