using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Fields.Climatologies;

namespace VaeDa.Observations;

/// <summary>How files of observations are to be understood.</summary>
public sealed record ObservationReading
{
    /// <summary>
    /// Whether a row that cannot be read, such as one with a latitude of 91 degrees, is an error; else it is kept with a flag and counted
    /// in <see cref="ObservationTable.Notes"/>, unless half of the rows of its file or more are such.
    /// </summary>
    public bool Strict { get; init; }

    /// <summary>
    /// The variables that the observations may be of, as a model has them: units are converted to theirs, and codes of the Station
    /// Exchange Format are looked up among their names. Null: names stay as they are, and units are not looked at.
    /// </summary>
    public IReadOnlyList<Variable>? Variables { get; init; }

    /// <summary>
    /// The units of rows that state none, each as <c>C</c>, for all variables, or <c>psl=hPa</c>, for one. Without them anomalies are in the
    /// variable's own units.
    /// </summary>
    public IReadOnlyList<string> Units { get; init; } = [];

    /// <summary>
    /// Whether the values are as measured, not anomalies: the mean of <see cref="Climatology"/> is then subtracted, or, with <see cref="Normals"/>, that of their station.
    /// They need units and times.
    /// </summary>
    public bool Absolute { get; init; }

    /// <summary>
    /// The archive whose climatological mean is subtracted from absolute values; its grid and variables are those of the model. It
    /// is read while the observations are, and not disposed.
    /// </summary>
    public AnomalyArchive? Climatology { get; init; }

    /// <summary>
    /// The years over which the mean of each station's own values of a calendar month is taken and subtracted from absolute values, in place of a climatology of fields:
    /// those that the model's anomalies refer to. A station needs values in half of the years, of each month that it is used in, and a name. Null: the climatology is subtracted.
    /// </summary>
    public YearSet? Normals { get; init; }
}
