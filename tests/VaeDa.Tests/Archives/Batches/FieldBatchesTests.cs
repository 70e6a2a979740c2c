using TorchSharp;
using VaeDa.Archives;
using VaeDa.Archives.Batches;
using VaeDa.Archives.Preparation;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using static TorchSharp.torch;

namespace VaeDa.Tests.Archives.Batches;

public sealed class FieldBatchesTests
{
    private static readonly Normalisation Normalisation = new() { Scale = [3, 0.7], Offset = [0.5, -0.25] };

    // 5 × 7 cells: no multiple of any vector's length.
    private readonly InMemoryFields _fields = SyntheticFields.Make(11, SyntheticFields.Grid(5, 7), variables: 2);

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void A_batch_holds_normalised_fields_in_the_order_asked_for_and_weight_0_where_a_value_is_missing(bool missing)
    {
        if (missing)
        {
            // In the middle of the second batch.
            (_fields[2][3], _fields[2][69]) = (float.NaN, float.NaN);
        }

        int[] order = [10, 1, 7, 0, 2, 9, 4];
        var (position, area) = (0, _fields.Grid.AreaWeights());
        foreach (var batch in new FieldBatches(_fields, Normalisation, 3, CPU).Read(order))
        {
            using var owned = batch;
            var (values, weights) = (batch.Fields.data<float>().ToArray(), batch.Weights.expand_as(batch.Fields).contiguous().data<float>().ToArray());
            Assert.Equal(!(missing && position == 3), batch.IsComplete);
            for (var i = 0; i < batch.Fields.shape[0]; i++)
            {
                for (var x = 0; x < 70; x++)
                {
                    var (value, v) = (_fields[order[position]][x], x / 35);
                    var (scale, offset) = ((float)(1 / Normalisation.Scale[v]), (float)Normalisation.Offset[v]);
                    Assert.Equal(float.IsNaN(value) ? offset : value * scale + offset, values[i * 70 + x]);
                    Assert.Equal(float.IsNaN(value) ? 0 : area[x % 35], weights[i * 70 + x]);
                }

                position++;
            }
        }

        Assert.Equal(order.Length, position);
    }

    [Fact]
    public void Reading_that_is_broken_off_ends_what_runs_ahead_and_keeps_no_tensor()
    {
        var (before, slow) = (DisposeScopeManager.Statistics.ThreadTotalLiveCount, new Slow(_fields));
        foreach (var batch in new FieldBatches(slow, Normalisation, 2, CPU).Read([0, 1, 2, 3, 4, 5]))
        {
            batch.Dispose();
            break;
        }

        var read = slow.Reads;
        Thread.Sleep(50);
        Assert.Equal(read, slow.Reads);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void A_field_that_cannot_be_read_is_an_error_at_its_batch()
    {
        var before = DisposeScopeManager.Statistics.ThreadTotalLiveCount;
        var batches = 0;
        Assert.Throws<InvalidInputException>(() =>
        {
            foreach (var batch in new FieldBatches(new Broken(_fields), Normalisation, 2, CPU).Read([0, 1, 2, 3, 4, 5]))
            {
                batch.Dispose();
                batches++;
            }
        });
        Assert.Equal(2, batches);
        Assert.Equal(before, DisposeScopeManager.Statistics.ThreadTotalLiveCount);
    }

    [Fact]
    public void Fields_kept_on_the_device_make_the_batches_that_are_read_from_the_disk_bit_for_bit()
    {
        using var folder = new TemporaryFolder();
        // A whole year, then one in which a place often has no value: packed each by its own range.
        var input = FieldFileWriter.Write(folder.File("in.nc"), FieldFileWriter.Days("1990-01-01", 730), (time, latitude, longitude) =>
            time.Year == 1991 && time.Day % 3 == 0 && latitude == 30 ? 1e20f : FieldFileWriter.Weather(time, latitude, longitude));
        ArchivePreparation.Run(new PreparationOptions { Inputs = [input], Output = folder.File("a"), Command = "test" }, null, TestContext.Current.CancellationToken);
        using var archive = AnomalyArchive.Open(folder.File("a"));
        var part = archive.Part(SplitPart.Training);
        var normalisation = new Normalisation { Scale = [3], Offset = [0.5] };
        int[] order = [.. Enumerable.Range(0, 61).Select(i => i * 577 % part.Count), .. Enumerable.Range(0, 8)];
        using var kept = new FieldBatches(part, normalisation, 4, CPU);
        var bytes = 2L * part.Count * part.Grid.Cells;
        Assert.False(kept.KeepOnDevice(bytes - 1));
        Assert.True(kept.KeepOnDevice(bytes));

        var complete = 0;
        foreach (var (read, held) in new FieldBatches(part, normalisation, 4, CPU).Read(order).Zip(kept.Read(order)))
        {
            using (read)
            using (held)
            {
                Assert.Equal(read.IsComplete, held.IsComplete);
                Assert.Equal(read.Fields.data<float>().ToArray(), held.Fields.data<float>().ToArray());
                Assert.Equal(read.Weights.data<float>().ToArray(), held.Weights.data<float>().ToArray());
                complete += read.IsComplete ? 1 : 0;
            }
        }

        Assert.InRange(complete, 1, 17);
    }

    private abstract class Wrapped(IFieldSet fields) : IFieldSet
    {
        public Grid Grid => fields.Grid;

        public IReadOnlyList<Variable> Variables => fields.Variables;

        public int Count => fields.Count;

        public DateTime TimeOf(int index) => fields.TimeOf(index);

        public virtual void Read(int index, Span<float> destination) => fields.Read(index, destination);
    }

    private sealed class Slow(IFieldSet fields) : Wrapped(fields)
    {
        private int _reads;

        public int Reads => Volatile.Read(ref _reads);

        public override void Read(int index, Span<float> destination)
        {
            Thread.Sleep(5);
            base.Read(index, destination);
            Interlocked.Increment(ref _reads);
        }
    }

    private sealed class Broken(IFieldSet fields) : Wrapped(fields)
    {
        public override void Read(int index, Span<float> destination)
        {
            if (index == 4)
            {
                throw new InvalidInputException("cut short");
            }

            base.Read(index, destination);
        }
    }
}
