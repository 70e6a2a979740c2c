using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Observations;

namespace VaeDa.Reanalysis;

/// <summary>Makes the files of one block: fields as its dates are analysed, then the tables.</summary>
/// <param name="model">Not disposed here.</param>
/// <param name="options">What to make.</param>
/// <param name="areas">Of the series.</param>
/// <param name="folder">Where the files go.</param>
/// <param name="workers">Analyse the dates.</param>
internal sealed class BlockRun(GenerativeModel model, ReanalysisOptions options, IReadOnlyList<SeriesArea> areas, ReanalysisFolder folder, DateWorkers workers)
{
    /// <param name="block">Which.</param>
    /// <param name="times">Of its analyses, ascending.</param>
    /// <param name="tables">The observations of each.</param>
    /// <param name="attributes">Of the file of fields.</param>
    /// <param name="done">Told of each date.</param>
    /// <param name="cancellation">Checked on the way; then no file of the block is left.</param>
    public void Make(CalendarBlock block, IReadOnlyList<DateTime> times, IReadOnlyList<ObservationTable> tables, IReadOnlyDictionary<string, string> attributes, Action<DateOutcome> done, CancellationToken cancellation)
    {
        var (members, writing) = (options.Assimilation.Members, new Lock());
        var rows = new BlockTables(model.Grid, model.Variables, areas, members, times.Count);
        if (options.Save == SavedFields.None)
        {
            Analyse(null);
        }
        else
        {
            AtomicFile.Write(folder.FieldsOf(block), aside =>
            {
                using var fields = new BlockFields(aside, model.Grid, model.Variables, members, options.Save, attributes);
                Analyse(fields);
                fields.Complete();
            });
        }

        if (rows.Observations() is { } observations)
        {
            DataFrameFile.Write(observations, folder.ObservationsOf(block));
        }

        DataFrameFile.Write(rows.Series(), folder.SeriesOf(block));
        DataFrameFile.Write(rows.Dates(), folder.DatesOf(block));
        AtomicFile.Write(folder.StationsOf(block), aside => File.WriteAllText(aside, JsonText.Write(rows.Stations())));

        void Analyse(BlockFields? fields) => workers.Run(
            tables,
            times,
            (number, outcome) =>
            {
                lock (writing)
                {
                    rows.Add(number, outcome);
                    fields?.Write(number, outcome.Time, outcome.Failure is null ? outcome.Analysis : null);
                    done(outcome);
                }
            },
            cancellation);
    }
}
