using TorchSharp;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Model.Network;

/// <summary>
/// Fields with a cell more at some of their edges, with what is beyond there: the other end of a row that goes around the globe, the edge
/// itself where it does not, and beyond the first and last rows. The library's own padding gives the same; its derivative takes six times as long.
/// </summary>
internal sealed class EdgePadding : autograd.SingleTensorFunction<EdgePadding>
{
    /// <inheritdoc/>
    public override string Name => nameof(EdgePadding);

    /// <param name="x">(B, C, H, W)</param>
    /// <param name="top">Rows to add, 0 or 1.</param>
    /// <param name="bottom">Rows to add, 0 or 1.</param>
    /// <param name="left">Columns to add, 0 or 1.</param>
    /// <param name="right">Columns to add, 0 or 1.</param>
    /// <param name="periodic">Whether rows go around the globe.</param>
    /// <returns>(B, C, H + top + bottom, W + left + right)</returns>
    public static Tensor Of(Tensor x, long top, long bottom, long left, long right, bool periodic)
    {
        var ring = new Ring(top, bottom, left, right, periodic);
        return x.requires_grad ? apply(x, ring) : ring.About(x);
    }

    /// <inheritdoc/>
    public override Tensor forward(autograd.AutogradContext ctx, params object[] vars)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        ArgumentNullException.ThrowIfNull(vars);
        ctx.save_data("ring", vars[1]);
        return ((Ring)vars[1]).About((Tensor)vars[0]);
    }

    /// <inheritdoc/>
    public override List<Tensor> backward(autograd.AutogradContext ctx, Tensor grad_output)
    {
        ArgumentNullException.ThrowIfNull(ctx);
        return [((Ring)ctx.get_data("ring")).Gathered(grad_output), null!];
    }

    private sealed record Ring(long Top, long Bottom, long Left, long Right, bool Periodic)
    {
        public Tensor About(Tensor x)
        {
            using var scope = NewDisposeScope();
            var (height, width) = (x.shape[2], x.shape[3]);
            var padded = Convolution.Empty([x.shape[0], x.shape[1], Top + height + Bottom, Left + width + Right], x.dtype, x.device); // (B, C, H+t+b, W+l+r)
            var rows = padded.narrow(2, Top, height); // (B, C, H, W+l+r)
            rows.narrow(3, Left, width).copy_(x);
            foreach (var (to, from) in Columns(width))
            {
                rows.narrow(3, to, 1).copy_(x.narrow(3, from, 1));
            }

            foreach (var (to, from) in Rows(height))
            {
                padded.narrow(2, to, 1).copy_(rows.narrow(2, from, 1));
            }

            return padded.MoveToOuterDisposeScope();
        }

        /// <summary>The transpose: what a padded field's values are to each cell that they were copied from.</summary>
        public Tensor Gathered(Tensor padded)
        {
            using var scope = NewDisposeScope();
            var (height, width) = (padded.shape[2] - Top - Bottom, padded.shape[3] - Left - Right);
            var x = padded.narrow(2, Top, height).narrow(3, Left, width).clone(); // (B, C, H, W)
            AddColumns(padded.narrow(2, Top, height), x);
            foreach (var (from, to) in Rows(height))
            {
                var (row, beyond) = (x.narrow(2, to, 1), padded.narrow(2, from, 1)); // (B, C, 1, W), (B, C, 1, W+l+r)
                row.add_(beyond.narrow(3, Left, width));
                AddColumns(beyond, row);
            }

            return x.MoveToOuterDisposeScope();

            void AddColumns(Tensor from, Tensor to)
            {
                foreach (var (beyond, column) in Columns(width))
                {
                    to.narrow(3, column, 1).add_(from.narrow(3, beyond, 1));
                }
            }
        }

        // Of the padded field, and of the field that it repeats.
        private IEnumerable<(long Beyond, long Column)> Columns(long width)
        {
            if (Left > 0)
            {
                yield return (0, Periodic ? width - 1 : 0);
            }

            if (Right > 0)
            {
                yield return (Left + width, Periodic ? 0 : width - 1);
            }
        }

        private IEnumerable<(long Beyond, long Row)> Rows(long height)
        {
            if (Top > 0)
            {
                yield return (0, 0);
            }

            if (Bottom > 0)
            {
                yield return (Top + height, height - 1);
            }
        }
    }
}
