using VaeDa.Files.Netcdf;

namespace VaeDa.Files.Cf;

/// <summary>The record dimension <c>time</c> of a file that is being written, its coordinate and, where the fields are of periods, <c>time_bnds</c>.</summary>
internal sealed class RecordTime
{
    private readonly ClassicNetcdfWriter _file;
    private readonly NetcdfVariable _times;
    private readonly NetcdfVariable? _bounds;

    /// <param name="file">Still being defined.</param>
    /// <param name="hasBounds">Whether each record is written with the period that its fields stand for.</param>
    /// <param name="first">The first time that is to be written, where it may be before the Gregorian reform.</param>
    public RecordTime(ClassicNetcdfWriter file, bool hasBounds, DateTime? first = null)
    {
        _file = file;
        Dimension = file.AddRecordDimension("time");
        _times = file.AddTime(Dimension, first);
        if (hasBounds)
        {
            _times.Attributes["bounds"] = "time_bnds";
            _bounds = file.AddVariable("time_bnds", NetcdfType.Float64, [Dimension, file.BoundsDimension()]);
        }
    }

    public NetcdfDimension Dimension { get; }

    /// <param name="record">From 0; the file grows as needed.</param>
    /// <param name="time">UTC.</param>
    /// <param name="period">What the fields of this time stand for; needed where there are bounds.</param>
    public void Write(long record, DateTime time, (DateTime Start, DateTime End)? period = null)
    {
        _file.WriteSlice(_times, record, CfCoordinates.HoursOf(time));
        if (_bounds is not null)
        {
            var (start, end) = period ?? throw new ArgumentNullException(nameof(period));
            _file.WriteSlice(_bounds, record, CfCoordinates.HoursOf(start), CfCoordinates.HoursOf(end));
        }
    }
}
