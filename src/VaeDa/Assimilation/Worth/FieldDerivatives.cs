using VaeDa.Assimilation.Problem;
using VaeDa.Model;
using static TorchSharp.torch;

namespace VaeDa.Assimilation.Worth;

/// <summary>
/// ∂D/∂z at cells: of the generator's linear path where it has one, which costs nothing and is what the search takes too; else about
/// a state, for a pass through the generator for each latent.
/// </summary>
/// <param name="model">At the time of the analysis.</param>
/// <param name="z">The state, (1, k).</param>
internal sealed class FieldDerivatives(GenerativeModel model, Tensor z) : IDisposable
{
    private FieldLinearisation? _about;

    /// <param name="variable">Of the V.</param>
    /// <param name="cells">Of the H × W, (c).</param>
    /// <returns>(k, c), single precision.</returns>
    public Tensor At(int variable, int[] cells)
    {
        using var scope = NewDisposeScope();
        if (model.LinearPatterns(cells) is { } linear)
        {
            return linear.select(1, variable).cpu().MoveToOuterDisposeScope(); // (k, c)
        }

        _about ??= FieldLinearisation.About(model, z);
        var indices = tensor(Array.ConvertAll(cells, cell => (long)variable * model.Grid.Cells + cell)); // (c)
        return _about.Derivatives.index_select(1, indices).to(float32).MoveToOuterDisposeScope(); // (k, c)
    }

    public void Dispose() => _about?.Dispose();
}
