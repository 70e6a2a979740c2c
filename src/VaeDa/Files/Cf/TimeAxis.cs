using VaeDa.Files.Netcdf;

namespace VaeDa.Files.Cf;

/// <summary>The times of a file's fields, by its time coordinate and the coordinate's bounds.</summary>
/// <param name="Times">UTC, in file order.</param>
/// <param name="Lengths">Of the periods that the bounds give, in seconds; null where there are no bounds that can be used.</param>
/// <param name="Notices">What was found odd, in words, and what was done.</param>
internal sealed record TimeAxis(IReadOnlyList<CalendarTime> Times, IReadOnlyList<long>? Lengths, IReadOnlyList<string> Notices)
{
    public static bool IsTime(NetcdfVariable coordinate) =>
        coordinate.Attributes.Text("units") is { } units && (units.Contains(" since ", StringComparison.OrdinalIgnoreCase) || units.Contains(" as %Y", StringComparison.Ordinal))
        || coordinate.Name is "time" or "valid_time";

    /// <param name="file">Open.</param>
    /// <param name="coordinate">(T).</param>
    /// <param name="field">Whose times are wanted.</param>
    /// <exception cref="InvalidInputException">The times cannot be told; the message names the variables, not the file.</exception>
    public static TimeAxis Read(NetcdfDataset file, NetcdfVariable coordinate, NetcdfVariable field)
    {
        if (coordinate.Attributes.Contains("calendar") && coordinate.Attributes.Text("calendar") is null)
        {
            throw new InvalidInputException($"'{coordinate.Name}': its calendar is a number; a name such as 'standard' is needed");
        }

        if (coordinate.Attributes.Text("climatology") is { Length: > 0 } climatology)
        {
            throw new InvalidInputException($"'{coordinate.Name}' has climatological bounds ('{climatology}'): its fields are means over the same time of several years, and fields of dates are needed");
        }

        var text = coordinate.Attributes.Text("units")?.Trim('\0', ' ');
        var units = CfTimeUnits.Parse(
            string.IsNullOrEmpty(text) ? throw new InvalidInputException($"'{coordinate.Name}' has no units") : text,
            coordinate.Attributes.Text("calendar"));
        var values = file.ReadAll(coordinate);
        CheckWhole(coordinate, values);
        CheckPrecision(coordinate, units, values);
        CalendarTime[] stamps = [.. values.Select(value => InWholeHours(coordinate, units, value, units.Read(value)))];
        var notices = new List<string>();
        if (units.Zone != TimeSpan.Zero)
        {
            notices.Add($"'{coordinate.Name}' is written in the time zone {(units.Zone < TimeSpan.Zero ? "-" : "+")}{units.Zone:hh\\:mm}; dates and hours are those of UTC");
        }

        return TimeBounds.Find(file, coordinate, field, units, notices) is { } bounds
            ? new TimeAxis(bounds.Times(stamps, notices), bounds.Lengths, notices)
            : new TimeAxis(stamps, null, notices);
    }

    private static void CheckWhole(NetcdfVariable coordinate, double[] values)
    {
        var missing = values.Count(value => !double.IsFinite(value));
        if (missing > 0)
        {
            throw new InvalidInputException($"'{coordinate.Name}' has no value in {missing} of its {values.Length} places, the first of them number {Array.FindIndex(values, value => !double.IsFinite(value)) + 1}: the times of these fields are not known");
        }
    }

    private static void CheckPrecision(NetcdfVariable coordinate, CfTimeUnits units, double[] values)
    {
        if (PrecisionOf(coordinate, units, values.Select(Math.Abs).DefaultIfEmpty().Max()) is var seconds && seconds > CalendarTime.SecondsPerDay / 2)
        {
            throw new InvalidInputException(FormattableString.Invariant($"'{coordinate.Name}' is stored as float32, which holds its times to {seconds / CalendarTime.SecondsPerDay:0.#} days only; float64 is needed"));
        }
    }

    // A float32 has hours, as days since 1900, to some minutes.
    private static CalendarTime InWholeHours(NetcdfVariable coordinate, CfTimeUnits units, double value, CalendarTime time)
    {
        const int Hour = 3600;
        var hours = time with { Seconds = (long)Math.Floor((time.Seconds + Hour / 2) / (double)Hour) * Hour };
        return Math.Abs(hours.Seconds - time.Seconds) <= PrecisionOf(coordinate, units, Math.Abs(value)) ? hours : time;
    }

    private static double PrecisionOf(NetcdfVariable coordinate, CfTimeUnits units, double value) =>
        coordinate.Type == NetcdfType.Float32 ? (MathF.BitIncrement((float)value) - (float)value) * units.SecondsPerUnit : 0;
}
