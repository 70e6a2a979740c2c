using System.Runtime.InteropServices;
using VaeDa.Fields;
using static TorchSharp.torch;

namespace VaeDa.Archives.Batches;

/// <summary>
/// Packed fields kept on a device as the archive stores them, two bytes a value, and unpacked there a batch at a time. As small
/// as float16 and eight times as fine: a batch is, to the last bit, the one that is read from the disk.
/// </summary>
internal sealed class ResidentFields : IDisposable
{
    private readonly Device _device;
    private readonly Tensor _codes; // (T, V, H, W)
    private readonly Tensor _steps; // (T, V, 1, 1), scale_factor
    private readonly Tensor _origins; // (T, V, 1, 1), add_offset
    private readonly Tensor _scale; // (V, 1, 1)
    private readonly Tensor _offset; // (V, 1, 1)
    private readonly Tensor _area; // (1, V, H, W)
    private readonly bool[] _isComplete; // (T)

    /// <param name="fields">All are kept.</param>
    /// <param name="normalisation">Of these fields.</param>
    /// <param name="area">Relative areas, (V, H, W).</param>
    /// <param name="device">Where they are kept.</param>
    public ResidentFields(IPackedFields fields, Normalisation normalisation, float[] area, Device device)
    {
        using var scope = NewDisposeScope();
        long t = fields.Count, v = fields.Variables.Count, h = fields.Grid.Height, w = fields.Grid.Width;
        _device = device;
        _codes = empty([t, v, h, w], int16, device).DetachFromDisposeScope();
        _isComplete = new bool[t];
        var (steps, origins) = (new double[t * v], new double[t * v]);
        for (var i = 0; i < t; i++)
        {
            using var inner = NewDisposeScope();
            var host = empty([v, h, w], int16); // (V, H, W)
            var stored = MemoryMarshal.Cast<byte, short>(host.bytes);
            fields.ReadCodes(i, stored);
            _isComplete[i] = !stored.Contains(Int16Packing.FillValue);
            _codes[i].copy_(host);
            for (var n = 0; n < v; n++)
            {
                (steps[i * v + n], origins[i * v + n]) = fields.PackingOf(i, n);
            }
        }

        _steps = tensor(steps, [t, v, 1, 1], device: device).DetachFromDisposeScope();
        _origins = tensor(origins, [t, v, 1, 1], device: device).DetachFromDisposeScope();
        _scale = tensor(normalisation.Scale.Select(s => (float)(1 / s)).ToArray(), [v, 1, 1], device: device).DetachFromDisposeScope();
        _offset = tensor(normalisation.Offset.Select(o => (float)o).ToArray(), [v, 1, 1], device: device).DetachFromDisposeScope();
        _area = tensor(area, [1, v, h, w], device: device).DetachFromDisposeScope();
    }

    /// <param name="indices">Which fields, B of them.</param>
    public FieldBatch Batch(int[] indices)
    {
        using var scope = NewDisposeScope();
        var index = tensor(Array.ConvertAll(indices, i => (long)i), device: _device); // (B)
        var codes = _codes.index_select(0, index); // (B, V, H, W)
        // In the precision and the order that the archive's reader has.
        var values = codes.to(float64) * _steps.index_select(0, index) + _origins.index_select(0, index); // (B, V, H, W)
        var fields = values.to(float32) * _scale + _offset; // (B, V, H, W)
        if (Array.TrueForAll(indices, i => _isComplete[i]))
        {
            return new FieldBatch(fields.DetachFromDisposeScope(), _area.alias().DetachFromDisposeScope()) { IsComplete = true };
        }

        var missing = codes.eq(Int16Packing.FillValue); // (B, V, H, W)
        var weights = _area.masked_fill(missing, 0); // (B, V, H, W)
        return new FieldBatch(where(missing, _offset, fields).DetachFromDisposeScope(), weights.DetachFromDisposeScope());
    }

    public void Dispose()
    {
        foreach (var held in (Tensor[])[_codes, _steps, _origins, _scale, _offset, _area])
        {
            held.Dispose();
        }
    }
}
