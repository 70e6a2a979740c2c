using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Files;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Results;

/// <summary>An analysis as a folder: <c>analysis.nc</c>, <c>observations.parquet</c> and <c>analysis.json</c>.</summary>
public static class AnalysisFiles
{
    /// <summary>The name of the file with the fields: members, mean, spread and most probable field.</summary>
    public const string Fields = "analysis.nc";
    /// <summary>The name of the file that says what became of each observation.</summary>
    public const string Observations = "observations.parquet";
    /// <summary>The name of the file with what made the analysis, its diagnostics and its latent state.</summary>
    public const string Description = "analysis.json";
    /// <summary>The name of the picture, which is drawn by the executable and not written here.</summary>
    public const string Picture = "analysis.png";

    // What the names of a variable's fields end in.
    internal const string MostProbable = VariableNames.MostProbable;
    internal const string Mean = VariableNames.Mean;
    internal const string Spread = VariableNames.Spread;
    internal const string ClimatologicalStandardDeviation = VariableNames.ClimatologicalStandardDeviation;

    // What the long name of a most probable field begins with; the variable's follows.
    internal const string MostProbableOf = "most probable anomaly of ";

    /// <summary>Writes an analysis. Each file is written aside and renamed, so that a file of its name is whole at any time.</summary>
    /// <param name="folder">The folder, which is made if need be.</param>
    /// <param name="analysis">The analysis; its members are read one at a time.</param>
    /// <param name="provenance">What made it, with the inputs <c>model</c> and <c>modelHash</c>.</param>
    public static void Write(string folder, Analysis analysis, Provenance provenance)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        ArgumentNullException.ThrowIfNull(provenance);
        AtomicFile.Write(Path.Combine(folder, Fields), path => WriteFields(path, analysis, provenance));
        DataFrameFile.Write(analysis.Observations, Path.Combine(folder, Observations));
        AtomicFile.Write(Path.Combine(folder, Description), path => File.WriteAllText(path, JsonText.Write(new AnalysisDescription(provenance, analysis.Diagnostics, analysis.Latent), indented: true)));
    }

    /// <summary>Reads what <see cref="Write"/> wrote. The members stay in the file until each is asked for.</summary>
    /// <param name="folder">The folder of an analysis.</param>
    /// <returns>The analysis, equal to the one that was written.</returns>
    /// <exception cref="InvalidInputException">A file is missing, or is not what is written here.</exception>
    public static Analysis Read(string folder) => new AnalysisReader(folder).Read();

    /// <summary>Reads what made the analysis in a folder.</summary>
    /// <param name="folder">The folder of an analysis.</param>
    /// <returns>The command, the seed, the versions and the inputs, as they were written.</returns>
    /// <exception cref="InvalidInputException">The file is missing, or is not what is written here.</exception>
    public static Provenance ReadProvenance(string folder) => new AnalysisReader(folder).Description().Provenance;

    private static void WriteFields(string path, Analysis analysis, Provenance provenance)
    {
        var grid = analysis.Grid;
        using var file = new ClassicNetcdfWriter(path);
        file.Attributes["title"] = "Analysis of observations in the latent space of a variational autoencoder";
        file.Attributes["source"] = $"vaeda {provenance.Versions["vaeda"]}, model {provenance.Input<string>("model")} ({provenance.Input<string>("modelHash")})";
        file.Attributes["history"] = provenance.Command;
        var time = analysis.Time is null ? null : file.AddTime(null);
        var m = analysis.Members.Count;
        var member = m == 0 ? null : file.AddCoordinate("member", [.. Enumerable.Range(1, m).Select(i => (double)i)], new NetcdfAttributes
        {
            ["standard_name"] = "realization",
            ["long_name"] = "ensemble member",
            ["units"] = "1",
        });
        var cells = file.AddGrid(grid);
        var fields = new List<(NetcdfVariable Variable, float[] Values, int At)>();
        var members = new List<(NetcdfVariable Variable, int At)>();
        for (var v = 0; v < analysis.Variables.Count; v++)
        {
            var (variable, at) = (analysis.Variables[v], v * grid.Cells);
            Add(variable.Name + MostProbable, MostProbableOf, variable, analysis.MostProbable, at);
            if (member is not null)
            {
                Add(variable.Name + Mean, "ensemble mean anomaly of ", variable, analysis.Mean, at);
                Add(variable.Name + Spread, "ensemble standard deviation of ", variable, analysis.Spread, at);
                members.Add((file.AddVariable(variable.Name, NetcdfType.Float32, [member, cells.Row, cells.Column], Attributes("anomaly of ", variable)), at));
            }

            Add(variable.Name + ClimatologicalStandardDeviation, "climatological standard deviation of ", variable, analysis.ClimatologicalStandardDeviation, at);
        }

        if (time is not null)
        {
            file.Write(time, [CfCoordinates.HoursOf(analysis.Time!.Value)]);
        }

        foreach (var (variable, values, at) in fields)
        {
            file.Write<float>(variable, values.AsSpan(at, grid.Cells));
        }

        // One at a time: they may not all be in memory.
        foreach (var (field, i) in analysis.Members.Select((field, i) => (field, i)))
        {
            foreach (var (variable, at) in members)
            {
                file.WriteSlice<float>(variable, i, field.AsSpan(at, grid.Cells));
            }
        }

        file.Complete();

        void Add(string name, string what, VaeDa.Fields.Variable variable, float[] values, int at) =>
            fields.Add((file.AddVariable(name, NetcdfType.Float32, [cells.Row, cells.Column], Attributes(what, variable)), values, at));

        NetcdfAttributes Attributes(string what, VaeDa.Fields.Variable variable)
        {
            var attributes = new NetcdfAttributes { ["long_name"] = $"{what}{variable.LongName ?? variable.Name}", ["units"] = variable.Units, ["_FillValue"] = float.NaN };
            if (time is not null)
            {
                attributes["coordinates"] = "time";
            }

            cells.Describe(attributes);
            return attributes;
        }
    }
}
