using System.Numerics;

namespace VaeDa.Files.Netcdf.Hdf5;

/// <summary>Chunks in the order of their places, in an array of one block, of pages, or of blocks that are added as it grows.</summary>
internal static class ChunkArrays
{
    private const int Checksum = 4;

    public static IEnumerable<(long Index, StoredChunk Chunk)> Fixed(Hdf5Bytes file, long address, long chunkBytes, int pageBits)
    {
        var fields = file.Fields(file.AtMost(address, 64));
        fields.Signature("FAHD"u8);
        fields.Skip(1);
        var element = new Element(file, fields.Byte() == 1, fields.Byte(), chunkBytes);
        fields.Skip(1);
        var (count, block) = (fields.Length(), fields.Offset());
        if (pageBits is < 1 or > 30 || count > file.Length)
        {
            throw new InvalidDataException($"an index of {count} chunks");
        }

        return block == Hdf5Bytes.Undefined ? [] : InPages(file, element, "FADB", block, file.OffsetSize + 6, 0, count, 1L << pageBits, hasBitmap: true, null);
    }

    public static IEnumerable<(long Index, StoredChunk Chunk)> Extensible(Hdf5Bytes file, long address, long chunkBytes)
    {
        var fields = file.Fields(file.AtMost(address, 128));
        fields.Signature("EAHD"u8);
        fields.Skip(1);
        var element = new Element(file, fields.Byte() == 1, fields.Byte(), chunkBytes);
        var (bits, inIndex, leastInBlock, leastPointers, pageBits) = (fields.Byte(), fields.Byte(), fields.Byte(), fields.Byte(), fields.Byte());
        fields.Skip(6L * file.LengthSize);
        var index = fields.Offset();
        if (bits is 0 or > 62 || pageBits is 0 or > 30 || !BitOperations.IsPow2(leastInBlock) || !BitOperations.IsPow2(leastPointers))
        {
            throw new InvalidDataException("an index of chunks of impossible sizes");
        }

        return index == Hdf5Bytes.Undefined ? [] : new Growing(file, element, bits, inIndex, leastInBlock, leastPointers, 1L << pageBits).Elements(index);
    }

    /// <summary>
    /// The elements of one block, after so many bytes at its start; in pages if there are many of them. Which pages were written is told by
    /// a bitmap, in the block itself or given.
    /// </summary>
    private static IEnumerable<(long Index, StoredChunk Chunk)> InPages(
        Hdf5Bytes file, Element element, string signature, long address, long start, long first, long count, long inPage, bool hasBitmap, byte[]? bitmap)
    {
        var head = file.Fields(file.At(address, start));
        head.Signature(System.Text.Encoding.ASCII.GetBytes(signature));
        if (count <= inPage)
        {
            return element.Read(file.At(address + start, count * element.Size), first);
        }

        var pages = count / inPage + (count % inPage == 0 ? 0 : 1);
        if (hasBitmap)
        {
            bitmap = file.At(address + start, (pages + 7) / 8);
            start += bitmap.Length;
        }

        return Pages();

        IEnumerable<(long, StoredChunk)> Pages()
        {
            for (var (page, at) = (0L, address + start + Checksum); page < pages; page++, at += inPage * element.Size + Checksum)
            {
                if (bitmap is null || (bitmap[page / 8] & (0x80 >> (int)(page % 8))) != 0)
                {
                    foreach (var chunk in element.Read(file.At(at, Math.Min(inPage, count - page * inPage) * element.Size), first + page * inPage))
                    {
                        yield return chunk;
                    }
                }
            }
        }
    }

