using Microsoft.Data.Analysis;
using VaeDa.Assimilation;
using VaeDa.Plotting.Pages;

namespace VaeDa.Cli.Commands.Report;

/// <summary>What became of the observations of a date, as a page has it.</summary>
/// <param name="frame">With the columns of an analysis's table.</param>
/// <param name="grid">Of the maps.</param>
/// <param name="variables">Of the maps.</param>
internal sealed class ObservationsOnPage(DataFrame frame, PageGrid grid, IReadOnlyList<PageVariable> variables)
{
    private static readonly (string Name, string Title, string? Hint)[] Numbers =
    [
        ("anomaly", "observed", "The observed anomaly"),
        ("error", "error", "The standard deviation of its error, as it was assumed"),
        ("analysis", "analysed", "The most probable field at the place"),
        ("departure", "departure", "Observation minus analysis"),
        ("spread", "spread", "The ensemble's standard deviation at the place"),
    ];

    /// <param name="most">Of the rows; outliers and rows that were not used come before others.</param>
    public object ToBlock(int most)
    {
        var rows = Chosen(most);
        var columns = new List<(string Key, PageColumn Column, IReadOnlyList<object?> Values)>();
        Add("line", new PageColumn("line", null, "The line in the file of observations"), i => frame["line"][i]);
        Add("station", new PageColumn("station"), i => frame["station"][i]);
        if (variables.Count > 1)
        {
            Add("variable", new PageColumn("variable"), i => frame["variable"][i]);
        }

        Add("lat", new PageColumn("lat", 2, "Degrees north"), i => Rounded(Number("lat", i), 4));
        Add("lon", new PageColumn("lon", 2, "Degrees east"), i => Rounded(Number("lon", i), 4));
        var digits = variables.Count == 1 ? variables[0].Digits : (int?)null;
        foreach (var (name, title, hint) in Numbers)
        {
            var units = variables.Count == 1 && variables[0].Units.Length > 0 ? $" ({variables[0].Units})" : string.Empty;
            Add(name, new PageColumn($"{title}{units}", digits, hint), i => Variable(i) is var v ? Rounded(v.Shown(Number(name, i)), v.Digits + 1) : null);
        }

        if (Has("check_departure") && Has("check_spread"))
        {
            AddAlways("check_ratio", new PageColumn("check", 1, "Observation minus what all others say of it, in standard deviations of that difference"), i => Rounded(Number("check_departure", i) / Number("check_spread", i), 2));
        }

        Add("influence", new PageColumn("influence", 2, "By how much of its own change the analysis at its place follows it"), i => Rounded(Number("influence", i), 3));
        AddAlways("flag", new PageColumn("what became of it"), i => frame["flag"][i]);
        var places = rows.Select(i => grid.Place(Number("lat", i), Number("lon", i))).ToList();
        var total = (int)frame.Rows.Count;
        return new
        {
            total,
            keys = columns.Select(c => c.Key),
            columns = columns.Select(c => c.Column),
            values = columns.Select(c => c.Values),
            x = places.Select(place => Rounded(place?.X ?? double.NaN, 4)),
            y = places.Select(place => Rounded(place?.Y ?? double.NaN, 4)),
            note = rows.Count < total ? FormattableString.Invariant($"{rows.Count:N0} of {total:N0} observations: those that were not used, and of the others evenly. All are in observations.parquet.") : string.Empty,
        };

        void Add(string name, PageColumn column, Func<int, object?> value)
        {
            if (Has(name))
            {
                AddAlways(name, column, value);
            }
        }

        void AddAlways(string key, PageColumn column, Func<int, object?> value) => columns.Add((key, column, [.. rows.Select(value)]));
    }

    private PageVariable Variable(int row) => variables.FirstOrDefault(v => Has("variable") && v.Name == (string?)frame["variable"][row]) ?? variables[0];

    private bool Has(string column) => frame.Columns.IndexOf(column) >= 0;

    private double Number(string column, int row) => frame[column][row] is { } value ? System.Convert.ToDouble(value, System.Globalization.CultureInfo.InvariantCulture) : double.NaN;

    private static object? Rounded(double value, int digits) => double.IsFinite(value) ? Math.Round(value, digits) : null;

    private List<int> Chosen(int most)
    {
        var all = Enumerable.Range(0, (int)frame.Rows.Count).ToList();
        if (all.Count <= most)
        {
            return all;
        }

        var odd = all.Where(i => (string)frame["flag"][i] is not (ObservationResults.Used or ObservationResults.Withheld)).Take(most).ToHashSet();
        var others = all.Where(i => !odd.Contains(i)).ToList();
        var room = most - odd.Count;
        odd.UnionWith(Enumerable.Range(0, room).Select(k => others[(int)((long)k * others.Count / room)]));
        return [.. all.Where(odd.Contains)];
    }
}
