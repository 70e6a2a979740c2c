using VaeDa.Fields;
using VaeDa.Files.Netcdf;

namespace VaeDa.Files.Cf;

internal static class Int16PackingAttributes
{
    /// <summary>Sets the attributes that say how a variable is packed, and the fill value.</summary>
    public static void Describe(this Int16Packing packing, NetcdfAttributes attributes)
    {
        ArgumentNullException.ThrowIfNull(packing);
        ArgumentNullException.ThrowIfNull(attributes);
        attributes["_FillValue"] = Int16Packing.FillValue;
        attributes["scale_factor"] = packing.ScaleFactor;
        attributes["add_offset"] = packing.AddOffset;
    }
}
