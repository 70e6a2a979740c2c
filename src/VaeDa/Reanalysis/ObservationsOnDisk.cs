using System.Text;
using VaeDa.Files;
using VaeDa.Observations;
using VaeDa.Runtime;

namespace VaeDa.Reanalysis;

/// <summary>
/// Observations of many files by date, in a scratch file: memory holds one file while it is read, then the dates that are asked for. The scratch
/// file goes when this is disposed.
/// </summary>
public sealed class ObservationsOnDisk : IObservationSequence, IDisposable
{
    private readonly ScratchFile _file;
    private readonly SortedList<DateTime, List<(long Place, int Length)>> _parts = [];
    private readonly string _source;

    /// <summary>Reads files, one at a time.</summary>
    /// <param name="files">The files.</param>
    /// <param name="read">Gives the tables of the dates in a file, each with the time of its analysis.</param>
    /// <param name="folder">Where the scratch file goes; it is made if need be.</param>
    public ObservationsOnDisk(IReadOnlyList<string> files, Func<string, IEnumerable<ObservationTable>> read, string folder)
    {
        ArgumentNullException.ThrowIfNull(files);
        ArgumentNullException.ThrowIfNull(read);
        _source = files.Count == 1 ? files[0] : $"{files.Count} files";
        _file = new ScratchFile(folder, "observations", 0);
        long end = 0;
        foreach (var file in files)
        {
            foreach (var table in read(file))
            {
                var time = table.AnalysisTime ?? throw new InvalidInputException($"{file}: {table.Count} observations have no time, and belong to no date");
                var bytes = Bytes(table);
                _file.Write<byte>(end, bytes);
                if (!_parts.TryGetValue(time, out var parts))
                {
                    _parts[time] = parts = [];
                }

                parts.Add((end, bytes.Length));
                end += bytes.Length;
            }
        }

        Times = [.. _parts.Keys];
        ManagedHeap.GiveBack();
    }

    /// <inheritdoc/>
    public IReadOnlyList<DateTime> Times { get; }

    /// <inheritdoc/>
    public IReadOnlyList<ObservationTable> Read(int first, int count) => [.. Enumerable.Range(first, count).Select(Table)];

    /// <inheritdoc/>
    public void Dispose() => _file.Dispose();

    private ObservationTable Table(int number)
    {
        var rows = new List<Observation>();
        foreach (var (place, length) in _parts.Values[number])
        {
            var bytes = new byte[length];
            _file.Read<byte>(place, bytes);
            rows.AddRange(Rows(bytes));
        }

        var table = new ObservationTable(rows) { Source = _source }.At(_parts.Keys[number]);
        // Within a file they are averaged when it is read.
        return _parts.Values[number].Count == 1 ? table : table.With(Repeats.Averaged(table, atAnyTime: false).Rows);
    }

    private static byte[] Bytes(ObservationTable table)
    {
        using var stream = new MemoryStream();
        using (var writer = new BinaryWriter(stream, Encoding.UTF8))
        {
            foreach (var o in table.Observations)
            {
                foreach (var number in (double[])[o.Latitude, o.Longitude, o.Anomaly, o.Error ?? double.NaN, o.Value ?? double.NaN, o.Climatology ?? double.NaN])
                {
                    writer.Write(number);
                }

                writer.Write(o.Time?.Ticks ?? -1);
                writer.Write(o.Line);
                foreach (var text in (string?[])[o.Variable, o.Station, o.Flag, o.Source ?? table.Source])
                {
                    writer.Write(text is not null);
                    writer.Write(text ?? string.Empty);
                }
            }
        }

        return stream.ToArray();
    }

    private static IEnumerable<Observation> Rows(byte[] bytes)
    {
        using var reader = new BinaryReader(new MemoryStream(bytes), Encoding.UTF8);
        while (reader.BaseStream.Position < bytes.Length)
        {
            var numbers = new double[6];
            for (var i = 0; i < numbers.Length; i++)
            {
                numbers[i] = reader.ReadDouble();
            }

            var (ticks, line) = (reader.ReadInt64(), reader.ReadInt32());
            var texts = new string?[4];
            for (var i = 0; i < texts.Length; i++)
            {
                var isThere = reader.ReadBoolean();
                texts[i] = reader.ReadString() is var text && isThere ? text : null;
            }

            yield return new Observation(numbers[0], numbers[1], numbers[2])
            {
                Error = Known(numbers[3]),
                Value = Known(numbers[4]),
                Climatology = Known(numbers[5]),
                Time = ticks < 0 ? null : new DateTime(ticks, DateTimeKind.Utc),
                Line = line,
                Variable = texts[0],
                Station = texts[1],
                Flag = texts[2],
                Source = texts[3],
            };
        }

        static double? Known(double number) => double.IsNaN(number) ? null : number;
    }
}
