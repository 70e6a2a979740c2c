using System.CommandLine;
using VaeDa.Assimilation;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;

namespace VaeDa.Cli.Commands.Plot;

/// <summary>How the user wants the fields drawn.</summary>
internal sealed class PlotOptions(PlotCommand command, ParseResult parsed)
{
    public string Input { get; } = parsed.GetValue(command.Input)!;

    public PlotKind Kind { get; } = Enum.Parse<PlotKind>(parsed.GetValue(command.Kind)!, ignoreCase: true);

    public string? Variable { get; } = parsed.GetValue(command.Variable);

    public string? Time { get; } = parsed.GetValue(command.Time);

    public string? Series { get; } = parsed.GetValue(command.Series);

    public string? Truth { get; } = parsed.GetValue(command.Truth);

    public string? Climatology { get; } = parsed.GetValue(command.Climatology);

    public string Model { get; } = parsed.GetValue(command.Model)!;

    public ColourScale? Range { get; } = parsed.GetValue(command.Range);

    /// <summary>In the variable's units.</summary>
    public double? Interval { get; } = parsed.GetValue(command.Interval);

    /// <summary>In cells.</summary>
    public double Smoothing { get; } = parsed.GetValue(command.Smooth);

    public FigureStyle Style { get; } = new()
    {
        View = command.Map.View(parsed),
        Letters = !parsed.GetValue(command.NoLetters),
        Observations = parsed.GetValue(command.Marks.Observations),
        Uncertainty = parsed.GetValue(command.Marks.Uncertainty) ?? Uncertainty.Relative,
        UncertainAbove = parsed.GetValue(command.Marks.Above),
        PrintWidth = parsed.GetValue(command.Print),
    };

    /// <exception cref="InvalidInputException">The kind is another, or an option was given that does not go with it.</exception>
    public void RequireKind(params PlotKind[] kinds)
    {
        if (!kinds.Contains(Kind))
        {
            throw new InvalidInputException($"{Input}: --kind {Name(Kind)} cannot be drawn from it; {string.Join(", ", kinds.Select(Name))} can");
        }

        var isContoured = Kind is PlotKind.Contours or PlotKind.Spaghetti;
        Refuse($"--kind {Name(Kind)}", isContoured ? [command.Range] : [command.Interval, command.Smooth, command.Climatology]);
        Refuse($"--kind {Name(Kind)}", Kind == PlotKind.Validation ? [] : [command.Model]);
    }

    /// <exception cref="InvalidInputException">One of the options was given.</exception>
    public void Refuse(string kind, params Option[] options)
    {
        if (Array.Find(options, option => parsed.GetResult(option) is { Implicit: false }) is { } given)
        {
            throw new InvalidInputException($"{Input}: {given.Name} has no meaning for {kind}");
        }
    }

    /// <summary>An analysis that knows what the colours of its observations are to tell.</summary>
    /// <exception cref="InvalidInputException">It does not know it of any.</exception>
    public Analysis Telling(Analysis analysis)
    {
        var (column, why) = Style.Observations switch
        {
            ObservationColouring.Influence => ("influence", "those that were averaged have none"),
            ObservationColouring.Gain => ("gain_removed", "those that were averaged, and those of dates in sequence, have none"),
            _ => (null, null),
        };
        var frame = analysis.Observations;
        return column is null || (frame.Columns.IndexOf(column) is >= 0 and var at && frame.Columns[at].NullCount < frame.Rows.Count)
            ? analysis
            : throw new InvalidInputException($"{Input}: no observation of the analysis has a value of {column}: {why}");
    }

    /// <summary>Says why contours are of anomalies.</summary>
    public static void ReportAnomalies(string why) => Console.Error.WriteLine($"vaeda: contours of the anomaly, not of the whole field: {why}");

    public static string Name(PlotKind kind) => kind.ToString().ToLowerInvariant();
}
