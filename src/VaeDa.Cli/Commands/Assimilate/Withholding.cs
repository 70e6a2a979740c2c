using System.CommandLine;
using VaeDa.Observations;

namespace VaeDa.Cli.Commands.Assimilate;

/// <summary>The stations that <c>--one-in</c> leaves out, as if they were not there, and those that <c>--withhold</c> keeps for a comparison with the analyses; the same at all times.</summary>
internal sealed class Withholding(AssimilateCommand command, ParseResult parsed)
{
    private readonly int _oneIn = parsed.GetValue(command.OneIn);
    private readonly int _withhold = parsed.GetValue(command.Withhold);
    private long _leftOut;

    public bool IsAskedFor => _oneIn > 1 || _withhold > 1;

    private string Option => _oneIn > 1 ? $"{command.OneIn.Name} {_oneIn}" : $"{command.Withhold.Name} {_withhold}";

    /// <summary>The observations of one date; those kept for a comparison have a flag.</summary>
    public ObservationTable Of(ObservationTable table) =>
        _oneIn > 1 ? Left(table)
        : _withhold > 1 ? table.Withhold(WithheldStations.Of(table, _withhold))
        : table;

    /// <summary>Says on stderr how many there are.</summary>
    /// <param name="source">Of the observations.</param>
    /// <param name="tables">Of all dates, as <see cref="Of"/> has made them.</param>
    /// <exception cref="InvalidInputException">None is left to be used.</exception>
    public void Say(string source, IReadOnlyList<ObservationTable> tables)
    {
        if (!IsAskedFor)
        {
            return;
        }

        var (rows, used, withheld) = (tables.Sum(t => t.Count), tables.Sum(Used), tables.Sum(t => t.Observations.Count(o => o.Flag == Assimilation.ObservationResults.Withheld)));
        Console.Error.WriteLine(_oneIn > 1
            ? $"{source}: {rows} of {rows + _leftOut} observations used: one station in {_oneIn}"
            : $"{source}: {withheld} of {used + withheld} observations withheld: one station in {_withhold}, compared with the analysis");
        if (used == 0)
        {
            throw new InvalidInputException($"{source}: {Option} leaves no station; {(_oneIn > 1 ? "a smaller" : "a larger")} number keeps more");
        }
    }

    /// <summary>How many observations are left to be used.</summary>
    public static int Used(ObservationTable table) => table.Observations.Count(o => o.Flag is null);

    private ObservationTable Left(ObservationTable table)
    {
        var taken = WithheldStations.Of(table, _oneIn);
        _leftOut += taken.Count(t => !t);
        return table.Select(Enumerable.Range(0, table.Count).Where(row => taken[row]));
    }
}
