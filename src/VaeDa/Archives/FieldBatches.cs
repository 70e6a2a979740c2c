using TorchSharp;
using VaeDa.Fields;
using static TorchSharp.torch;

namespace VaeDa.Archives;

/// <summary>
/// Reads fields in batches, normalised; the next batch is read on another thread while the caller works on this one.
/// Memory holds two batches, whatever the size of the set.
/// </summary>
/// <param name="inputs">What an encoder reads in place of these fields: as many, in batches of the same size; null for the fields themselves.</param>
public sealed class FieldBatches(IFieldSet fields, Normalisation normalisation, int batchSize, Device device, FieldBatches? inputs = null)
{
    private readonly float[] _area = [.. Enumerable.Repeat(fields.Grid.AreaWeights(), fields.Variables.Count).SelectMany(w => w)]; // (V, H, W)

    /// <summary>The set in the order given, in batches of at most <c>batchSize</c>. The caller disposes each.</summary>
    public IEnumerable<FieldBatch> Read(IReadOnlyList<int> order, int firstBatch = 0) => inputs is null
        ? ReadOwn(order, firstBatch)
        : ReadOwn(order, firstBatch).Zip(inputs.ReadOwn(order, firstBatch), (own, other) => own with { Inputs = other.Fields, InputWeights = other.Weights });

    public IEnumerable<FieldBatch> ReadAll() => Read([.. Enumerable.Range(0, fields.Count)]);

    private IEnumerable<FieldBatch> ReadOwn(IReadOnlyList<int> order, int firstBatch)
    {
        var batches = (order.Count + batchSize - 1) / batchSize;
        var next = firstBatch < batches ? Task.Run(() => Load(order, firstBatch)) : null;
        for (var b = firstBatch; b < batches; b++)
        {
            var loaded = next!.GetAwaiter().GetResult();
            var following = b + 1;
            next = following < batches ? Task.Run(() => Load(order, following)) : null;
            yield return ToTensors(loaded);
        }
    }

    private Loaded Load(IReadOnlyList<int> order, int batch)
    {
        var first = batch * batchSize;
        var count = Math.Min(batchSize, order.Count - first);
        var length = fields.FieldLength();
        var cells = fields.Grid.Cells;
        var values = new float[count * length];
        float[]? weights = null;
        for (var i = 0; i < count; i++)
        {
            var field = values.AsSpan(i * length, length);
            fields.Read(order[first + i], field);
            for (var v = 0; v < fields.Variables.Count; v++)
            {
                var scale = (float)(1 / normalisation.Scale[v]);
                var offset = (float)normalisation.Offset[v];
                for (var x = v * cells; x < (v + 1) * cells; x++)
                {
                    if (float.IsNaN(field[x]))
                    {
                        if (weights is null)
                        {
                            weights = new float[values.Length];
                            for (var k = 0; k < count; k++)
                            {
                                _area.CopyTo(weights, k * length);
                            }
                        }

                        weights[i * length + x] = 0;
                        field[x] = offset;
                    }
                    else
                    {
                        field[x] = field[x] * scale + offset;
                    }
                }
            }
        }

        return new Loaded(count, values, weights);
    }

    private FieldBatch ToTensors(Loaded loaded)
    {
        long v = fields.Variables.Count, h = fields.Grid.Height, w = fields.Grid.Width;
        return new FieldBatch(
            Aligned(tensor(loaded.Values, [loaded.Count, v, h, w])), // (B, V, H, W)
            loaded.Weights is null
                ? tensor(_area, [1, v, h, w], device: device) // (1, V, H, W)
                : tensor(loaded.Weights, [loaded.Count, v, h, w], device: device)); // (B, V, H, W)
    }

    // A tensor over managed memory starts at any address, and the matrix products of the CPU round differently by alignment:
    // a copy in the library's own aligned memory makes a repeated run repeat to the last bit.
    private Tensor Aligned(Tensor managed) => managed.to(device, copy: true, disposeAfter: true);

    private sealed record Loaded(int Count, float[] Values, float[]? Weights);
}
