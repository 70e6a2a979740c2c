using System.Collections;

namespace VaeDa.Assimilation.Ensemble;

/// <summary>Members of an ensemble in memory.</summary>
internal sealed class MembersInMemory(int members, int fieldLength) : IMemberFields
{
    private readonly float[][] _fields = [.. Enumerable.Range(0, members).Select(_ => new float[fieldLength])];

    public int Count => _fields.Length;

    public float[] this[int index] => _fields[index];

    public void Write(int member, int first, ReadOnlySpan<float> values) => values.CopyTo(_fields[member].AsSpan(first));

    public void Read(int member, int first, Span<float> values) => _fields[member].AsSpan(first, values.Length).CopyTo(values);

    public IEnumerator<float[]> GetEnumerator() => ((IEnumerable<float[]>)_fields).GetEnumerator();

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
