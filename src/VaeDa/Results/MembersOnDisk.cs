using System.Collections;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Files;

namespace VaeDa.Results;

/// <summary>
/// Keeps the members of an ensemble in a scratch file, so that memory does not grow with their number; each is read when it is
/// asked for. The file goes when this is disposed.
/// </summary>
public sealed class MembersOnDisk : IMemberFields, IDisposable
{
    private readonly Lazy<ScratchFile> _file; // made with the first member, so that a run that fails before leaves nothing
    private readonly int _length;

    /// <summary>Makes room for members; the file itself is made when the first of them is written.</summary>
    /// <param name="folder">The folder of the file, with space for 4·M·N bytes; it is made if need be.</param>
    /// <param name="members">The number of members, M.</param>
    /// <param name="fieldLength">The number of values in each field, N = V·H·W.</param>
    public MembersOnDisk(string folder, int members, int fieldLength)
    {
        (Count, _length) = (members, fieldLength);
        _file = new(() => new ScratchFile(folder, "members", (long)members * fieldLength * sizeof(float)));
    }

    /// <inheritdoc/>
    public int Count { get; }

    /// <inheritdoc/>
    public float[] this[int index]
    {
        get
        {
            var field = new float[_length];
            Read(index, 0, field);
            return field;
        }
    }

    /// <inheritdoc/>
    public void Write(int member, int first, ReadOnlySpan<float> values) => _file.Value.Write(Place(member, first), values);

    /// <inheritdoc/>
    public void Read(int member, int first, Span<float> values) => _file.Value.Read(Place(member, first), values);

    /// <inheritdoc/>
    public IEnumerator<float[]> GetEnumerator()
    {
        for (var member = 0; member < Count; member++)
        {
            yield return this[member];
        }
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        if (_file.IsValueCreated)
        {
            _file.Value.Dispose();
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();

    private long Place(int member, int first) => ((long)member * _length + first) * sizeof(float);
}
