using System.Text;
using Microsoft.Data.Analysis;
using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Files;

namespace VaeDa.Results;

/// <summary>One folder that <see cref="AnalysisFiles.Write"/> wrote.</summary>
internal sealed class AnalysisReader(string folder)
{
    public Analysis Read()
    {
        using var file = new AnalysisFieldReader(Path.Combine(folder, AnalysisFiles.Fields));
        var description = Description();
        if (description.Id is { } id)
        {
            RequireId(id, AnalysisFiles.Fields, file.Id);
            RequireId(id, AnalysisFiles.Observations, DataFrameFile.IdOf(Path.Combine(folder, AnalysisFiles.Observations)));
        }

        var mostProbable = file.Field(VariableNames.MostProbable);
        return new Analysis
        {
            Time = file.Times.Count > 0 ? file.Times[0] : null,
            Grid = file.Grid,
            Variables = [.. file.Names.Zip(file.Variables(), (name, inFile) => description.Variables?.FirstOrDefault(v => v.Name == name) ?? inFile)],
            Frequency = description.Frequency,
            Climatology = description.Climatology,
            MostProbable = mostProbable,
            Members = file.MembersOf(),
            Mean = file.Members > 0 ? file.Field(VariableNames.Mean) : mostProbable,
            Spread = file.Members > 0 ? file.Field(VariableNames.Spread) : [.. Enumerable.Repeat(float.NaN, mostProbable.Length)],
            ClimatologicalStandardDeviation = file.Field(VariableNames.ClimatologicalStandardDeviation),
            Latent = description.Latent,
            Observations = Observations(),
            Diagnostics = description.Diagnostics,
        };
    }

    public AnalysisDescription Description()
    {
        var path = Path.Combine(folder, AnalysisFiles.Description);
        return File.Exists(path) ? JsonText.Read<AnalysisDescription>(path, "not of an analysis", Encoding.UTF8.GetString(InputFile.Small(path)))
            : throw new InvalidInputException($"{path}: no such file");
    }

    private void RequireId(string id, string file, string? idOfFile)
    {
        if (idOfFile != id)
        {
            throw new InvalidInputException($"{Path.Combine(folder, file)}: of {(idOfFile is null ? "an unknown" : "another")} analysis than {AnalysisFiles.Description} beside it; all files of the folder must be of one: make it again");
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
}
