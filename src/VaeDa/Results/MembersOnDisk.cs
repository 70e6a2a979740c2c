using System.Collections;
using VaeDa.Assimilation.Ensemble;
using VaeDa.Fields;
using VaeDa.Files;

namespace VaeDa.Results;

/// <summary>Members of an ensemble in a scratch file, so that memory does not grow with their number; each is read when it is asked for.</summary>
public sealed class MembersOnDisk : IMemberFields, IDisposable
{
    private readonly Lazy<ScratchFile> _file; // made with the first member, so that a run that fails before leaves nothing
    private readonly int _length;

    /// <param name="folder">Where there is space for them, M·N·4 bytes; made if need be. The file goes when this is disposed.</param>
    /// <param name="members">M.</param>
    /// <param name="fieldLength">N.</param>
    public MembersOnDisk(string folder, int members, int fieldLength)
    {
        (Count, _length) = (members, fieldLength);
        _file = new(() => new ScratchFile(folder, "members", (long)members * fieldLength * sizeof(float)));
    }

    public int Count { get; }

    public float[] this[int index]
    {
        get
        {
            var field = new float[_length];
            Read(index, 0, field);
            return field;
        }
    }

    public void Write(int member, int first, ReadOnlySpan<float> values) => _file.Value.Write(Place(member, first), values);

    public void Read(int member, int first, Span<float> values) => _file.Value.Read(Place(member, first), values);

    public IEnumerator<float[]> GetEnumerator()
    {
        for (var member = 0; member < Count; member++)
        {
            yield return this[member];
        }
    }

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
