using System.Buffers.Binary;

namespace VaeDa.Tests.Fuzzing;

/// <summary>
/// Makes broken files of whole ones, as disks, networks and ill will do: bits, bytes and numbers changed, pieces cut out, repeated, moved
/// or taken from another file, words of the format put in. The same seed and number make the same file.
/// </summary>
/// <param name="corpus">Whole files, small ones.</param>
/// <param name="tokens">Words of the format: signatures, keys, numbers that mean something; may be empty.</param>
/// <param name="seed">Of the random choices.</param>
internal sealed class Mutator(IReadOnlyList<byte[]> corpus, IReadOnlyList<byte[]> tokens, int seed)
{
    private static readonly long[] Edges =
        [0, 1, 2, 3, 4, 5, 7, 8, 15, 16, 31, 32, 33, 63, 64, 127, 128, 255, 256, 1023, 1024, 32767, 32768, 65535, 65536, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue, long.MinValue, -1, -2];

    // Where numbers of the format lie close together: the places of the tokens, and the beginning.
    private readonly int[][] _places = [.. corpus.Select(file => PlacesOf(file, tokens))];

    public byte[] Make(long number)
    {
        var random = new Random(HashCode.Combine(seed, (int)number, (int)(number >> 32)));
        var chosen = random.Next(corpus.Count);
        var bytes = corpus[chosen].ToArray();
        for (var changes = 1 + Math.Min(random.Next(8), random.Next(8)); changes > 0; changes--)
        {
            bytes = Change(bytes, _places[chosen], random);
        }

        return bytes;
    }

    private byte[] Change(byte[] bytes, int[] places, Random random)
    {
        if (bytes.Length == 0)
        {
            return corpus[random.Next(corpus.Count)].ToArray();
        }

        var at = Place(bytes, places, random);
        switch (random.Next(12))
        {
            case 0:
                bytes[at] ^= (byte)(1 << random.Next(8));
                return bytes;
            case 1:
                bytes[at] = (byte)random.Next(256);
                return bytes;
            case 2 or 3 or 4:
                Write(bytes, at, Edge(bytes, random), random);
                return bytes;
            case 5 or 6:
                // A number of the file where another was: addresses in circles, sizes of other things.
                var size = 1 << random.Next(4);
                var from = Place(bytes, places, random);
                bytes.AsSpan(from, Math.Min(size, Math.Min(bytes.Length - from, bytes.Length - at))).ToArray().CopyTo(bytes, at);
                return bytes;
            case 7:
                Add(bytes, at, random.Next(-8, 9), random);
                return bytes;
            case 8:
                return random.Next(4) == 0 ? bytes[..at] : [.. bytes[..at], .. bytes[Math.Min(bytes.Length, at + 1 + random.Next(64))..]];
            case 9:
                var end = Math.Min(bytes.Length, at + 1 + random.Next(64));
                return [.. bytes[..end], .. bytes[at..end], .. bytes[end..]];
            case 10 when tokens.Count > 0:
                var token = tokens[random.Next(tokens.Count)];
                if (random.Next(2) == 0)
                {
                    return [.. bytes[..at], .. token, .. bytes[at..]];
                }

                token.AsSpan(0, Math.Min(token.Length, bytes.Length - at)).CopyTo(bytes.AsSpan(at));
                return bytes;
            default:
                var other = corpus[random.Next(corpus.Count)];
                var start = random.Next(other.Length);
                var piece = other.AsSpan(start, Math.Min(1 + random.Next(64), Math.Min(other.Length - start, bytes.Length - at)));
                piece.CopyTo(bytes.AsSpan(at));
                return bytes;
        }
    }

    private static int Place(byte[] bytes, int[] places, Random random) =>
        places.Length > 0 && random.Next(4) > 0
            ? Math.Clamp(places[random.Next(places.Length)] + random.Next(96), 0, bytes.Length - 1)
            : random.Next(bytes.Length);

    private static long Edge(byte[] bytes, Random random) => random.Next(4) switch
    {
        0 => random.Next(bytes.Length + 2),
        1 => bytes.Length + random.Next(-2, 3),
        _ => Edges[random.Next(Edges.Length)],
    };

    /// <summary>In one to eight bytes, in either order.</summary>
    private static void Write(byte[] bytes, int at, long value, Random random)
    {
        var all = new byte[8];
        var size = 1 << random.Next(4);
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteInt64LittleEndian(all, value);
        }
        else
        {
            BinaryPrimitives.WriteInt64BigEndian(all, value << (8 * (8 - size)));
        }

        all.AsSpan(0, Math.Min(size, bytes.Length - at)).CopyTo(bytes.AsSpan(at));
    }

    private static void Add(byte[] bytes, int at, int difference, Random random)
    {
        if (at + 4 > bytes.Length)
        {
            return;
        }

        var four = bytes.AsSpan(at, 4);
        if (random.Next(2) == 0)
        {
            BinaryPrimitives.WriteInt32LittleEndian(four, BinaryPrimitives.ReadInt32LittleEndian(four) + difference);
        }
        else
        {
            BinaryPrimitives.WriteInt32BigEndian(four, BinaryPrimitives.ReadInt32BigEndian(four) + difference);
        }
    }

    private static int[] PlacesOf(byte[] file, IReadOnlyList<byte[]> tokens)
    {
        var places = new List<int> { 0 };
        foreach (var token in tokens.Where(t => t.Length > 1))
        {
            for (var at = 0; file.AsSpan(at).IndexOf(token) is >= 0 and var next; at += next + 1)
            {
                places.Add(at + next);
            }
        }

        return [.. places];
    }
}
