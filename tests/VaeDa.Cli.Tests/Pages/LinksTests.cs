using System.Text.RegularExpressions;

namespace VaeDa.Cli.Tests.Pages;

/// <summary>The pages as they lie in the repository; what docfx makes of them it checks itself, but not the README and the changes.</summary>
public sealed partial class LinksTests
{
    private static readonly string Root = SharedData.RepositoryRoot;

    private static readonly string[] Pages =
    [
        Path.Combine(Root, "README.md"), Path.Combine(Root, "CHANGELOG.md"), Path.Combine(Root, "models/README.md"), Path.Combine(Root, "src/VaeDa/README.md"),
        .. Directory.GetFiles(Path.Combine(Root, "docs"), "*.md"),
        .. Directory.GetFiles(Path.Combine(Root, "data"), "*.md", SearchOption.AllDirectories),
    ];

    [Fact]
    public void Every_link_between_pages_leads_to_a_file_and_a_heading()
    {
        var links = Pages.SelectMany(page => Link().Matches(Prose(page)).Select(link => (page, target: link.Groups["target"].Value))).Where(link => !link.target.Contains("://", StringComparison.Ordinal)).ToList();
        Assert.InRange(links.Count, 200, int.MaxValue);
        Assert.All(links, link => Assert.True(Leads(link.page, link.target), $"{Path.GetRelativePath(Root, link.page)}: '{link.target}' leads nowhere"));
    }

    [Fact]
    public void The_site_has_each_page_in_its_column_and_the_index_names_it()
    {
        var column = File.ReadAllText(Path.Combine(Root, "docs/manual/toc.yml"));
        var index = File.ReadAllText(Path.Combine(Root, "docs/index.md"));
        foreach (var name in Directory.GetFiles(Path.Combine(Root, "docs"), "*.md").Select(page => Path.GetFileName(page)!))
        {
            Assert.Contains($"href: ../{name}\n", column.ReplaceLineEndings("\n"));
            Assert.True(name == "index.md" || index.Contains($"({name})", StringComparison.Ordinal), $"docs/index.md does not name {name}");
        }
    }

    [Fact]
    public void The_gallery_has_each_picture_and_its_commands_are_those_of_the_pages()
    {
        var gallery = Path.Combine(Root, "docs/gallery.md");
        var shown = Link().Matches(File.ReadAllText(gallery)).Select(link => link.Groups["target"].Value).ToList();
        Assert.All(Directory.GetFiles(Path.Combine(Root, "figures")), picture => Assert.Contains($"../figures/{Path.GetFileName(picture)}", shown));

        // A sentence may go on to the next line.
        var others = Blanks().Replace(string.Join('\n', Pages.Where(page => page != gallery).Select(File.ReadAllText)), " ");
        Assert.All(File.ReadLines(gallery).Select(line => line.Trim()).Where(line => line.StartsWith("vaeda ", StringComparison.Ordinal)), command => Assert.Contains(command, others));
    }

    private static bool Leads(string page, string target)
    {
        var (path, heading) = target.Split('#') is [var before, var after] ? (before, after) : (target, null);
        var file = path.Length == 0 ? page : Path.GetFullPath(Path.Combine(Path.GetDirectoryName(page)!, path));
        return Path.Exists(file) && (heading is null || Headings(file).Contains(heading));
    }

    // As GitHub names them.
    private static IEnumerable<string> Headings(string page) => Heading().Matches(Prose(page)).Select(match => NoPartOfAName().Replace(match.Groups["text"].Value.Trim().ToLowerInvariant(), string.Empty).Replace(' ', '-'));

    private static string Prose(string page) => Fence().Replace(File.ReadAllText(page).ReplaceLineEndings("\n"), string.Empty);

    [GeneratedRegex(@"\]\((?<target>[^()\s]+)\)")]
    private static partial Regex Link();

    [GeneratedRegex("^#+ (?<text>.+)$", RegexOptions.Multiline)]
    private static partial Regex Heading();

    [GeneratedRegex("^```.*?^```$", RegexOptions.Multiline | RegexOptions.Singleline)]
    private static partial Regex Fence();

    [GeneratedRegex(@"[^\p{L}\p{N}_ -]")]
    private static partial Regex NoPartOfAName();

    [GeneratedRegex(@"\s+")]
    private static partial Regex Blanks();
}
