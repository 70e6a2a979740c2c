using VaeDa.Archives.Sources;
using VaeDa.Files.Netcdf;

namespace VaeDa.Tests.Fuzzing;

/// <summary>The readers of netCDF files on broken ones.</summary>
[Collection(nameof(Fuzzing))]
public sealed class NetcdfFuzzTests
{
    // Lists of the classic format begin with their tag.
    private static readonly byte[][] ClassicTokens = ["CDF\u0001"u8.ToArray(), "CDF\u0005"u8.ToArray(), [0, 0, 0, 10], [0, 0, 0, 11], [0, 0, 0, 12], [255, 255, 255, 255]];

    private static readonly byte[][] Hdf5Tokens =
    [
        .. new[] { "TREE", "SNOD", "HEAP", "OHDR", "OCHK", "GCOL", "FRHP", "FHDB", "FHIB", "BTHD", "BTIN", "BTLF", "FAHD", "FADB", "EAHD", "EAIB", "EADB", "EASB", "HDF" }
            .Select(System.Text.Encoding.ASCII.GetBytes),
        // Headers of the first version: messages of a type with their size.
        [1, 0, 24, 0], [8, 0, 24, 0], [16, 0, 16, 0], [12, 0],
        [255, 255, 255, 255, 255, 255, 255, 255],
    ];

    [Theory]
    [InlineData("classic", 20_000)]
    [InlineData("netcdf4", 20_000)]
    public void Broken_files_are_refused_in_one_line(string kind, int mutations) => Summarise(kind, mutations, seed: 1);

    [Theory(Explicit = true)]
    [InlineData("classic")]
    [InlineData("netcdf4")]
    public void A_million_broken_files_are_refused_in_one_line(string kind) => Summarise(kind, 1_000_000, seed: Environment.TickCount);

    [Theory]
    [InlineData("classic")]
    [InlineData("netcdf4")]
    public void The_corpus_itself_is_read(string kind)
    {
        using var folder = new TemporaryFolder();
        Assert.All(Corpus(kind), bytes =>
        {
            File.WriteAllBytes(folder.File("whole.nc"), bytes);
            using var file = NetcdfDataset.Open(folder.File("whole.nc"));
            Assert.NotEmpty(file.Variables);
        });
    }

    private static void Summarise(string kind, long mutations, int seed)
    {
        var target = new FuzzTarget("broken.nc", Corpus(kind), kind == "classic" ? ClassicTokens : Hdf5Tokens, Read);
        TestContext.Current.TestOutputHelper?.WriteLine($"{kind}, seed {seed}: {target.Run(mutations, seed)}");
    }

    private static List<byte[]> Corpus(string kind) =>
    [
        .. new[] { "Files/Netcdf/Foreign", "Fuzzing/Corpus" }
            .SelectMany(folder => Directory.GetFiles(Path.Combine(SharedData.RepositoryRoot, "tests/VaeDa.Tests", folder), "*.nc")).Order(StringComparer.Ordinal)
            .Select(File.ReadAllBytes)
            .Where(bytes => bytes.AsSpan().StartsWith("CDF"u8) == (kind == "classic")),
    ];

    /// <summary>All values, and then the fields that they are.</summary>
    private static void Read(string path)
    {
        ReadValues(path);
        foreach (var source in FieldSource.OpenAll([path], []))
        {
            using (source)
            {
                if (source.Times.Count > 0)
                {
                    source.Read(0, new float[source.Grid.Cells]);
                }
            }
        }
    }

    private static void ReadValues(string path)
    {
        using var file = NetcdfDataset.Open(path);
        foreach (var variable in file.Variables.Where(v => v.Type is not (NetcdfType.Unsupported or NetcdfType.Char) && v.Elements < 1_000_000))
        {
            file.ReadAll(variable);
        }
    }
}
