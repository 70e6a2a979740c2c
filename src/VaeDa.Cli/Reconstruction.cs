using TorchSharp;
using VaeDa.Cli.Commands.Assimilate;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Model;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;

namespace VaeDa.Cli;

/// <summary>A field and what a model's generator makes of its encoding.</summary>
/// <param name="Original">(V, H, W), anomalies.</param>
/// <param name="Generated">(V, H, W); NaN where the original is.</param>
internal sealed record Reconstruction(Grid Grid, IReadOnlyList<Variable> Variables, DateTime Time, float[] Original, float[] Generated)
{
    public static Reconstruction Of(GenerativeModel model, float[] original, DateTime time)
    {
        using var scope = torch.NewDisposeScope();
        using var noGrad = torch.no_grad();
        var generated = model.Decode(model.Encode(original)).cpu().data<float>().ToArray(); // (V, H, W)
        for (var i = 0; i < original.Length; i++)
        {
            generated[i] = float.IsNaN(original[i]) ? float.NaN : generated[i];
        }

        return new Reconstruction(model.Grid, model.Variables, time, original, generated);
    }

    public ValidationFigure Figure(int variable, ColourScale? scale = null)
    {
        var cells = (variable * Grid.Cells)..((variable + 1) * Grid.Cells);
        return new ValidationFigure
        {
            Grid = Grid,
            Variable = Variables[variable],
            Date = AnalysisPicture.Date(Time),
            Original = Original[cells],
            Generated = Generated[cells],
            Scale = scale,
        };
    }
}
