using VaeDa.Archives;
using VaeDa.Files.Outputs;
using VaeDa.Files;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;
using VaeDa.Model;
using VaeDa.Reanalysis.Dates;
using VaeDa.Reanalysis.Series;
using VaeDa.Results;

namespace VaeDa.Reanalysis;

/// <summary>Makes the files of one block: fields as its dates are analysed, then the tables.</summary>
/// <param name="model">Not disposed here.</param>
/// <param name="options">What to make.</param>
/// <param name="areas">Of the series.</param>
/// <param name="folder">Where the files go.</param>
/// <param name="id">Of the reanalysis; null in a folder that an earlier version began.</param>
internal sealed class BlockRun(GenerativeModel model, ReanalysisOptions options, IReadOnlyList<SeriesArea> areas, ReanalysisFolder folder, string? id)
{
    /// <param name="block">Which.</param>
    /// <param name="times">Of its analyses, ascending.</param>
    /// <param name="analyse">Analyses them, and tells what becomes of each, by its number, from several threads.</param>
    /// <param name="provenance">What the file of fields says of its making.</param>
    /// <param name="done">Told of each date.</param>
    public void Make(CalendarBlock block, IReadOnlyList<DateTime> times, Action<Action<int, DateOutcome>> analyse, Provenance provenance, Action<DateOutcome> done)
    {
        var (members, writing) = (options.Assimilation.Members, new Lock());
        var rows = new BlockTables(model.Grid, model.Variables, areas, members, times.Count);
        if (options.Save == SavedFields.None)
        {
            Analyse(null);
        }
        else
        {
            AtomicFile.Write(folder.FieldsOf(block.Name), aside =>
            {
                using var file = new ClassicNetcdfWriter(aside);
                if (id is not null)
                {
                    file.Attributes[AnalysisId.Attribute] = id;
                }

                file.Describe("Reanalysis of observations in the latent space of a variational autoencoder", AnalysisFiles.SourceOf(provenance), provenance, model.Card?.Climatology);
                var fields = new AnalysisFieldWriter(file, model.Grid, model.Variables, new FieldPeriods(options.Step, model.Variables, model.Card?.StepHours, times[0]), times[0], members, options.Save, options.Whole);
                fields.WriteClimatology(model.ClimatologicalStandardDeviation);
                Analyse(fields);
                file.Complete();
            });
        }

        if (rows.Observations() is { } observations)
        {
            DataFrameFile.Write(observations, folder.ObservationsOf(block.Name), id);
        }

        DataFrameFile.Write(rows.Series(), folder.SeriesOf(block));
        DataFrameFile.Write(rows.Dates(), folder.DatesOf(block));
        AtomicFile.Write(folder.WithheldOf(block), aside => File.WriteAllText(aside, JsonText.Write(rows.Withheld())));
        AtomicFile.Write(folder.StationsOf(block), aside => File.WriteAllText(aside, JsonText.Write(rows.Stations())));

        void Analyse(AnalysisFieldWriter? fields) => analyse((number, outcome) =>
        {
            lock (writing)
            {
                rows.Add(number, outcome);
                fields?.Write(number, outcome.Time, outcome.Failure is null ? outcome.Analysis : null);
                done(outcome);
            }
        });
    }
}
