using System.Net;
using System.Text;
using VaeDa.Files;
using VaeDa.Files.Outputs;
using VaeDa.Runtime;

namespace VaeDa.Plotting.Pages;

/// <summary>
/// A report as one file for a browser, which asks nothing of any network: numbers, the script that shows them and the library that draws them are in it, and its security policy
/// forbids all else. No text of a file is ever taken for HTML.
/// </summary>
public sealed class ReportPage
{
    private const string Library = "plotly-cartesian.min.js";
    private const string Style = "page.css";

    // In the order in which they need each other.
    private static readonly string[] Scripts = ["blocks.js", "words.js", "charts.js", "tables.js", "grid.js", "maps.js", "observations.js", "series.js", "page.js"];

    /// <summary>What it is a report of, in a word or two: <c>Analysis</c>.</summary>
    public required string Kind { get; init; }

    /// <summary>Its heading.</summary>
    public required string Title { get; init; }

    /// <summary>Beneath the heading.</summary>
    public required string Subtitle { get; init; }

    /// <summary>What readers must know before they believe it, a sentence each.</summary>
    public IReadOnlyList<string> Notices { get; init; } = [];

    /// <summary>The numbers at its head.</summary>
    public required IReadOnlyList<PageFact> Facts { get; init; }

    /// <summary>Null for none.</summary>
    public PageMaps? Maps { get; init; }

    /// <summary>Null for none.</summary>
    public PageSeries? Series { get; init; }

    /// <summary>In the order of their sections.</summary>
    public IReadOnlyList<PageChart> Charts { get; init; } = [];

    /// <summary>In their order.</summary>
    public IReadOnlyList<PageTable> Tables { get; init; } = [];

    /// <summary>What made it.</summary>
    public required PageProvenance Provenance { get; init; }

    /// <summary>What of the files is not in it, a sentence each.</summary>
    public IReadOnlyList<string> LeftOut { get; init; } = [];

    /// <summary>Writes the page; the file is written aside and renamed.</summary>
    /// <param name="path">The file.</param>
    /// <param name="blocks">Those that its maps and series name.</param>
    public void Save(string path, PageBlocks blocks)
    {
        ArgumentNullException.ThrowIfNull(blocks);
        var html = ToHtml(blocks);
        AtomicFile.Write(path, aside => File.WriteAllText(aside, html));
    }

    /// <summary>The length that a page has beside its blocks, about: that of the library.</summary>
    public static long LengthWithoutBlocks { get; } = PageBlocks.Packed(Encoding.UTF8.GetBytes(Resource(Library))).Length + 60_000;

    private string ToHtml(PageBlocks blocks)
    {
        var library = Resource(Library);
        var script = $"(() => {{\n\"use strict\";\n{string.Concat(Scripts.Select(Resource))}}})();\n";
        var (style, content) = (Resource(Style), JsonText.Write(this));
        // Scripts are told by their hashes: any other, wherever it came from, is not run.
        var policy = $"default-src 'none'; script-src {Source(library)} {Source(script)}; style-src 'unsafe-inline'; img-src data: blob:; base-uri 'none'; form-action 'none'";
        var title = WebUtility.HtmlEncode($"{Title} – {Kind}");
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta http-equiv="Content-Security-Policy" content="{policy}">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta name="generator" content="VaeDa {WebUtility.HtmlEncode(Files.Provenance.Version)}">
            <title>{title}</title>
            <style>
            {style}</style>
            </head>
            <body>
            <a class="skip" href="#main">To the report</a>
            <main id="main" tabindex="-1">
            <noscript><h1>{title}</h1><p>This report needs a browser that runs JavaScript. It asks nothing of any network.</p></noscript>
            <p id="wait">Unpacking …</p>
            </main>
            <script type="text/plain" id="library">{PageBlocks.Packed(Encoding.UTF8.GetBytes(library))}</script>
            <script type="text/plain" id="content">{PageBlocks.Packed(Encoding.UTF8.GetBytes(content))}</script>
            <script type="application/json" id="blocks">[{string.Join(",\n", blocks.Texts.Select(text => $"\"{text}\""))}]</script>
            <script>{script}</script>
            </body>
            </html>

            """;
    }

    private static string Source(string script)
    {
        using var hash = new Sha256();
        hash.Append(Encoding.UTF8.GetBytes(script));
        return $"'sha256-{Convert.ToBase64String(hash.ToBytes())}'";
    }

    // Line ends as HTML reads them, so that hashes are of what the browser sees.
    private static string Resource(string name)
    {
        using var stream = typeof(ReportPage).Assembly.GetManifestResourceStream($"VaeDa.Plotting.Pages.{name}")
            ?? throw new InvalidOperationException($"the project was built without its resource {name}");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
