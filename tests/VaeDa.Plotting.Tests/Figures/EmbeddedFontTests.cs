using ScottPlot;
using VaeDa.Plotting.Figures;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class EmbeddedFontTests
{
    [Fact]
    public void Figures_are_lettered_in_the_font_that_the_assembly_carries()
    {
        EmbeddedFont.Register();
        Assert.Equal(EmbeddedFont.Name, Fonts.Default);
        using var resource = typeof(EmbeddedFont).Assembly.GetManifestResourceStream("VaeDa.Plotting.DejaVuSans.ttf")!;
        using var carried = new MemoryStream();
        resource.CopyTo(carried);
        foreach (var bold in new[] { false, true })
        {
            using var used = Fonts.GetTypeface(EmbeddedFont.Name, bold, false).OpenStream();
            var bytes = new byte[used.Length];
            Assert.Equal(bytes.Length, used.Read(bytes, bytes.Length));
            Assert.Equal(carried.ToArray(), bytes);
        }
    }

    [Fact]
    public void The_font_has_every_sign_that_figures_write()
    {
        EmbeddedFont.Register();
        var face = Fonts.GetTypeface(EmbeddedFont.Name, false, false);
        Assert.True(face.ContainsGlyphs("0123456789°NSEW−×⁻⁰¹²³⁴⁵⁶⁷⁸⁹ÅäμσÖ"));
    }

    [Fact]
    public void The_licence_travels_in_the_assembly_and_beside_it()
    {
        using var resource = typeof(EmbeddedFont).Assembly.GetManifestResourceStream("VaeDa.Plotting.DejaVuSans.LICENSE.txt")!;
        using var reader = new StreamReader(resource);
        var text = reader.ReadToEnd();
        Assert.Contains("Bitstream Vera", text, StringComparison.Ordinal);
        Assert.Equal(text, File.ReadAllText(Path.Combine(AppContext.BaseDirectory, "licences", "DejaVuSans.txt")));
    }
}
