using System.Text.Json;
using Microsoft.Data.Analysis;
using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Files;
using VaeDa.Reanalysis.Series;
using VaeDa.Results;

namespace VaeDa.Reanalysis;

/// <summary>A finished reanalysis: its dates and series, and the analysis of any date, read when it is asked for.</summary>
public sealed class ReanalysisResults
{
    private readonly ReanalysisFolder _folder;
    private readonly ReanalysisManifest _manifest;
    private readonly DataFrame _dates;
    private readonly List<DateTime> _times;

    // Once it has been asked for.
    private DataFrame? _series;

    /// <param name="folder">With its tables joined.</param>
    /// <param name="manifest">Of the folder.</param>
    internal ReanalysisResults(ReanalysisFolder folder, ReanalysisManifest manifest)
    {
        (_folder, _manifest) = (folder, manifest);
        try
        {
            (Variables, Areas) = (_manifest.Variables, [.. _manifest.Areas.Select(area => area.Checked())]);
            VariableNames.Check(Variables, null, _ => folder.Of(ReanalysisFolder.Manifest));
        }
        catch (JsonException e)
        {
            throw new InvalidInputException($"{folder.Of(ReanalysisFolder.Manifest)}: not of a reanalysis: {JsonText.Problem(e)}", e);
        }
        catch (InvalidInputException e) when (!e.Message.StartsWith(folder.Path, StringComparison.Ordinal))
        {
            throw new InvalidInputException($"{folder.Of(ReanalysisFolder.Manifest)}: {e.Message}", e);
        }

        _dates = Table(_folder.Of(ReanalysisFolder.Dates));
        _times = [.. ((PrimitiveDataFrameColumn<DateTime>)_dates["time"]).Select(t => t!.Value)];
    }

    /// <summary>Whether a folder is of a reanalysis, finished or not.</summary>
    /// <param name="folder">The folder.</param>
    public static bool IsOne(string folder) => File.Exists(new ReanalysisFolder(folder).Of(ReanalysisFolder.Manifest));

    /// <summary>Opens the folder of a finished reanalysis.</summary>
    /// <param name="folder">The folder.</param>
    /// <exception cref="InvalidInputException">It is none, or not finished.</exception>
    public static ReanalysisResults Open(string folder)
    {
        var files = new ReanalysisFolder(folder);
        var manifest = files.ReadManifest() ?? throw new InvalidInputException($"{folder}: no {ReanalysisFolder.Manifest} in this folder");
        return manifest.Summary is null
            ? throw new InvalidInputException($"{folder}: this reanalysis is not finished; the command that began it goes on")
            : new ReanalysisResults(files, manifest);
    }

    /// <summary>The variables of its fields.</summary>
    public IReadOnlyList<Variable> Variables { get; }

    /// <summary>The areas and places of its series.</summary>
    public IReadOnlyList<SeriesAreaDescription> Areas { get; }

    /// <summary>The times of its dates, those without an analysis included, ascending, UTC.</summary>
    public IReadOnlyList<DateTime> Times => _times;

    /// <summary>The table of dates: a row for each, with its state, its observations and how well its analysis fits them.</summary>
    public DataFrame Dates => _dates.Clone();

    /// <summary>How the reanalysis went.</summary>
    public ReanalysisSummary Summary => _manifest.Summary!;

    /// <summary>All that the result depends on, by name, as <c>reanalysis.json</c> has it.</summary>
    public JsonElement Settings => _manifest.Settings;

    /// <summary>
    /// What asked for the runs that made it (<see cref="ReanalysisOptions.Command"/>), as its log has it: each command once, with the time, UTC, of its first run, in the
    /// order of time. Empty where the log is not there, or no run said it.
    /// </summary>
    public IReadOnlyList<(string Time, string Command)> Commands => _folder.Commands();

