using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Files.Outputs;
using VaeDa.Files;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Results;

/// <summary>An analysis as a folder: <c>analysis.nc</c>, <c>observations.parquet</c> and <c>analysis.json</c>.</summary>
public static class AnalysisFiles
{
    /// <summary>The name of the file with the fields: members, mean, spread and most probable field.</summary>
    public const string Fields = "analysis.nc";
    /// <summary>The name of the file that says what became of each observation.</summary>
    public const string Observations = "observations.parquet";
    /// <summary>The name of the same table as CSV, which is written where it is asked for.</summary>
    public const string ObservationsAsCsv = "observations.csv";
    /// <summary>The name of the file with what made the analysis, its diagnostics and its latent state.</summary>
    public const string Description = "analysis.json";
    /// <summary>The name of the picture, which is drawn by the executable and not written here.</summary>
    public const string Picture = "analysis.png";

    /// <summary>The name of the report for a browser, which is made by the executable and not written here.</summary>
    public const string Report = "report.html";

    // Of pictures of other kinds, by default.
    private const string PictureStart = "analysis.";

    /// <summary>What belongs to the folder of an analysis: the files that are named here, and pictures of it.</summary>
    public static FolderContents Contents { get; } = new("an analysis", Description, IsOne, mayHoldOthers: true);

    /// <summary>Writes an analysis. The folder is written aside and put in place when it is whole, so that it is of one analysis at any time.</summary>
    /// <param name="folder">The folder; other files in it stay, those of another analysis go.</param>
    /// <param name="analysis">The analysis; its members are read one at a time.</param>
    /// <param name="provenance">What made it, with the inputs <c>model</c> and <c>modelHash</c>.</param>
    /// <param name="whole">What makes whole fields, which are written beside the anomalies; null for none.</param>
    /// <exception cref="InvalidInputException">There are to be whole fields, and the analysis has no time.</exception>
    public static void Write(string folder, Analysis analysis, Provenance provenance, WholeFields? whole = null)
    {
        ArgumentNullException.ThrowIfNull(folder);
        AtomicFolder.Write(folder, Contents, aside => WriteInto(aside, analysis, provenance, whole));
    }

    /// <summary>Writes an analysis's files into a folder that is still being made, as <see cref="AtomicFolder.Write"/> gives it.</summary>
    /// <param name="folder">The folder.</param>
    /// <param name="analysis">The analysis; its members are read one at a time.</param>
    /// <param name="provenance">What made it, with the inputs <c>model</c> and <c>modelHash</c>.</param>
    /// <param name="whole">What makes whole fields, which are written beside the anomalies; null for none.</param>
    /// <exception cref="InvalidInputException">There are to be whole fields, and the analysis has no time.</exception>
    public static void WriteInto(string folder, Analysis analysis, Provenance provenance, WholeFields? whole = null)
    {
        ArgumentNullException.ThrowIfNull(analysis);
        ArgumentNullException.ThrowIfNull(provenance);
        if (whole is not null && analysis.Time is null)
        {
            throw new InvalidInputException("whole fields need a time, for the climatology of its day or month, and the observations have none");
        }

        var id = AnalysisId.Of(analysis);
        WriteFields(Path.Combine(folder, Fields), analysis, provenance, whole, id);
        DataFrameFile.Write(analysis.Observations, Path.Combine(folder, Observations), id);
        File.WriteAllText(Path.Combine(folder, Description), JsonText.Write(AnalysisDescription.Of(analysis, provenance, id), indented: true));
    }

    /// <summary>Reads what <see cref="Write"/> wrote. The members stay in the file until each is asked for.</summary>
    /// <param name="folder">The folder of an analysis.</param>
    /// <returns>The analysis, equal to the one that was written.</returns>
    /// <exception cref="InvalidInputException">A file is missing, or is not what is written here.</exception>
    public static Analysis Read(string folder) => new AnalysisReader(folder).Read();

    /// <summary>Reads what made the analysis in a folder.</summary>
    /// <param name="folder">The folder of an analysis.</param>
    /// <returns>The command, the seed, the versions and the inputs, as they were written.</returns>
    /// <exception cref="InvalidInputException">The file is missing, or is not what is written here.</exception>
    public static Provenance ReadProvenance(string folder) => new AnalysisReader(folder).Description().Provenance;

    /// <summary>CF's attribute <c>source</c> of what a model has made.</summary>
    /// <param name="provenance">With the inputs <c>model</c> and <c>modelHash</c>.</param>
    internal static string SourceOf(Provenance provenance) =>
        $"vaeda {provenance.Versions["vaeda"]}, model {provenance.Input<string>("model")} ({provenance.Input<string>("modelHash")})";

    private static bool IsOne(string name) => name is Fields or Observations or ObservationsAsCsv or Description or Picture or Report
        || (name.StartsWith(PictureStart, StringComparison.Ordinal) && name.EndsWith(".png", StringComparison.Ordinal));

    private static void WriteFields(string path, Analysis analysis, Provenance provenance, WholeFields? whole, string id)
    {
        using var file = new ClassicNetcdfWriter(path);
        file.Attributes[AnalysisId.Attribute] = id;
        file.Describe("Analysis of observations in the latent space of a variational autoencoder", SourceOf(provenance), provenance, analysis.Climatology);
        int? hours = analysis.Climatology is { TimesOfDay: > 1 and var timesOfDay } ? 24 / timesOfDay : null;
        var fields = new AnalysisFieldWriter(
            file, analysis.Grid, analysis.Variables, new FieldPeriods(analysis.Frequency, analysis.Variables, hours, analysis.Time ?? default), analysis.Time, analysis.Members.Count, SavedFields.Members, whole);
        fields.WriteClimatology(analysis.ClimatologicalStandardDeviation);
        fields.Write(0, analysis.Time, analysis);
        file.Complete();
    }
}
