namespace VaeDa.Fields;

/// <summary>What is often wanted of an <see cref="IFieldSet"/>.</summary>
public static class FieldSetExtensions
{
    /// <summary>The number of values in one field, V × H × W.</summary>
    /// <param name="fields">The fields, all of one size.</param>
    /// <returns>The length of an array that holds one field.</returns>
    public static int FieldLength(this IFieldSet fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return fields.Variables.Count * fields.Grid.Cells;
    }

    /// <summary>Reads one field into a new array.</summary>
    /// <param name="fields">The fields to read from.</param>
    /// <param name="index">The number of the field, from 0.</param>
    /// <returns>The field, (V, H, W) row-major, in the units of the variables; NaN where there is no value.</returns>
    /// <exception cref="InvalidInputException">The file that the field is in is cut short.</exception>
    public static float[] Read(this IFieldSet fields, int index)
    {
        var field = new float[fields.FieldLength()];
        fields.Read(index, field);
        return field;
    }
}
