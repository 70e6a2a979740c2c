namespace VaeDa.Fields;

public static class FieldSetExtensions
{
    /// <summary>Values in one field, V × H × W.</summary>
    public static int FieldLength(this IFieldSet fields)
    {
        ArgumentNullException.ThrowIfNull(fields);
        return fields.Variables.Count * fields.Grid.Cells;
    }

    /// <summary>One field, (V, H, W).</summary>
    public static float[] Read(this IFieldSet fields, int index)
    {
        var field = new float[fields.FieldLength()];
        fields.Read(index, field);
        return field;
    }
}
