using System.Text;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;
using VaeDa.Tests;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class VectorFigureTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void An_svg_has_its_text_as_text_its_cells_sharp_and_needs_no_other_file()
    {
        Figure().Save(_folder.File("map.svg"), width: 700);
        var svg = XDocument.Load(_folder.File("map.svg"));
        Assert.Equal("700", svg.Root!.Attribute("width")!.Value);
        var texts = svg.Descendants().Where(e => e.Name.LocalName == "text").Select(e => e.Value.Trim()).ToList();
        Assert.Contains("a title", texts);
        Assert.Contains("K", texts);
        var images = svg.Descendants().Where(e => e.Name.LocalName == "image").ToList();
        Assert.NotEmpty(images);
        Assert.All(images, image => Assert.Contains("pixelated", image.Attribute("style")!.Value));
        Assert.All(svg.Descendants().Attributes().Where(a => a.Name.LocalName == "href"), href => Assert.Matches("^(data:|#)", href.Value));
    }

    [Fact]
    public void A_pdf_is_one_page_of_its_size_in_points()
    {
        Figure().Save(_folder.File("map.pdf"), width: 700);
        var bytes = File.ReadAllBytes(_folder.File("map.pdf"));
        var pdf = Encoding.Latin1.GetString(bytes);
        Assert.StartsWith("%PDF-", pdf, StringComparison.Ordinal);
        Assert.Matches(@"/MediaBox \[0 0 525(\.0*)? ", pdf);
        Assert.Single(Regex.Matches(pdf, @"/Type /Page\b"));
        Assert.True(bytes.Length < 1_000_000, $"{bytes.Length} bytes");
    }

    private static FieldFigure Figure() => new(new FieldMap { Grid = Grids.Gaussian, Values = Grids.Gaussian.Constant(0).With(2000, 5), Title = "a title", Units = "K" });
}
