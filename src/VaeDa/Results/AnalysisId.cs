using System.Runtime.InteropServices;
using System.Text;
using VaeDa.Assimilation;
using VaeDa.Files;
using VaeDa.Runtime;

namespace VaeDa.Results;

/// <summary>
/// What tells an analysis from all others: a hash (SHA-256) of its fields and of what became of each observation. It stands in all files of the folder, so that
/// the fields of one analysis are not taken for those of another's observations. An analysis made again has the same.
/// </summary>
internal static class AnalysisId
{
    /// <summary>Of the netCDF file that holds it.</summary>
    public const string Attribute = "id";

    /// <returns>The first 16 hexadecimal digits.</returns>
    public static string Of(Analysis analysis)
    {
        using var hash = new Sha256();
        foreach (var field in (float[][])[analysis.MostProbable, analysis.Mean, analysis.Spread])
        {
            hash.Append(MemoryMarshal.AsBytes(field.AsSpan()));
        }

        foreach (var column in analysis.Observations.Columns)
        {
            hash.Append(Encoding.UTF8.GetBytes(column.Name));
            for (var row = 0L; row < column.Length; row++)
            {
                hash.Append(Encoding.UTF8.GetBytes($",{CellText.Format(column[row])}"));
            }
        }

        hash.Append(Encoding.UTF8.GetBytes($"{analysis.Time:O}, {analysis.Members.Count}"));
        return hash.ToHex()[..16];
    }
}
