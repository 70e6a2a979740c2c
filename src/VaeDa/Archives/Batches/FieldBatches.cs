using System.Diagnostics;
using VaeDa.Fields;
using static TorchSharp.torch;

namespace VaeDa.Archives.Batches;

/// <summary>
/// Reads fields in batches, normalised; the next batch is read on another thread while the caller works on this one.
/// Memory holds two batches, whatever the size of the set, unless it is told to keep the set on the device.
/// </summary>
/// <param name="fields">What to read from.</param>
/// <param name="normalisation">Of these fields.</param>
/// <param name="batchSize">Fields in a batch; the last may have fewer.</param>
/// <param name="device">Where batches are to be.</param>
/// <param name="inputs">What an encoder reads in place of these fields: as many, in batches of the same size; null for the fields themselves.</param>
internal sealed class FieldBatches(IFieldSet fields, Normalisation normalisation, int batchSize, Device device, FieldBatches? inputs = null) : IDisposable
{
    private readonly float[] _area = [.. Enumerable.Repeat(fields.Grid.AreaWeights(), fields.Variables.Count).SelectMany(w => w)]; // (V, H, W)
    private TimeSpan _waited;
    private ResidentFields? _resident;

    /// <summary>How long callers have waited for data in all.</summary>
    public TimeSpan Waited => _waited + (inputs?.Waited ?? TimeSpan.Zero);

    /// <summary>Reads the set once and keeps it on the device as it is packed, if it is and takes no more than so many bytes; batches stay the same to the last bit.</summary>
    /// <returns>Whether it is kept.</returns>
    public bool KeepOnDevice(long most)
    {
        if (inputs is null && fields is IPackedFields { ArePacked: true } packed && (long)fields.Count * fields.FieldLength() * sizeof(short) <= most)
        {
            _resident ??= new ResidentFields(packed, normalisation, _area, device);
        }

        return _resident is not null;
    }

    /// <summary>The set in the order given, in batches of at most <c>batchSize</c>. The caller disposes each.</summary>
    public IEnumerable<FieldBatch> Read(IReadOnlyList<int> order, int firstBatch = 0) => inputs is null
        ? ReadOwn(order, firstBatch)
        : ReadOwn(order, firstBatch).Zip(inputs.ReadOwn(order, firstBatch), (own, other) => own with { Inputs = other.Fields, InputWeights = other.Weights });

    public IEnumerable<FieldBatch> ReadAll() => Read([.. Enumerable.Range(0, fields.Count)]);

    public void Dispose()
    {
        _resident?.Dispose();
        _resident = null;
    }

    private IEnumerable<FieldBatch> ReadOwn(IReadOnlyList<int> order, int firstBatch)
    {
        var batches = (order.Count + batchSize - 1) / batchSize;
        if (_resident is not null)
        {
            for (var b = firstBatch; b < batches; b++)
            {
                yield return _resident.Batch(IndicesOf(b));
            }

            yield break;
        }

        var ahead = firstBatch < batches ? Begin(firstBatch) : null;
        try
        {
            for (var b = firstBatch; b < batches; b++)
            {
                var clock = Stopwatch.StartNew();
                var batch = ahead!.Take();
                _waited += clock.Elapsed;
                ahead = b + 1 < batches ? Begin(b + 1) : null;
                yield return batch;
            }
        }
        finally
        {
            ahead?.Dispose();
        }

        PendingBatch Begin(int batch) => new(fields, normalisation, _area, IndicesOf(batch), device);

        int[] IndicesOf(int batch) => [.. order.Skip(batch * batchSize).Take(batchSize)];
    }
}
