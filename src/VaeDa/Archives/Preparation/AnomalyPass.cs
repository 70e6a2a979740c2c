using System.Numerics;
using System.Runtime.InteropServices;
using VaeDa.Fields;
using VaeDa.Fields.Climatologies;
using VaeDa.Files;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Archives.Preparation;

/// <summary>The second pass over the fields: anomalies, packed, a file a year.</summary>
/// <param name="inputs">Not disposed here.</param>
/// <param name="variables">Of the archive, with the units of the anomalies.</param>
/// <param name="climatology">The archive's.</param>
/// <param name="description">What that is made of.</param>
/// <param name="provenance">What makes the archive.</param>
/// <param name="progress">Told after each field.</param>
/// <param name="cancellation">Stops the work early.</param>
internal sealed class AnomalyPass(PreparationInputs inputs, Variable[] variables, ClimatologyFile climatology, ClimatologyDescription description, Provenance provenance, IProgress<PreparationProgress>? progress, CancellationToken cancellation)
{
    // The error of packing, relative to the range of the median cell's anomalies: a hundredth of a standard deviation, or less.
    private const double CoarsestPacking = 1e-3;

    private readonly ClimatologySteps _ofYear = description.Steps;

    /// <param name="folder">The archive's.</param>
    /// <param name="ranges">Of the values of each variable.</param>
    /// <param name="strays">Values far from all others: their variables are not packed over the way to them.</param>
    /// <returns>Of each variable.</returns>
    /// <exception cref="InvalidInputException">A variable has no value where its climatology has one.</exception>
    public VariableStatistics[] Run(string folder, MonthlyRanges[] ranges, IReadOnlyList<StrayValue> strays)
    {
        var packings = new Int16Packing?[variables.Length];
        for (var v = 0; v < packings.Length; v++)
        {
            var packing = PackingOf([.. Ranges(v, ranges[v]).Where(range => range != ValueRange.None)], variables[v].Name);
            packings[v] = strays.Any(stray => stray.Variable == variables[v].Name) ? null : packing;
        }

        return [.. Write(folder, packings).Select((s, v) => s.Describe(variables[v].Name, inputs.Sources[v].Variable.Units, (packings[v]?.ScaleFactor / 2 ?? 0) + Rounding(ranges[v]) + climatology.PackingErrorOfMean(v)))];
    }

    /// <summary>What float32 leaves of the largest values and their mean, and of the difference; of anomalies as they come, twice.</summary>
    private double Rounding(MonthlyRanges values) => (inputs.AreAnomalies ? 2 : 3) * Math.Pow(2, -24)
        * values.OfCells(null).Where(range => range.High > range.Low).Select(range => Math.Max(Math.Abs((double)range.Low), Math.Abs((double)range.High))).DefaultIfEmpty().Max();

    /// <param name="ranges">Of the cells that have values.</param>
    /// <param name="variable">Short name.</param>
    /// <returns>Null where some cells' values are so far from all others' that one packing for all would be too coarse for these.</returns>
    private static Int16Packing? PackingOf(List<ValueRange> ranges, string variable)
    {
        if (ranges.Count == 0)
        {
            throw new InvalidInputException($"'{variable}' has no value where its climatology has one");
        }

        var packing = Int16Packing.Over(ranges.Min(range => range.Low), ranges.Max(range => range.High));
        // Cells that never vary need no digits.
        float[] widths = [.. ranges.Select(range => range.High - range.Low).Where(width => width > 0).Order()];
        return widths.Length == 0 || packing.ScaleFactor / 2 <= CoarsestPacking * widths[widths.Length / 2] ? packing : null;
    }

    /// <summary>
    /// For each cell a range that its anomalies do not leave: its extremes in a month against the least and the largest mean of that month.
    /// </summary>
    private ValueRange[] Ranges(int v, MonthlyRanges values)
    {
        if (inputs.AreAnomalies)
        {
            return values.OfCells(null);
        }

        var (means, step) = (new MonthlyRanges(inputs.Grid.Cells), 0);
        foreach (var mean in ReadAhead.Fields(_ofYear.Count, inputs.Grid.Cells, (i, mean) => climatology.ReadMean(v, i, mean)))
        {
            means.Add(_ofYear.MonthOf(step++), mean);
        }

        return values.OfCells(means);
    }

    private AnomalyStatistics[] Write(string folder, Int16Packing?[] packings)
    {
        var weights = inputs.Grid.AreaWeights();
        var periods = new FieldPeriods(inputs.Frequency, variables, inputs.StepHours, inputs.Times[0]);
        AnomalyStatistics[] statistics = [.. variables.Select(_ => new AnomalyStatistics(weights))];
        float[][] means = [.. variables.Select(_ => new float[inputs.Grid.Cells])];
        using var fields = ReadAhead.Fields(inputs.Times.Length * variables.Length, inputs.Grid.Cells, (i, field) => inputs.Read(i % variables.Length, i / variables.Length, field)).GetEnumerator();
        var stepRead = -1;
        foreach (var year in Enumerable.Range(0, inputs.Times.Length).GroupBy(t => inputs.Times[t].Year))
        {
            using var file = new ClassicNetcdfWriter(Path.Combine(folder, FormattableString.Invariant($"anomaly_{year.Key:0000}.nc")));
            file.Describe("Anomalies from climatology", inputs.Source, provenance, description);
            var time = new RecordTime(file, periods.Exist, inputs.Times[0]);
            var cells = file.AddGrid(inputs.Grid);
            NetcdfVariable[] stored = [.. variables.Select((variable, v) =>
            {
                var attributes = FieldAttributes.OfAnomaly(variable);
                packings[v]?.Describe(attributes);
                cells.Describe(attributes);
                return file.AddVariable(variable.Name, packings[v] is null ? NetcdfType.Float32 : NetcdfType.Int16, [time.Dimension, cells.Row, cells.Column], attributes);
            })];
            var record = 0;
            foreach (var t in year)
            {
                cancellation.ThrowIfCancellationRequested();
                time.Write(record, inputs.Times[t], periods.Of(inputs.Times[t]));
                var step = _ofYear.StepOf(inputs.Times[t]);
                for (var v = 0; v < variables.Length; v++)
                {
                    if (step != stepRead && !inputs.AreAnomalies)
                    {
                        climatology.ReadMean(v, step, means[v]);
                    }

                    fields.MoveNext();
                    var field = fields.Current;
                    Subtract(means[v], field);
                    statistics[v].Add(field);
                    file.WriteSlice<float>(stored[v], record, field);
                }

                stepRead = step;
                record++;
                progress?.Report(new PreparationProgress("writing anomalies", t + 1, inputs.Times.Length));
            }

            file.Complete();
        }

        return statistics;
    }

    private static void Subtract(float[] mean, float[] field)
    {
        var means = MemoryMarshal.Cast<float, Vector<float>>(mean);
        var values = MemoryMarshal.Cast<float, Vector<float>>(field.AsSpan());
        for (var i = 0; i < values.Length; i++)
        {
            values[i] -= means[i];
        }

        for (var c = values.Length * Vector<float>.Count; c < field.Length; c++)
        {
            field[c] -= mean[c];
        }
    }
}
