using Microsoft.Data.Analysis;
using VaeDa.Assimilation;
using VaeDa.Plotting.Pages;

namespace VaeDa.Cli.Commands.Report;

/// <summary>How the observations that were used compare with what all others say of them: scores that need no truth.</summary>
/// <param name="variables">Of the page.</param>
internal sealed class CheckScores(IReadOnlyList<PageVariable> variables)
{
    private const string Section = "Scores and calibration";

    // Of a normal distribution, in standard deviations.
    private const double Half = 0.6744897501960817;
    private const double NineTenths = 1.6448536269514722;

    private const double Bin = 0.5;
    private const double Ends = 4;

    private readonly Sums[] sums = [.. variables.Select(_ => new Sums())];

    private sealed class Sums
    {
        public readonly int[] Bins = new int[(int)(2 * Ends / Bin)];
        public int Count;
        public int InHalf;
        public int InNineTenths;
        public double Squares;
        public double Normed;
        public double Errors;
        public double Anomalies;
    }

    /// <summary>Takes a table of observations; those without a check are passed over.</summary>
    /// <param name="frame">With the columns of an analysis's table.</param>
    /// <param name="isCounted">Whether a row is; null: each is.</param>
    public void Add(DataFrame frame, Func<int, bool>? isCounted = null)
    {
        if (frame.Columns.IndexOf("check_departure") < 0 || frame.Columns.IndexOf("check_spread") < 0)
        {
            return;
        }

        var named = frame.Columns.IndexOf("variable") >= 0;
        for (var i = 0; i < frame.Rows.Count; i++)
        {
            if (isCounted?.Invoke(i) == false || (string)frame["flag"][i] != ObservationResults.Used || frame["check_departure"][i] is not double departure || frame["check_spread"][i] is not double spread || !(spread > 0) || !double.IsFinite(departure))
            {
                continue;
            }

            var v = named ? Math.Max(variables.ToList().FindIndex(variable => variable.Name == (string?)frame["variable"][i]), 0) : 0;
            var (of, ratio) = (sums[v], departure / spread);
            of.Count++;
            of.InHalf += Math.Abs(ratio) <= Half ? 1 : 0;
            of.InNineTenths += Math.Abs(ratio) <= NineTenths ? 1 : 0;
            of.Squares += departure * departure;
            of.Normed += ratio * ratio;
            of.Errors += spread * spread;
            of.Anomalies += frame["anomaly"][i] is double anomaly ? anomaly * anomaly : double.NaN;
            of.Bins[(int)Math.Clamp((ratio + Ends) / Bin, 0, of.Bins.Length - 1)]++;
        }
    }

    /// <summary>A table, where there is a check.</summary>
    public IEnumerable<PageTable> Tables()
    {
        var rows = variables.Zip(sums).Where(pair => pair.Second.Count > 0).Select(pair =>
        {
            var (variable, of) = pair;
            double Root(double sum) => Math.Round(variable.Shown(Math.Sqrt(sum / of.Count)), variable.Digits + 1);
            return (IReadOnlyList<object?>)[variable.Name, variable.Units, of.Count, Root(of.Squares), Root(of.Errors), Root(of.Anomalies), Percent(of.InHalf, of.Count), Percent(of.InNineTenths, of.Count)];
        }).ToList();
        if (rows.Count > 0)
        {
            yield return new PageTable(
                "Observations against all others",
                [new("variable"), new("units"), new("observations"), new("RMS difference"), new("expected"), new("RMS anomaly"), new("in 50% interval, %", 1), new("in 90% interval, %", 1)],
                rows,
                "Each observation that was used, against what all others and the climatology say of it (leave-one-out). Expected is the difference that the analysis and the errors of observations account for; "
                + "the RMS anomaly is what knowing the climatology alone would leave. Outliers are not counted, so that intervals hold a little more than they should.");
        }

        static double Percent(int part, int whole) => Math.Round(100.0 * part / whole, 1);
    }

    /// <summary>A histogram for each variable with a check.</summary>
    public IEnumerable<PageChart> Charts()
    {
        foreach (var (variable, of) in variables.Zip(sums).Where(pair => pair.Second.Count > 0))
        {
            object[] middles = [.. Enumerable.Range(0, of.Bins.Length).Select(b => (object)(-Ends + (b + 0.5) * Bin))];
            double[] fine = [.. Enumerable.Range(0, 81).Select(k => -Ends + k * Ends / 40)];
            var title = variables.Count == 1 ? "Checks of observations" : $"Checks of observations of {variable.Name}";
            yield return new PageChart(
                title,
                FormattableString.Invariant($"Histogram of {of.Count} ratios of difference to its standard deviation, beside the normal distribution; their root mean square is {Math.Sqrt(of.Normed / of.Count):0.00}, 1 where all is as believed."),
                "difference from what all others say, in standard deviations",
                "share of observations per bin",
                [
                    new PageLine("observations used", middles, [.. of.Bins.Select(b => (double)b / of.Count)]) { Kind = PageLineKind.Bars },
                    new PageLine("if all is as believed", [.. fine.Select(x => (object)Math.Round(x, 3))], [.. fine.Select(x => Bin * Math.Exp(-x * x / 2) / Math.Sqrt(2 * Math.PI))]) { IsReference = true },
                ],
                "Narrower than the curve: uncertainties are too large; wider: too small; shifted: a bias. Both ends hold all beyond them.") { Section = Section, FromZero = true };
        }
    }
}
