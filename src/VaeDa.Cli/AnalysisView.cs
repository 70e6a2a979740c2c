using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;
using VaeDa.Results;

namespace VaeDa.Cli;

/// <summary>What a picture of an analysis shows, from memory or from the files of an earlier run.</summary>
internal sealed record AnalysisView
{
    public required Grid Grid { get; init; }

    public required IReadOnlyList<Variable> Variables { get; init; }

    public required DateTime? Time { get; init; }

    public required int Members { get; init; }

    /// <summary>By variable, (H × W).</summary>
    public required IReadOnlyList<float[]> Mean { get; init; }

    /// <summary>By variable, (H × W).</summary>
    public required IReadOnlyList<float[]> Spread { get; init; }

    /// <summary>By variable, (H × W).</summary>
    public required IReadOnlyList<float[]> ClimatologicalStandardDeviation { get; init; }

    /// <summary>Latitude, longitude, variable and flag of each observation used.</summary>
    public required IReadOnlyList<(double Latitude, double Longitude, string? Variable, bool Flagged)> Observations { get; init; }

    /// <exception cref="InvalidInputException">There is no such variable.</exception>
    public int IndexOf(string variable) => Variables.ToList().FindIndex(v => v.Name == variable) is >= 0 and var index
        ? index
        : throw new InvalidInputException($"there is no variable '{variable}' in the analysis; there are {string.Join(", ", Variables.Select(v => $"'{v.Name}'"))}");

    public static AnalysisView Of(Analysis analysis, float[] climatologicalStandardDeviation, DateTime? time)
    {
        var cells = analysis.Grid.Cells;
        List<float[]> ByVariable(float[] all) => [.. analysis.Variables.Select((_, v) => all[(v * cells)..((v + 1) * cells)])];
        return new AnalysisView
        {
            Grid = analysis.Grid,
            Variables = analysis.Variables,
            Time = time,
            Members = analysis.Members.Count,
            Mean = ByVariable(analysis.Mean),
            Spread = ByVariable(analysis.Spread),
            ClimatologicalStandardDeviation = ByVariable(climatologicalStandardDeviation),
            Observations = [.. DotsOf(analysis.Observations)],
        };
    }

    /// <summary>Reads the folder that <see cref="AnalysisFiles.Write"/> wrote.</summary>
    /// <exception cref="InvalidInputException">A file is missing or is not what <see cref="AnalysisFiles"/> writes.</exception>
    public static AnalysisView Read(string folder)
    {
        const string Deviation = "_climatological_standard_deviation";
        using var file = NetcdfDataset.Open(Path.Combine(folder, AnalysisFiles.Fields));
        string[] names = [.. file.Variables.Where(v => v.Name.EndsWith(Deviation, StringComparison.Ordinal)).Select(v => v.Name[..^Deviation.Length])];
        if (names.Length == 0)
        {
            throw new InvalidInputException($"{file.Path}: not an analysis of 'vaeda assimilate': it has no variable whose name ends in {Deviation}");
        }

        var members = (int)(file.Find("member")?.Elements ?? 0);
        var grid = file.ReadGrid(Find(names[0] + Deviation));
        var frame = DataFrameFile.Read(Path.Combine(folder, AnalysisFiles.Observations));
        foreach (var (column, type) in new[] { ("lat", typeof(double)), ("lon", typeof(double)), ("flag", typeof(string)) })
        {
            if (frame.Columns.IndexOf(column) < 0 || frame[column].DataType != type)
            {
                throw new InvalidInputException($"{Path.Combine(folder, AnalysisFiles.Observations)}: not the observations of an analysis: it has no column '{column}' of {type.Name}");
            }
        }

        return new AnalysisView
        {
            Grid = grid,
            Variables = [.. names.Select(VariableOf)],
            Time = file.Find("time") is { } time ? CfTimeUnits.Parse(time.Attributes.Text("units") ?? "", time.Attributes.Text("calendar")).Decode(file.ReadAll(time)[0]) : null,
            Members = members,
            Mean = [.. names.Select(name => Field(name + (members > 0 ? "_mean" : "_analysis")))],
            Spread = [.. names.Select(name => members > 0 ? Field(name + "_spread") : Enumerable.Repeat(float.NaN, grid.Cells).ToArray())],
            ClimatologicalStandardDeviation = [.. names.Select(name => Field(name + Deviation))],
            Observations = [.. DotsOf(frame)],
        };

        NetcdfVariable Find(string name) => file.Find(name) ?? throw new InvalidInputException($"{file.Path}: not a complete analysis: it has no variable '{name}'");

        Variable VariableOf(string name)
        {
            const string What = "most probable anomaly of ";
            var attributes = Find(name + "_analysis").Attributes;
            return new Variable
            {
                Name = name,
                Units = attributes.Text("units") ?? "1",
                LongName = attributes.Text("long_name") is { } text && text.StartsWith(What, StringComparison.Ordinal) ? text[What.Length..] : null,
            };
        }

        float[] Field(string name)
        {
            var variable = Find(name);
            if (!variable.Dimensions.Select(d => d.Length).SequenceEqual([grid.Height, grid.Width]))
            {
                throw new InvalidInputException($"{file.Path}: variable '{name}' is not on the grid of the others");
            }

            var values = new float[grid.Cells];
            file.Read<float>(variable, [0, 0], [grid.Height, grid.Width], values);
            return values;
        }
    }

    /// <summary>The members of a variable of the analysis in a folder, M of (H × W).</summary>
    /// <exception cref="InvalidInputException">It has no members.</exception>
    public static IReadOnlyList<float[]> ReadMembers(string folder, string variable)
    {
        using var file = NetcdfDataset.Open(Path.Combine(folder, AnalysisFiles.Fields));
        if (file.Find(variable) is not { Dimensions: [var member, var y, var x] } members)
        {
            throw new InvalidInputException($"{file.Path}: no members of '{variable}' in this analysis; 'vaeda assimilate --members N' makes them");
        }

        return [.. Enumerable.Range(0, (int)member.Length).Select(m =>
        {
            var field = new float[y.Length * x.Length];
            file.Read<float>(members, [m, 0, 0], [1, y.Length, x.Length], field);
            return field;
        })];
    }

    private static IEnumerable<(double, double, string?, bool)> DotsOf(Microsoft.Data.Analysis.DataFrame frame)
    {
        for (var i = 0; i < frame.Rows.Count; i++)
        {
            var flag = (string)frame["flag"][i];
            if (flag is ObservationResults.Used or ObservationResults.Outlier)
            {
                yield return ((double)frame["lat"][i], (double)frame["lon"][i],
                    frame.Columns.IndexOf("variable") >= 0 ? (string?)frame["variable"][i] : null, flag == ObservationResults.Outlier);
            }
        }
    }
}
