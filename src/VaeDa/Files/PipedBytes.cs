using Microsoft.Win32.SafeHandles;

namespace VaeDa.Files;

/// <summary>What came through a pipe, kept in a file without a name so that it can be read again; the system frees it with the last handle.</summary>
internal sealed class PipedBytes
{
    private const long Most = 1L << 34;

    // Longer than it takes any shell to start the command that writes.
    private static readonly TimeSpan UntilItIsOpened = TimeSpan.FromSeconds(10);

    private readonly SafeFileHandle _file;

    /// <param name="path">The pipe, which is read to its end.</param>
    /// <exception cref="InvalidInputException">Nobody writes to it, or it does not end.</exception>
    public PipedBytes(string path)
    {
        // Opening waits for a writer, and nothing ends the wait; the thread ends with the process.
        var opening = Task.Factory.StartNew(() => File.OpenHandle(path), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        if (!opening.Wait(UntilItIsOpened))
        {
            throw new InvalidInputException($"{path}: a pipe that nobody has opened to write to within {UntilItIsOpened.TotalSeconds} seconds; start what writes to it first");
        }

        using var pipe = new FileStream(opening.Result, FileAccess.Read);
        var aside = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        _file = File.OpenHandle(aside, FileMode.CreateNew, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        File.Delete(aside);
        var part = new byte[1 << 16];
        long place = 0;
        for (int count; (count = pipe.Read(part)) > 0; place += count)
        {
            RandomAccess.Write(_file, part.AsSpan(0, count), place);
            if (place > Most)
            {
                throw new InvalidInputException($"{path}: more than {Most >> 30} GB came through this pipe, and no end; save it as a file if it is a table");
            }
        }
    }

    /// <summary>All of it, from the beginning, whatever else reads it.</summary>
    public Stream Open() => new Reader(this);

    // A stream of the system's own would close the handle with itself.
    private sealed class Reader(PipedBytes bytes) : Stream
    {
        public override bool CanRead => true;

        public override bool CanSeek => true;

        public override bool CanWrite => false;

        public override long Length => RandomAccess.GetLength(bytes._file);

        public override long Position { get; set; }

        public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

        public override int Read(Span<byte> buffer)
        {
            var count = RandomAccess.Read(bytes._file, buffer, Position);
            Position += count;
            return count;
        }

        public override long Seek(long offset, SeekOrigin origin) =>
            Position = offset + (origin switch { SeekOrigin.Begin => 0, SeekOrigin.Current => Position, _ => Length });

        public override void Flush()
        {
        }

        public override void SetLength(long value) => throw new NotSupportedException();

        public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
    }
}
