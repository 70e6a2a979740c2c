using Microsoft.Data.Analysis;
using VaeDa.Observations.Rows;

namespace VaeDa.Assimilation.Control;

/// <summary>How analyses compare with observations of a variable that were kept out of them (<see cref="Observations.ObservationTable.Withhold"/>).</summary>
/// <param name="Variable">The name of the variable.</param>
/// <param name="Observations">How many were kept out and have a place on the grid.</param>
/// <param name="Rmse">The root mean square of observation minus the most probable field, in the variable's units; the observations' own errors are in it.</param>
/// <param name="Expected">
/// What it should be, if the ensemble's spread and the errors of the observations are what they are said to be: the root mean square of both together; null without an
/// ensemble.
/// </param>
public sealed record WithheldScore(string Variable, int Observations, double Rmse, double? Expected)
{
    /// <summary>The scores of a table of results.</summary>
    /// <param name="observations">With the columns of an analysis's table.</param>
    /// <param name="variables">The names of the analysis's variables; rows that name none are of the first.</param>
    /// <param name="isCounted">Whether a row is; null: each is.</param>
    /// <returns>One for each variable with withheld observations, in the order of the variables.</returns>
    public static IReadOnlyList<WithheldScore> Of(DataFrame observations, IReadOnlyList<string> variables, Func<int, bool>? isCounted = null)
    {
        ArgumentNullException.ThrowIfNull(observations);
        ArgumentNullException.ThrowIfNull(variables);
        if (observations.Columns.IndexOf("flag") < 0)
        {
            return [];
        }

        var named = observations.Columns.IndexOf("variable") >= 0;
        var rows = Enumerable.Range(0, (int)observations.Rows.Count)
            .Where(row => (string?)observations["flag"][row] == RowFlag.Withheld && isCounted?.Invoke(row) != false && observations["departure"][row] is double)
            .ToLookup(row => (named ? (string?)observations["variable"][row] : null) ?? variables[0]);
        return [.. variables.Where(rows.Contains).Select(variable => new WithheldScore(
            variable,
            rows[variable].Count(),
            RootMeanSquare(rows[variable].Select(row => (double)observations["departure"][row])),
            rows[variable].All(row => observations["check_spread"][row] is double s && double.IsFinite(s)) ? RootMeanSquare(rows[variable].Select(row => (double)observations["check_spread"][row])) : null))];
    }

    /// <summary>The scores of several tables together.</summary>
    /// <param name="scores">Those of each, in any order.</param>
    /// <returns>One for each variable, in the order in which they come first.</returns>
    public static IReadOnlyList<WithheldScore> Together(IEnumerable<WithheldScore> scores)
    {
        ArgumentNullException.ThrowIfNull(scores);
        return [.. scores.GroupBy(score => score.Variable).Select(of => new WithheldScore(
            of.Key,
            of.Sum(score => score.Observations),
            Mean(of, score => score.Rmse),
            of.All(score => score.Expected is not null) ? Mean(of, score => score.Expected!.Value) : null))];

        static double Mean(IEnumerable<WithheldScore> of, Func<WithheldScore, double> value) => Math.Sqrt(of.Sum(score => score.Observations * value(score) * value(score)) / of.Sum(score => score.Observations));
    }

    private static double RootMeanSquare(IEnumerable<double> values) => Math.Sqrt(values.Average(value => value * value));
}
