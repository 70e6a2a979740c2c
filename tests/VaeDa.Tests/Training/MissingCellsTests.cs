using TorchSharp;
using VaeDa.Archives.Batches;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Training;
using static TorchSharp.torch;

namespace VaeDa.Tests.Training;

/// <summary>What the generator makes of a cell whose truth is missing has no say in either objective.</summary>
public class MissingCellsTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_missing_cell_has_neither_loss_nor_gradient_and_all_others_have(bool elbo)
    {
        using var scope = NewDisposeScope();
        var (grid, random) = (ProjectedGrids.Britain, new Random(4));
        // The sea never has a value, and some cells of the land have none in some fields.
        float[][] fields =
        [
            .. Enumerable.Range(0, 3).Select(_ => Enumerable.Range(0, grid.Cells).Select(cell =>
                Land.NaturalEarth.Contains(grid.LatitudeOf(cell), grid.LongitudeOf(cell)) && random.NextDouble() > 0.2 ? (float)SyntheticFields.Normal(random) : float.NaN).ToArray()),
        ];
        var set = new InMemoryFields(grid, SyntheticFields.Variables(), fields);
        using var batch = new FieldBatches(set, new Normalisation { Scale = [2], Offset = [0.5] }, 3, CPU).ReadAll().Single();
        ILoss loss = elbo ? new ElboLoss() : new ScaledSquaredErrorLoss();
        var generated = zeros_like(batch.Fields).requires_grad_(); // (3, 1, H, W)
        var latent = zeros(3, 2); // (3, k)
        double Loss(Tensor output) => loss.Of(batch, output, latent, latent, latent, zeros(1), training: true).Total.ToDouble();

        loss.Of(batch, generated, latent, latent, latent, zeros(1), training: true).Total.backward();
        bool[] isMissing = [.. fields.SelectMany(f => f).Select(float.IsNaN)];
        Assert.Equal(isMissing, generated.grad!.data<float>().Select(slope => slope == 0));
        var wild = where(tensor(isMissing).view_as(generated), tensor(1e3f), generated.detach()); // (3, 1, H, W)
        Assert.Equal(Loss(generated.detach()), Loss(wild));
    }
}
