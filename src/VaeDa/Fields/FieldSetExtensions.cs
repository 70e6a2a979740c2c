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

    /// <summary>Leaves out the fields that have no value at all, as months that nobody observed; each field is read once.</summary>
    /// <param name="fields">The fields to choose from.</param>
    /// <returns>Those with a value, in the same order; the same set where that is all of them.</returns>
    /// <exception cref="InvalidInputException">The file that a field is in is cut short.</exception>
    public static IFieldSet WithValues(this IFieldSet fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        var field = new float[fields.FieldLength()];
        int[] some = [.. Enumerable.Range(0, fields.Count).Where(t =>
        {
            fields.Read(t, field);
            return Array.Exists(field, float.IsFinite);
        })];
        return some.Length == fields.Count ? fields : new FieldSubset(fields, some);
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
