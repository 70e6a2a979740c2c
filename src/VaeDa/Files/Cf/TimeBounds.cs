using System.Text.RegularExpressions;
using VaeDa.Files.Netcdf;

namespace VaeDa.Files.Cf;

/// <summary>The periods that fields are means, sums or extremes of: the bounds of a time coordinate (CF conventions, section 7.1).</summary>
internal sealed partial class TimeBounds
{
    // Of the length of a period: what rounding may have done to a stamp at its end.
    private const double Tolerance = 1e-3;

    private readonly string _name;
    private readonly (CalendarTime From, CalendarTime To)[] _periods;

    private TimeBounds(string name, (CalendarTime From, CalendarTime To)[] periods) => (_name, _periods) = (name, periods);

    /// <summary>Of the periods, in seconds.</summary>
    public IReadOnlyList<long> Lengths => [.. _periods.Select(period => period.To.Seconds - period.From.Seconds)];

    /// <param name="file">Open.</param>
    /// <param name="coordinate">The time coordinate (T).</param>
    /// <param name="field">The variable that is on it.</param>
    /// <param name="units">The coordinate's.</param>
    /// <param name="notices">Told of bounds that cannot be used.</param>
    /// <returns>Null where there are none that can be used.</returns>
    /// <exception cref="InvalidInputException">Their units are not known.</exception>
    public static TimeBounds? Find(NetcdfDataset file, NetcdfVariable coordinate, NetcdfVariable field, CfTimeUnits units, List<string> notices)
    {
        var named = coordinate.Attributes.Text("bounds")?.Trim('\0', ' ');
        var path = coordinate.Group.Length == 0 ? "" : $"{coordinate.Group}/";
        // Files that name none have them all the same.
        string[] names = string.IsNullOrEmpty(named) ? [$"{coordinate.Name}_bnds", $"{coordinate.Name}_bounds", $"{coordinate.Name}_bound"] : [named];
        var bounds = names.Select(name => file.Find(path + name) ?? file.Find(name)).FirstOrDefault(found => found is not null);
        var isPair = bounds is { Dimensions: [var first, { Length: 2 }], Type: not (NetcdfType.Char or NetcdfType.Unsupported) } && first == coordinate.Dimensions[0];
        if (!string.IsNullOrEmpty(named) && !isPair)
        {
            notices.Add(bounds is null
                ? $"'{named}', the bounds of '{coordinate.Name}', is not in the file: times are taken as they are stamped"
                : $"'{named}', the bounds of '{coordinate.Name}', has not two values for each time: times are taken as they are stamped");
        }

        // Values at an instant have no period, whatever the bounds say.
        if (!isPair || PointPattern().IsMatch(field.Attributes.Text("cell_methods") ?? ""))
        {
            return null;
        }

        var values = file.ReadAll(bounds!);
        if (values.Any(value => !double.IsFinite(value)))
        {
            notices.Add($"'{bounds!.Name}', the bounds of '{coordinate.Name}', has missing values: times are taken as they are stamped");
            return null;
        }

        var own = bounds!.Attributes.Text("units")?.Trim('\0', ' ');
        var ofBounds = string.IsNullOrEmpty(own) ? units : CfTimeUnits.Parse(own, bounds.Attributes.Text("calendar") ?? coordinate.Attributes.Text("calendar"));
        var periods = new (CalendarTime From, CalendarTime To)[values.Length / 2];
        var isReversed = false;
        for (var t = 0; t < periods.Length; t++)
        {
            var (from, to) = (ofBounds.Read(values[2 * t]), ofBounds.Read(values[2 * t + 1]));
            isReversed |= from.Seconds > to.Seconds;
            periods[t] = from.Seconds > to.Seconds ? (to, from) : (from, to);
        }

        if (isReversed)
        {
            notices.Add($"'{bounds.Name}', the bounds of '{coordinate.Name}', has ends before beginnings: they are turned round");
        }

        return new TimeBounds(bounds.Name, periods);
    }

    /// <summary>A stamp within its period stays; one at its end or beginning becomes the middle.</summary>
    /// <exception cref="InvalidInputException">A stamp is outside its period.</exception>
    public CalendarTime[] Times(CalendarTime[] stamps, List<string> notices)
    {
        var (times, isMoved) = (new CalendarTime[stamps.Length], false);
        for (var t = 0; t < stamps.Length; t++)
        {
            var (from, to) = _periods[t];
            var tolerance = 1 + Tolerance * (to.Seconds - from.Seconds);
            if (stamps[t].Seconds < from.Seconds - tolerance || stamps[t].Seconds > to.Seconds + tolerance)
            {
                throw new InvalidInputException($"time {stamps[t]} is outside its bounds, {from} to {to} ('{_name}'): one of them is wrong, and the field's date is not known");
            }

            var isAtEnd = stamps[t].Seconds <= from.Seconds + tolerance || stamps[t].Seconds >= to.Seconds - tolerance;
            times[t] = isAtEnd && to.Seconds > from.Seconds ? from.Middle(to) : stamps[t];
            isMoved |= times[t] != stamps[t];
        }

        if (isMoved)
        {
            notices.Add($"times stamped at the beginning or end of their periods stand for the periods' middle, by '{_name}'");
        }

        return times;
    }

    [GeneratedRegex(@"\b(?:valid_)?time\s*:\s*point\b", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex PointPattern();
}
