using VaeDa.Fields.Grids;

namespace VaeDa.Fields;

/// <summary>A numbered set of fields on one grid, of the same variables: an archive, a part of one, or fields in memory.</summary>
public interface IFieldSet
{
    /// <summary>The grid of all fields, H × W cells.</summary>
    Grid Grid { get; }

    /// <summary>The variables of each field, V of them, in the order that they have in it.</summary>
    IReadOnlyList<Variable> Variables { get; }

    /// <summary>The number of fields, T.</summary>
    int Count { get; }

    /// <summary>The time of one field.</summary>
    /// <param name="index">The number of the field, from 0.</param>
    /// <returns>The time, UTC.</returns>
    DateTime TimeOf(int index);

    /// <summary>Reads one field. It may be called from several threads at a time.</summary>
    /// <param name="index">The number of the field, from 0.</param>
    /// <param name="destination">Room for the field, (V, H, W) row-major, in the units of the variables; NaN where there is no value.</param>
    /// <exception cref="InvalidInputException">The file that the field is in is cut short.</exception>
    void Read(int index, Span<float> destination);
}
