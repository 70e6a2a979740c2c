using System.Runtime.InteropServices;

namespace VaeDa.Observations.OnDisk;

/// <summary>A row as it lies in a scratch file; its texts are numbers of <see cref="StoredTexts"/>, and numbers that are not known are NaN.</summary>
/// <param name="Number">Among all rows.</param>
/// <param name="Latitude">In degrees.</param>
/// <param name="Longitude">In degrees.</param>
/// <param name="Anomaly">Or the number that was read.</param>
/// <param name="Error">Standard deviation.</param>
/// <param name="Value">As measured.</param>
/// <param name="Climatology">That was subtracted.</param>
/// <param name="Time">With its kind; <see cref="NoTime"/> where there is none.</param>
/// <param name="Line">In its file.</param>
/// <param name="Variable">A text.</param>
/// <param name="Station">A text.</param>
/// <param name="Source">A text.</param>
/// <param name="Units">A text.</param>
[StructLayout(LayoutKind.Sequential)]
internal readonly record struct StoredRow(
    long Number, double Latitude, double Longitude, double Anomaly, double Error, double Value, double Climatology, long Time, int Line, int Variable, int Station, int Source, int Units)
{
    public const long NoTime = long.MinValue;

    /// <param name="number">Among all rows.</param>
    /// <param name="row">Without a flag.</param>
    /// <param name="units">That the row states, or null.</param>
    /// <param name="texts">Takes what is new to it.</param>
    public static StoredRow Of(long number, Observation row, string? units, StoredTexts texts) => new(
        number, row.Latitude, row.Longitude, row.Anomaly, row.Error ?? double.NaN, row.Value ?? double.NaN, row.Climatology ?? double.NaN, row.Time?.ToBinary() ?? NoTime, row.Line,
        texts.NumberOf(row.Variable), texts.NumberOf(row.Station), texts.NumberOf(row.Source), texts.NumberOf(units));

    public Observation ToObservation(StoredTexts texts) => new(Latitude, Longitude, Anomaly)
    {
        Error = Known(Error),
        Value = Known(Value),
        Climatology = Known(Climatology),
        Time = Time == NoTime ? null : DateTime.FromBinary(Time),
        Line = Line,
        Variable = texts[Variable],
        Station = texts[Station],
        Source = texts[Source],
    };

    private static double? Known(double number) => double.IsNaN(number) ? null : number;
}
