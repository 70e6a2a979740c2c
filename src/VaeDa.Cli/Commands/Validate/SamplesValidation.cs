using System.Globalization;
using Microsoft.Data.Analysis;
using TorchSharp;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Plotting.Figures;
using VaeDa.Verification;
using VaeDa.Verification.Samples;

namespace VaeDa.Cli.Commands.Validate;

/// <summary>What <c>--samples</c> adds to <c>vaeda validate</c>: random fields beside held-out ones, as tables, JSON and figures.</summary>
internal sealed class SamplesValidation
{
    // Of the sets that are compared; its maps are drawn.
    private const int Vae = 2;

    private readonly GenerativeModel _model;
    private readonly IReadOnlyList<string> _names;
    private readonly SampleComparison _comparison;

    /// <param name="count">Random fields of each kind.</param>
    public SamplesValidation(GenerativeModel model, Baselines baselines, IFieldSet heldOut, IFieldSet training, int count, long seed, CancellationToken cancellation)
    {
        _model = model;
        var deviation = model.ClimatologicalStandardDeviation;
        var sets = new List<(string Name, SampleMoments Moments)>
        {
            ("held out", SampleMoments.Of(heldOut, deviation, cancellation)),
            ("training", SampleMoments.Of(training, deviation, cancellation)),
            ("vae", Draw(model, true)),
            ("vae, no residual", Draw(model, false)),
            ("eof", Draw(baselines.EofWithPatterns, true)),
            ("eof, no residual", Draw(baselines.EofWithPatterns, false)),
        };
        _names = sets.ConvertAll(set => set.Name);
        _comparison = new SampleComparison(sets, model.Grid, model.Variables, (int)seed);
        sets.ForEach(set => set.Moments.Dispose());
        (Statistics, Spectra) = (_comparison.Statistics(), _comparison.Spectra());

        SampleMoments Draw(GenerativeModel generator, bool withResidual)
        {
            using var random = new torch.Generator((ulong)seed);
            var sampler = new PriorSampler(generator, withResidual);
            var blocks = Math.Clamp(count / 2, 1, SampleMoments.Blocks);
            Console.Error.WriteLine($"{count} random fields{(withResidual ? "" : ", without residual")}, {(generator == model ? "vae" : "eof")}");
            return SampleMoments.Of(
                Enumerable.Range(0, blocks).Select(b => sampler.Draw((int)((long)(b + 1) * count / blocks - (long)b * count / blocks), random, cancellation)),
                model.Grid, deviation);
        }
    }

    public DataFrame Statistics { get; }

    public DataFrame Spectra { get; }

    public IEnumerable<string> Tables()
    {
        yield return "random fields compared with held-out ones, with 95% intervals" + Environment.NewLine + FrameText.Table(Joined(Statistics), 2, _model.Variables);
        yield return $"power relative to held out, by {(_model.Grid.IsPeriodic ? "zonal wavenumber" : "half wavelengths in the region")}, 95% intervals" + Environment.NewLine + FrameText.Table(Joined(Spectra), 3, _model.Variables);
    }

    /// <returns>The files.</returns>
    public IEnumerable<string> Draw(string aside, string output)
    {
        for (var v = 0; v < _model.Variables.Count; v++)
        {
            var file = _model.Variables.Count == 1 ? "samples.png" : $"samples-{_model.Variables[v].Name}.png";
            new SampleStatisticsFigure
            {
                Grid = _model.Grid,
                Variable = _model.Variables[v],
                Sets = [.. _names.Select((name, set) => (name, _comparison.Of(set, v)))],
                Shown = Vae,
            }.Save(Path.Combine(aside, file));
            yield return Path.Combine(output, file);
        }
    }

    // Each score and its interval in one column.
    private static DataFrame Joined(DataFrame frame) => new(frame.Columns.Where(c => !c.Name.EndsWith("_low", StringComparison.Ordinal) && !c.Name.EndsWith("_high", StringComparison.Ordinal)).Select(column =>
        frame.Columns.IndexOf(column.Name + "_low") < 0
            ? column.Clone()
            : new StringDataFrameColumn(column.Name, frame.Rows.Select(row => string.Create(CultureInfo.InvariantCulture, $"{row[column.Name]:0.000} [{row[column.Name + "_low"]:0.000}, {row[column.Name + "_high"]:0.000}]")))));
}