    /// <summary>How the place of one chunk is written.</summary>
    private sealed record Element(Hdf5Bytes File, bool IsPacked, int Size, long ChunkBytes)
    {
        public List<(long Index, StoredChunk Chunk)> Read(byte[] bytes, long first)
        {
            var sizeOfSize = Size - File.OffsetSize - 4;
            if (IsPacked ? sizeOfSize is < 1 or > 8 : Size != File.OffsetSize)
            {
                throw new InvalidDataException($"an index of chunks with {Size} bytes for each");
            }

            var fields = File.Fields(bytes);
            var found = new List<(long, StoredChunk)>();
            for (; fields.Left >= Size; first++)
            {
                var address = fields.Offset();
                var chunk = IsPacked ? new StoredChunk(address, fields.Number(sizeOfSize), fields.UInt32()) : new StoredChunk(address, ChunkBytes, 0);
                if (address != Hdf5Bytes.Undefined)
                {
                    found.Add((first, chunk));
                }
            }

            return found;
        }
    }

    /// <summary>The array that is added to: elements in the index block, then blocks of doubling size, the later ones in blocks of blocks.</summary>
    private sealed record Growing(Hdf5Bytes File, Element Element, int Bits, int InIndex, int LeastInBlock, int LeastPointers, long InPage)
    {
        private int OffsetSize => (Bits + 7) / 8;

        public IEnumerable<(long Index, StoredChunk Chunk)> Elements(long address)
        {
            var start = 6 + File.OffsetSize;
            var head = File.Fields(File.At(address, start));
            head.Signature("EAIB"u8);
            return Blocks(address + start);
        }

        private IEnumerable<(long Index, StoredChunk Chunk)> Blocks(long at)
        {
            foreach (var chunk in Element.Read(File.At(at, (long)InIndex * Element.Size), 0))
            {
                yield return chunk;
            }

            at += (long)InIndex * Element.Size;
            var (levels, inIndexLevels) = (1 + Bits - BitOperations.Log2((uint)LeastInBlock), 2 * BitOperations.Log2((uint)LeastPointers));
            var first = (long)InIndex;
            for (var level = 0; level < levels; level++)
            {
                var (blocks, inBlock) = (1L << (level / 2), (long)LeastInBlock << ((level + 1) / 2));
                if (level < inIndexLevels)
                {
                    foreach (var chunk in Addresses(at, blocks).SelectMany((block, i) => Block(block, first + i * inBlock, inBlock, null)))
                    {
                        yield return chunk;
                    }

                    at += blocks * File.OffsetSize;
                }
                else
                {
                    foreach (var chunk in Secondary(Addresses(at, 1)[0], first, blocks, inBlock))
                    {
                        yield return chunk;
                    }

                    at += File.OffsetSize;
                }

                first += blocks * inBlock;
            }
        }

        private IEnumerable<(long Index, StoredChunk Chunk)> Secondary(long address, long first, long blocks, long inBlock)
        {
            if (address == Hdf5Bytes.Undefined)
            {
                return [];
            }

            var start = 6 + File.OffsetSize + OffsetSize;
            var head = File.Fields(File.At(address, start));
            head.Signature("EASB"u8);
            var bitmapSize = inBlock > InPage ? (inBlock / InPage + 7) / 8 : 0;
            var bitmaps = File.At(address + start, blocks * bitmapSize);
            return Addresses(address + start + bitmaps.Length, blocks).SelectMany((block, i) =>
                Block(block, first + i * inBlock, inBlock, bitmapSize == 0 ? null : bitmaps[(int)(i * bitmapSize)..(int)((i + 1) * bitmapSize)]));
        }

        private IEnumerable<(long Index, StoredChunk Chunk)> Block(long address, long first, long count, byte[]? bitmap) =>
            address == Hdf5Bytes.Undefined ? [] : InPages(File, Element, "EADB", address, 6 + File.OffsetSize + OffsetSize, first, count, InPage, hasBitmap: false, bitmap);

        private long[] Addresses(long at, long count)
        {
            var fields = File.Fields(File.At(at, count * File.OffsetSize));
            var addresses = new long[count];
            for (var i = 0; i < addresses.Length; i++)
            {
                addresses[i] = fields.Offset();
            }

            return addresses;
        }
    }
}
