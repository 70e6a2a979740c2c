using System.Globalization;
using System.Text.RegularExpressions;
using VaeDa.Files;

namespace VaeDa.Cli.Tests.Pages;

public sealed partial class NetworkPageTests
{
    private static readonly string Page = File.ReadAllText(Path.Combine(SharedData.RepositoryRoot, "docs/network.md"));

    [Fact]
    public void The_layers_on_the_page_are_those_of_the_bundled_model()
    {
        var model = SafetensorsFile.Read(Path.Combine(SharedData.RepositoryRoot, "models/speedy-ta.safetensors"));
        var stored = model.Names.Where(name => IsOfNetwork(name) && name.EndsWith(".weight", StringComparison.Ordinal))
            .ToDictionary(name => name[..^".weight".Length], name => string.Join('×', model.Shape(name)));
        var said = Row().Matches(Page).SelectMany(row => Name().Matches(row.Groups["names"].Value).Select(name => (name.Groups["name"].Value, Shape: row.Groups["shape"].Value)))
            .ToDictionary(row => row.Value, row => row.Shape);
        Assert.Equal(stored.OrderBy(layer => layer.Key, StringComparer.Ordinal), said.OrderBy(layer => layer.Key, StringComparer.Ordinal));

        // Numbers of a layer's weights and biases.
        var numbers = model.Names.Where(name => IsOfNetwork(name) && !name.EndsWith("mean_scale", StringComparison.Ordinal))
            .ToDictionary(name => name, name => model.Shape(name).Aggregate(1L, (product, size) => product * size));
        var fixedOnes = numbers.Where(tensor => tensor.Key.Contains(".linear.", StringComparison.Ordinal)).Sum(tensor => tensor.Value);
        Assert.Contains($"{Grouped(numbers.Values.Sum())} numbers; {Grouped(fixedOnes)} of them are the EOFs of the two linear layers, and {Grouped(numbers.Values.Sum() - fixedOnes)} are trained", Page);
    }

    private static bool IsOfNetwork(string tensor) => tensor.StartsWith("encoder.", StringComparison.Ordinal) || tensor.StartsWith("generator.", StringComparison.Ordinal);

    private static string Grouped(long number) => number.ToString("N0", CultureInfo.InvariantCulture);

    [GeneratedRegex(@"^\| (?<names>`[^|]+`) \| (?<shape>[\d×]+) \|", RegexOptions.Multiline)]
    private static partial Regex Row();

    [GeneratedRegex("`(?<name>[^`]+)`")]
    private static partial Regex Name();
}
