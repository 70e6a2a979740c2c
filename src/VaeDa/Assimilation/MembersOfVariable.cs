using System.Collections;
using VaeDa.Assimilation.Ensemble;

namespace VaeDa.Assimilation;

/// <summary>One variable's part of each member; no more of a member is read than is asked for, where it can be read in parts.</summary>
/// <param name="members">M fields of N.</param>
/// <param name="start">Where the variable begins in a field.</param>
/// <param name="cells">H · W.</param>
internal sealed class MembersOfVariable(IReadOnlyList<float[]> members, int start, int cells) : IFieldsInParts
{
    public int Count => members.Count;

    public float[] this[int index]
    {
        get
        {
            var field = new float[cells]; // (H, W)
            Read(index, 0, field);
            return field;
        }
    }

    public void Read(int member, int first, Span<float> values)
    {
        if (members is IFieldsInParts parts)
        {
            parts.Read(member, start + first, values);
        }
        else
        {
            members[member].AsSpan(start + first, values.Length).CopyTo(values);
        }
    }

    public IEnumerator<float[]> GetEnumerator()
    {
        for (var member = 0; member < Count; member++)
        {
            yield return this[member];
        }
    }

    IEnumerator IEnumerable.GetEnumerator() => GetEnumerator();
}
