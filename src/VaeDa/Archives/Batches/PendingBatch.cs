using System.Numerics;
using System.Runtime.InteropServices;
using TorchSharp;
using VaeDa.Fields;
using static TorchSharp.torch;

namespace VaeDa.Archives.Batches;

/// <summary>
/// A batch that another thread reads, normalises and sends to the device. It is read into the library's own memory: no copy,
/// nothing for the garbage collector, and aligned, since the CPU's matrix products round differently by alignment.
/// </summary>
internal sealed class PendingBatch : IDisposable
{
    private readonly IFieldSet _fields;
    private readonly Normalisation _normalisation;
    private readonly float[] _area;
    private readonly Device _device;
    private readonly Task<bool> _reading;
    private Tensor _values;
    private Tensor _weights;

    /// <param name="fields">What to read from.</param>
    /// <param name="normalisation">Of these fields.</param>
    /// <param name="area">Relative areas, (V, H, W).</param>
    /// <param name="indices">Which fields, B of them.</param>
    /// <param name="device">Where the batch is to be.</param>
    public PendingBatch(IFieldSet fields, Normalisation normalisation, float[] area, int[] indices, Device device)
    {
        (_fields, _normalisation, _area, _device) = (fields, normalisation, area, device);
        long[] shape = [indices.Length, fields.Variables.Count, fields.Grid.Height, fields.Grid.Width];
        // Of no scope: they may outlive the caller's. Memory that is never written takes none.
        (_values, _weights) = (empty(shape).DetachFromDisposeScope(), empty(shape).DetachFromDisposeScope()); // (B, V, H, W)
        _reading = Task.Run(() => Read(indices));
    }

    /// <summary>Waits for it. The caller owns it.</summary>
    public FieldBatch Take()
    {
        var isComplete = !_reading.GetAwaiter().GetResult();
        if (isComplete)
        {
            _weights.Dispose();
            _weights = tensor(_area, [1, .. _values.shape[1..]], device: _device); // (1, V, H, W)
        }

        return new FieldBatch(_values, _weights) { IsComplete = isComplete };
    }

    /// <summary>Waits, and frees what <see cref="Take"/> was not called for.</summary>
    public void Dispose()
    {
        ((IAsyncResult)_reading).AsyncWaitHandle.WaitOne();
        _values.Dispose();
        _weights.Dispose();
    }

    /// <returns>Whether a value is missing; if none is, the weights are not written.</returns>
    private bool Read(int[] indices)
    {
        var anyMissing = false;
        var cells = _fields.Grid.Cells;
        for (var i = 0; i < indices.Length; i++)
        {
            using var place = _values[i]; // (V, H, W)
            var field = Floats(place);
            _fields.Read(indices[i], field);
            for (var v = 0; v < _fields.Variables.Count; v++)
            {
                var offset = (float)_normalisation.Offset[v];
                if (Normalise(field.Slice(v * cells, cells), (float)(1 / _normalisation.Scale[v]), offset))
                {
                    continue;
                }

                if (!anyMissing)
                {
                    using var flat = tensor(_area); // (V·H·W)
                    using var area = flat.view_as(place); // (V, H, W)
                    _weights.copy_(area);
                    anyMissing = true;
                }

                using var weightsOfField = _weights[i]; // (V, H, W)
                var weights = Floats(weightsOfField);
                for (var x = v * cells; x < (v + 1) * cells; x++)
                {
                    if (float.IsNaN(field[x]))
                    {
                        (field[x], weights[x]) = (offset, 0);
                    }
                }
            }
        }

        _values = Upload(_values);
        _weights = anyMissing ? Upload(_weights) : _weights;
        return anyMissing;
    }

    /// <returns>Whether all values are there; one that is missing stays NaN.</returns>
    private static bool Normalise(Span<float> values, float scale, float offset)
    {
        var complete = true;
        var vectors = MemoryMarshal.Cast<float, Vector<float>>(values);
        for (var i = 0; i < vectors.Length; i++)
        {
            var normalised = vectors[i] * scale + new Vector<float>(offset);
            complete &= Vector.EqualsAll(normalised, normalised);
            vectors[i] = normalised;
        }

        foreach (ref var value in values[(vectors.Length * Vector<float>.Count)..])
        {
            value = value * scale + offset;
            complete &= !float.IsNaN(value);
        }

        return complete;
    }

    // Pinned memory goes to a GPU without holding up this thread or the one that computes.
    private Tensor Upload(Tensor host)
    {
        if (_device.type == DeviceType.CPU)
        {
            return host;
        }

        using (host)
        using (var pinned = host.pin_memory())
        {
            return pinned.to(_device, non_blocking: true);
        }
    }

    private static Span<float> Floats(Tensor field) => MemoryMarshal.Cast<byte, float>(field.bytes);
}
