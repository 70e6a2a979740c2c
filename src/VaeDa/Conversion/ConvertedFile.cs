using VaeDa.Archives;
using VaeDa.Archives.Preparation;
using VaeDa.Fields;
using VaeDa.Files.Outputs;
using VaeDa.Files;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Conversion;

/// <summary>
/// Converted fields as a CF netCDF file. For each variable, here t, it holds the expected anomalies <c>t_mean</c>, the standard
/// deviation of their error <c>t_spread</c>, the members <c>t</c>, and <c>t_climatological_standard_deviation</c>.
/// </summary>
public static class ConvertedFile
{
    /// <summary>Converts fields and writes them as it goes, in the units of the variables.</summary>
    /// <param name="path">The file. It is written aside and renamed, so that a file of that name is whole at any time.</param>
    /// <param name="converter">The converter.</param>
    /// <param name="source">The fields to convert, of the converter's source grid and variables.</param>
    /// <param name="members">The number of ensemble members, M; 0 for none.</param>
    /// <param name="seed">The seed of the members; with the time of a field it gives that field's draws.</param>
    /// <param name="converterFile">The name of the converter's file, for the attribute <c>source</c>.</param>
    /// <param name="provenance">What makes the file, for the attribute <c>history</c>.</param>
    /// <param name="progress">Is told after each field; null for nobody.</param>
    /// <param name="cancellation">Breaks off between fields; no file is left then.</param>
    /// <exception cref="InvalidInputException">The fields are not those that the converter reads.</exception>
    /// <exception cref="OperationCanceledException">It was cancelled.</exception>
    public static void Write(string path, Converter converter, IFieldSet source, int members, long seed, string converterFile, Provenance provenance, IProgress<PreparationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(converter);
        ArgumentNullException.ThrowIfNull(source);
        ArgumentNullException.ThrowIfNull(provenance);
        var estimates = converter.Convert(source, cancellation);
        AtomicFile.Write(path, aside =>
        {
            using var file = new ClassicNetcdfWriter(aside);
            var (grid, variables, card) = (converter.Model.Grid, converter.Model.Variables, converter.Model.Card);
            file.Describe(
                "Fields of one data set converted to those of another by a variational autoencoder", $"vaeda {Provenance.Version}, converter {converterFile} ({converter.Model.Hash})", provenance, card?.Climatology);
            var periods = new FieldPeriods(card?.KnownFrequency, variables, card?.StepHours, source.TimeOf(0));
            var time = new RecordTime(file, periods.Exist, source.TimeOf(0));
            var member = members == 0 ? null : file.AddMembers(members);
            var cells = file.AddGrid(grid);
            var defined = variables.Select(v => (
                Mean: Add(v.Name + VariableNames.Mean, FieldAttributes.OfAnomaly(v, "expected field"), time.Dimension, cells.Row, cells.Column),
                Spread: Add(v.Name + VariableNames.Spread, FieldAttributes.OfStandardError(v), time.Dimension, cells.Row, cells.Column),
                Deviation: Add(v.Name + VariableNames.ClimatologicalStandardDeviation, FieldAttributes.OfClimatologicalDeviation(v), cells.Row, cells.Column),
                Members: member is null ? null : Add(v.Name, FieldAttributes.OfAnomaly(v), time.Dimension, member, cells.Row, cells.Column))).ToList();
            for (var v = 0; v < variables.Count; v++)
            {
                file.Write(defined[v].Deviation, Of(converter.Model.ClimatologicalStandardDeviation, v).ToArray());
            }

            foreach (var (estimate, t) in estimates.Select((field, t) => (field, t)))
            {
                cancellation.ThrowIfCancellationRequested();
                time.Write(t, source.TimeOf(t), periods.Of(source.TimeOf(t)));
                var draws = converter.Members(estimate, source.TimeOf(t), members, seed);
                var spread = converter.Spread(source.TimeOf(t));
                for (var v = 0; v < variables.Count; v++)
                {
                    file.WriteSlice(defined[v].Mean, t, Of(estimate, v));
                    file.WriteSlice(defined[v].Spread, t, Of(spread, v));
                    if (defined[v].Members is { } drawn)
                    {
                        file.WriteSlice<float>(drawn, t, [.. draws.SelectMany(field => Of(field, v).ToArray())]);
                    }
                }

                progress?.Report(new PreparationProgress("converting", t + 1, source.Count));
            }

            file.Complete();

            ReadOnlySpan<float> Of(float[] all, int v) => all.AsSpan(v * grid.Cells, grid.Cells);

            NetcdfVariable Add(string name, NetcdfAttributes attributes, params NetcdfDimension[] dimensions)
            {
                cells.Describe(attributes);
                return file.AddVariable(name, NetcdfType.Float32, dimensions, attributes);
            }
        });
    }
}
