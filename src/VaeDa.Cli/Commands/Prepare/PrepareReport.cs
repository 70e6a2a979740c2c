using System.Globalization;
using VaeDa.Archives;
using VaeDa.Archives.Preparation;
using VaeDa.Fields.Climatologies;

namespace VaeDa.Cli.Commands.Prepare;

/// <summary>What <c>vaeda prepare</c> says of the archive that it made.</summary>
internal static class PrepareReport
{
    /// <summary>On stderr, what is otherwise than a user might expect.</summary>
    public static void Complain(PreparationReport report)
    {
        foreach (var notice in report.Notices)
        {
            Console.Error.WriteLine(notice);
        }

        if (report.AveragedHours is { } hours)
        {
            Console.Error.WriteLine($"--step {hours}h makes an archive of the fields as they are");
        }

        foreach (var (variable, dropped) in report.Dropped.Where(d => d.Value > 0))
        {
            Console.Error.WriteLine($"{variable}: {dropped} fields left out: another variable has no field at that time");
        }

        foreach (var constant in report.ConstantCells)
        {
            Console.Error.WriteLine(Describe(constant));
        }

        foreach (var stray in report.StrayValues)
        {
            Console.Error.WriteLine(Describe(stray));
        }

        foreach (var missing in report.MissingNotFound)
        {
            Console.Error.WriteLine(FormattableString.Invariant($"--missing {missing}: no field holds this value"));
        }

        if (report.Description.Climatology is { Scope: ClimatologyScope.AllFields, TakenFrom: null })
        {
            Console.Error.WriteLine("the training fields do not cover the whole year, so the climatology is that of all fields, held-out ones included; --climatology names other years");
        }

        if (report.Parts[SplitPart.Gap] is > 0 and var gap)
        {
            Console.Error.WriteLine($"{gap} fields belong to no part: {(report.Description.Split.TrainingYears is { } years ? $"not in {years}, or " : "")}within {report.Description.Split.GapDays} days of another part");
        }
    }

    public static string Summary(PreparationReport report, string archive)
    {
        var description = report.Description;
        var climatology = description.Climatology;
        var text = new StringWriter(CultureInfo.InvariantCulture);
        void Line(string label, FormattableString value) => text.WriteLine($"{label,-13} {FormattableString.Invariant(value)}");
        Line("archive", $"{archive} ({report.Bytes / 1e6:0.0} MB)");
        Line("grid", $"{description.Grid}");
        Line("fields", $"{report.Fields} {(description.StepHours is { } hours ? $"{hours}-hourly" : description.Frequency.ToString().ToLowerInvariant())}, {report.First:yyyy-MM-dd} to {report.Last:yyyy-MM-dd}");
        Line("split", $"{report.Parts[SplitPart.Training]} training, {report.Parts[SplitPart.Validation]} validation, {report.Parts[SplitPart.Test]} test, {report.Parts[SplitPart.Gap]} in gaps");
        var smoothing = climatology.SmoothDays > 1 ? FormattableString.Invariant($", smoothed over {climatology.SmoothDays} days") : "";
        var origin = climatology.TakenFrom is { } other ? $" of {other}" : climatology.Origin == ClimatologyOrigin.ReadyMade ? ", anomalies as they came" : "";
        Line("climatology", $"{climatology.Calendar.ToString().ToLowerInvariant()}{(climatology.TimesOfDay > 1 ? $" at {climatology.TimesOfDay} times of the day" : "")}{origin}, {climatology.Fields} fields {climatology.First:yyyy-MM-dd} to {climatology.Last:yyyy-MM-dd}{smoothing}");
        foreach (var (variable, statistics) in description.Variables.Zip(description.Statistics))
        {
            var unit = variable.Units;
            Line(variable.Name, $"standard deviation {statistics.StandardDeviation:0.###} {unit}, {statistics.Minimum:0.##} to {statistics.Maximum:0.##} {unit}, {100 * statistics.MissingFraction:0.##}% missing, packed to {statistics.PackingError:0.0e+0} {unit}");
        }

        return text.ToString();
    }

    private static string Describe(StrayValue stray) => FormattableString.Invariant(
        $"{stray.Variable}: {100 * stray.Share:0.##}% of the values, in {stray.Cells} cell{(stray.Cells == 1 ? "" : "s")}, are {stray.Value}, far from all others ({stray.LowestOther:0.###} to {stray.HighestOther:0.###}); if it stands for a missing value, --missing {stray.Value} says so");

    private static string Describe(ConstantCells constant)
    {
        var values = constant.Values.Select(value => FormattableString.Invariant(
            $"{value.Value}{(value.IsBeyondOthers ? ", beyond all values of the others," : "")} in {value.Cells} ({(value.Cells == 1 ? "" : "the first ")}at {Math.Abs(value.Latitude):0.###} {(value.Latitude < 0 ? "S" : "N")}, {value.Longitude:0.###} E)"));
        return FormattableString.Invariant($"{constant.Variable}: {constant.Cells} of {Math.Round(constant.Cells / constant.Share)} cells ({100 * constant.Share:0.##}%) hold the same value in every field: {string.Join("; ", values)}; if it stands for a missing value, --missing {constant.Values[0].Value} says so");
    }
}