    /// <summary>The analysis of a date. Its members stay in the file until each is asked for; its diagnostics are those of the table of dates.</summary>
    /// <param name="time">One of <see cref="Times"/>.</param>
    /// <returns>The analysis; without the latent state.</returns>
    /// <exception cref="InvalidInputException">The date has no analysis, or no fields were kept.</exception>
    public Analysis Read(DateTime time)
    {
        var row = _times.IndexOf(time);
        if (row < 0 || (string)_dates["state"][row] != "done")
        {
            throw new InvalidInputException($"{_folder.Path}: no analysis of {time:yyyy-MM-dd HH:mm}{(row < 0 ? string.Empty : $": {_dates["state"][row]}")}");
        }

        var block = Blocks.Where(b => IsIn(b, time)).Select(_folder.FieldsOf).FirstOrDefault(File.Exists)
            ?? throw new InvalidInputException($"{_folder.Path}: no fields were kept of {time:yyyy-MM-dd HH:mm}");
        using var file = new AnalysisFieldReader(block);
        _manifest.Require(block, file.Id);
        var record = file.Times.ToList().IndexOf(time);
        var mean = file.Field(file.Has(VariableNames.Mean) ? VariableNames.Mean : VariableNames.MostProbable, record);
        return new Analysis
        {
            Time = time,
            Grid = file.Grid,
            Variables = Variables,
            MostProbable = file.Has(VariableNames.MostProbable) ? file.Field(VariableNames.MostProbable, record) : mean,
            Members = file.MembersOf(record),
            Mean = mean,
            Spread = file.Has(VariableNames.Spread) ? file.Field(VariableNames.Spread, record) : [.. Enumerable.Repeat(float.NaN, mean.Length)],
            ClimatologicalStandardDeviation = file.Field(VariableNames.ClimatologicalStandardDeviation),
            Latent = [],
            Observations = Of(ObservationsOf(Blocks.First(b => IsIn(b, time))), time),
            Diagnostics = Diagnostics(row, file.Members),
        };
    }

    /// <summary>A series.</summary>
    /// <param name="area">The name of the area or place.</param>
    /// <param name="variable">The name of the variable.</param>
    /// <exception cref="InvalidInputException">There is no such area or variable.</exception>
    public AreaSeries Series(string area, string variable)
    {
        var description = Areas.FirstOrDefault(a => a.Name == area)
            ?? throw new InvalidInputException($"{_folder.Path}: there is no series of '{area}'; there are {string.Join(", ", Areas.Select(a => a.Name))}");
        var ofVariable = Variables.FirstOrDefault(v => v.Name == variable)
            ?? throw new InvalidInputException($"{_folder.Path}: there is no variable '{variable}'; there are {string.Join(", ", Variables.Select(v => v.Name))}");
        var frame = _series ??= Table(_folder.Of(ReanalysisFolder.Series));
        var (areas, variables) = ((StringDataFrameColumn)frame["area"], (StringDataFrameColumn)frame["variable"]);
        int[] rows = [.. Enumerable.Range(0, (int)frame.Rows.Count).Where(i => areas[i] == area && variables[i] == variable)];
        DoubleDataFrameColumn[] members = [.. frame.Columns.Where(c => c.Name.StartsWith("member_", StringComparison.Ordinal)).Cast<DoubleDataFrameColumn>()];
        return new AreaSeries(
            description,
            ofVariable,
            [.. rows.Select(i => (DateTime)frame["time"][i])],
            [.. rows.Select(i => Number("mean", i))],
            [.. rows.Select(i => Number("spread", i))],
            [.. rows.Select(i => members.Select(m => m[i] ?? double.NaN).ToArray())]);

        double Number(string column, int i) => (double?)frame[column][i] ?? double.NaN;
    }

    /// <summary>The names of its blocks of the calendar, in the order of time: <c>1916-03</c>, or <c>1916</c>.</summary>
    public IReadOnlyList<string> Blocks => _manifest.Blocks;

    /// <summary>What became of the observations of a block.</summary>
    /// <param name="block">One of <see cref="Blocks"/>.</param>
    /// <returns>A row for each observation, with the time of its analysis; no column where the block has no observations.</returns>
    public DataFrame ObservationsOf(string block) => _folder.ObservationsOf(block) is var path && File.Exists(path) ? Table(path) : new DataFrame();

    private DataFrame Table(string path)
    {
        _manifest.Require(path, DataFrameFile.IdOf(path));
        return DataFrameFile.Read(path);
    }

    // Blocks are called as their part of the calendar is.
    private static bool IsIn(string block, DateTime time) => TimePeriod.Parse(block).Contains(time);

    private static DataFrame Of(DataFrame block, DateTime time) => block.Columns.Count == 0 ? block : block.Filter(new BooleanDataFrameColumn(
        "now", Enumerable.Range(0, (int)block.Rows.Count).Select(i => (DateTime?)block["analysis_time"][i] == time)));

    private AnalysisDiagnostics Diagnostics(int row, int members)
    {
        return new AnalysisDiagnostics
        {
            Method = _manifest.Method,
            Observations = Count("observations"),
            Rejected = Count("rejected"),
            Flagged = Count("outliers"),
            Members = members,
            Cost = double.NaN,
            PriorCost = double.NaN,
            ChiSquare = (double?)_dates["chi_square"][row] ?? double.NaN,
            Iterations = Count("iterations"),
            Converged = (bool?)_dates["converged"][row] ?? false,
            UnconvergedMembers = Count("unconverged_members"),
            GeneratorCalls = 0,
            BackwardCalls = 0,
            SearchSeconds = double.NaN,
        };

        int Count(string column) => (int?)_dates[column][row] ?? 0;
    }
}
