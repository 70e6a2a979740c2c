using VaeDa.Fields.Climatologies;
using VaeDa.Files.Netcdf;

namespace VaeDa.Files.Cf;

/// <summary>What a netCDF file says of itself as a whole: CF's global attributes (section 2.6.2).</summary>
internal static class FileDescription
{
    /// <param name="file">Still being defined.</param>
    /// <param name="title">What is in it.</param>
    /// <param name="source">What made it: the model, the archive.</param>
    /// <param name="provenance">Whose command and time begin the history.</param>
    /// <param name="climatology">What the anomalies are from; null if it is not known.</param>
    public static void Describe(this ClassicNetcdfWriter file, string title, string source, Provenance provenance, ClimatologyDescription? climatology)
    {
        file.Attributes["title"] = title;
        if (provenance.InstitutionOfData is { } institution)
        {
            file.Attributes["institution"] = institution;
        }

        file.Attributes["source"] = source;
        file.Attributes["history"] = provenance.ToHistory();
        if (climatology is not null)
        {
            // CF's own place for it, a scalar coordinate 'reference_epoch', is one that CDO warns about at each file.
            var (first, last) = (climatology.First, climatology.Last);
            if (climatology.Calendar == ClimatologyCalendar.Monthly)
            {
                (first, last) = (new(first.Year, first.Month, 1), new(last.Year, last.Month, DateTime.DaysInMonth(last.Year, last.Month)));
            }

            file.Attributes["reference_period"] = FormattableString.Invariant($"{first:yyyy-MM-dd}/{last:yyyy-MM-dd}");
        }
    }
}
