using ScottPlot;
using SkiaSharp;

namespace VaeDa.Plotting.Figures;

/// <summary>
/// DejaVu Sans from this assembly, under a name that no system has, so that every machine draws the same text and one
/// without fonts draws it at all.
/// </summary>
internal sealed class EmbeddedFont : IFontResolver
{
    public const string Name = "VaeDa DejaVu Sans";

    private const string Resource = "VaeDa.Plotting.DejaVuSans.ttf";

    private EmbeddedFont()
    {
    }

    // ScottPlot keeps fonts in a process-wide list that is not safe to change while another thread draws; the type's
    // initialiser runs once, before the first figure exists.
    static EmbeddedFont()
    {
        Fonts.FontResolvers.Insert(0, new EmbeddedFont());
        Fonts.Default = Name;
    }

    /// <summary>Makes this the font of all plots; repeated calls change nothing.</summary>
    public static void Register() => System.Runtime.CompilerServices.RuntimeHelpers.RunClassConstructor(typeof(EmbeddedFont).TypeHandle);

    // One face serves every weight and slant: figures use no bold.
    public SKTypeface? CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) => fontName == Name ? Load() : null;

    public SKTypeface? CreateTypeface(string fontName, bool bold, bool italic) => fontName == Name ? Load() : null;

    private static SKTypeface Load()
    {
        using var stream = typeof(EmbeddedFont).Assembly.GetManifestResourceStream(Resource)
            ?? throw new InvalidOperationException($"the library was built without its resource {Resource}");
        using var data = SKData.Create(stream);
        return SKTypeface.FromData(data);
    }
}
