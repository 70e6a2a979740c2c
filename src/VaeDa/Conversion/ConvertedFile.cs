using VaeDa.Archives.Preparation;
using VaeDa.Fields;
using VaeDa.Files;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Conversion;

/// <summary>Writes converted fields as CF netCDF: for each variable t, <c>t_mean</c>, <c>t_spread</c> and the members <c>t</c>.</summary>
public static class ConvertedFile
{
    /// <param name="path">Written aside and renamed.</param>
    /// <param name="source">Fields to convert.</param>
    /// <param name="members">M; 0 for none.</param>
    /// <param name="converterFile">Its name, for the file's attributes.</param>
    /// <param name="command">The command line.</param>
    /// <exception cref="InvalidInputException">The fields are not those that the converter reads.</exception>
    public static void Write(string path, Converter converter, IFieldSet source, int members, long seed, string converterFile, string command, IProgress<PreparationProgress>? progress = null, CancellationToken cancellation = default)
    {
        ArgumentNullException.ThrowIfNull(converter);
        ArgumentNullException.ThrowIfNull(source);
        var estimates = converter.Convert(source, cancellation);
        AtomicFile.Write(path, aside =>
        {
            using var file = new ClassicNetcdfWriter(aside);
            file.Attributes["title"] = "Fields of one data set converted to those of another by a variational autoencoder";
            file.Attributes["source"] = $"vaeda {Provenance.Version}, converter {converterFile} ({converter.Model.Hash})";
            file.Attributes["history"] = command;
            var (grid, variables) = (converter.Model.Grid, converter.Model.Variables);
            var time = file.AddRecordDimension("time");
            var times = file.AddTime(time);
            var member = members == 0 ? null : file.AddCoordinate("member", [.. Enumerable.Range(1, members).Select(i => (double)i)], new NetcdfAttributes
            {
                ["standard_name"] = "realization",
                ["long_name"] = "ensemble member",
                ["units"] = "1",
            });
            var cells = file.AddGrid(grid);
            var defined = variables.Select(v => (
                Mean: Add(v, "_mean", "expected anomaly of", time, cells.Row, cells.Column),
                Spread: Add(v, "_spread", "standard deviation of the error of", time, cells.Row, cells.Column),
                Deviation: Add(v, "_climatological_standard_deviation", "climatological standard deviation of", cells.Row, cells.Column),
                Members: member is null ? null : Add(v, "", "anomaly of", time, member, cells.Row, cells.Column))).ToList();
            for (var v = 0; v < variables.Count; v++)
            {
                file.Write(defined[v].Deviation, Of(converter.Model.ClimatologicalStandardDeviation, v).ToArray());
            }

            foreach (var (estimate, t) in estimates.Select((field, t) => (field, t)))
            {
                cancellation.ThrowIfCancellationRequested();
                file.WriteSlice(times, t, CfCoordinates.HoursOf(source.TimeOf(t)));
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

            NetcdfVariable Add(Fields.Variable variable, string suffix, string what, params NetcdfDimension[] dimensions)
            {
                var attributes = new NetcdfAttributes { ["long_name"] = $"{what} {variable.LongName ?? variable.Name}", ["units"] = variable.Units, ["_FillValue"] = float.NaN };
                cells.Describe(attributes);
                return file.AddVariable(variable.Name + suffix, NetcdfType.Float32, dimensions, attributes);
            }
        });
    }
}
