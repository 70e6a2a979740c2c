using VaeDa.Archives.Batches;
using VaeDa.Fields.Grids;
using VaeDa.Model.Autoencoders;
using static TorchSharp.torch;

namespace VaeDa.Model.Linear;

/// <summary>EOFs as an autoencoder: projection and truncated reconstruction, both linear.</summary>
internal sealed class EofAutoencoder(EofBasis basis, Grid grid, int variables) : IAutoencoder
{
    public int LatentSize => (int)basis.Patterns.shape[0];

    public Tensor? LinearPatterns => basis.Patterns;

    public (Tensor Mean, Tensor LogVariance) Encode(Tensor x)
    {
        using var scope = NewDisposeScope();
        var mean = (x.flatten(1) - basis.Mean).matmul(basis.Projection.transpose(0, 1)); // (B, k)
        var logVariance = (1 / (1 + basis.Eigenvalues / basis.ResidualVariance)).log().expand_as(mean); // (B, k)
        return (mean.MoveToOuterDisposeScope(), logVariance.MoveToOuterDisposeScope());
    }

    public Tensor Filled(FieldBatch batch)
    {
        using var scope = NewDisposeScope();
        return (batch.IsComplete ? batch.Fields.alias() : basis.Filled(batch.Fields.flatten(1), batch.Weights.flatten(1)).reshape(batch.Fields.shape)).MoveToOuterDisposeScope(); // (B, V, H, W)
    }

    public Tensor Decode(Tensor z)
    {
        using var scope = NewDisposeScope();
        return (basis.Mean + z.matmul(basis.Patterns)) // (B, N)
            .reshape(-1, variables, grid.Height, grid.Width).MoveToOuterDisposeScope(); // (B, V, H, W)
    }

    public void Dispose() => basis.Dispose();
}
