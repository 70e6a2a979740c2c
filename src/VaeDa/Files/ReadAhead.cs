using System.Collections.Concurrent;

namespace VaeDa.Files;

/// <summary>Fields read on a thread of their own while earlier ones are worked on: to unpack a field costs about what all else does.</summary>
internal static class ReadAhead
{
    // A block of a compressed file (NetcdfFieldFile): the next is unpacked while the fields of the last are worked on.
    private const long Bytes = 64 << 20;
    private const int MostFields = 32;

    /// <param name="count">Number of fields.</param>
    /// <param name="length">Values in each.</param>
    /// <param name="read">Reads a field by its number; called in ascending order.</param>
    /// <returns>The fields in order. Each may be changed, and is another's after the next has been asked for.</returns>
    public static IEnumerable<float[]> Fields(int count, int length, Action<int, float[]> read)
    {
        using var stop = new CancellationTokenSource();
        using var ready = new BlockingCollection<float[]>();
        using var free = new BlockingCollection<float[]>();
        var ahead = Math.Min(count, Math.Clamp(Bytes / (sizeof(float) * length), 2, MostFields));
        for (var i = 0; i <= ahead; i++)
        {
            free.Add(new float[length], stop.Token);
        }

        var reading = Task.Factory.StartNew(Read, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        try
        {
            foreach (var field in ready.GetConsumingEnumerable(stop.Token))
            {
                yield return field;
                free.Add(field, stop.Token);
            }

            reading.GetAwaiter().GetResult();
        }
        finally
        {
            stop.Cancel();
            ((IAsyncResult)reading).AsyncWaitHandle.WaitOne();
        }

        void Read()
        {
            try
            {
                for (var i = 0; i < count; i++)
                {
                    var field = free.Take(stop.Token);
                    read(i, field);
                    ready.Add(field, stop.Token);
                }
            }
            finally
            {
                ready.CompleteAdding();
            }
        }
    }
}
