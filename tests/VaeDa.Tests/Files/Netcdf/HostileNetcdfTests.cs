using System.Buffers.Binary;
using System.Diagnostics;
using VaeDa.Files.Netcdf;

namespace VaeDa.Tests.Files.Netcdf;

/// <summary>Files that are made to do harm. The folder Hostile holds small ones; its README.md tells how they were made.</summary>
public sealed class HostileNetcdfTests
{
    [Theory]
    [InlineData("external-link.nc", "a link from 'ta' to another file")]
    [InlineData("external-storage.nc", "a variable 'ta' with its values in another file")]
    [InlineData("virtual-dataset.nc", "a virtual dataset")]
    [InlineData("soft-link-to-itself.nc", "leads to itself")]
    [InlineData("group-in-itself.nc", "groups more than 10 deep")]
    [InlineData("chunk-too-short.nc", "shorter than the 40 bytes")]
    [InlineData("chunk-too-long.nc", "longer than the 40 bytes")]
    [InlineData("coordinate-of-nothing.nc", "1,000,000,000 values")]
    [InlineData("chunk-of-a-gigabyte.nc", "250,000,000 values")]
    public void It_is_refused_in_one_line_and_little_memory(string name, string words)
    {
        var path = Path.Combine(SharedData.RepositoryRoot, "tests/VaeDa.Tests/Files/Netcdf/Hostile", name);
        Refused(path, words);
    }

    [Theory]
    [InlineData("loop1.nc")]
    [InlineData("loop2.nc")]
    [InlineData("loop3.nc")]
    [InlineData("endless-header-1.nc")]
    [InlineData("endless-header-2.nc")]
    [InlineData("rank-50000-classic.nc")]
    [InlineData("soft-link-to-itself.nc")]
    [InlineData("external-link.nc")]
    [InlineData("external-storage.nc")]
    [InlineData("virtual-dataset.nc")]
    [InlineData("chunk-too-short.nc")]
    public void What_once_crashed_hung_or_was_read_as_data_is_refused(string name) => Refused(SharedData.Case("hostile", name), "not");

    /// <summary>A header whose continuation is itself, in a file that is whole otherwise.</summary>
    [Fact]
    public void A_header_that_continues_in_itself_is_refused()
    {
        using var folder = new TemporaryFolder();
        var bytes = File.ReadAllBytes(Path.Combine(SharedData.RepositoryRoot, "tests/VaeDa.Tests/Fuzzing/Corpus/old-groups.nc"));
        const int Root = 96, FirstMessage = Root + 16, Continuation = 0x10;
        Assert.Equal(1, bytes[Root]);
        BinaryPrimitives.WriteInt16LittleEndian(bytes.AsSpan(FirstMessage), Continuation);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(FirstMessage + 8), FirstMessage);
        BinaryPrimitives.WriteInt64LittleEndian(bytes.AsSpan(FirstMessage + 16), 24);
        File.WriteAllBytes(folder.File("header.nc"), bytes);
        Refused(folder.File("header.nc"), "without end");
    }

    [Fact]
    public void A_header_of_a_hundred_thousand_variables_is_read_in_linear_time()
    {
        using var folder = new TemporaryFolder();
        const int Variables = 100_000;
        File.WriteAllBytes(folder.File("many.nc"), Classic(Variables));
        var clock = Stopwatch.StartNew();
        using var read = NetcdfDataset.Open(folder.File("many.nc"));
        Assert.Equal(Variables, Enumerable.Range(0, Variables).Count(i => read.Find($"v{i}") is not null));
        // A tenth of a second where nobody else uses the machine; in quadratic time, ten billion steps.
        Assert.InRange(clock.Elapsed.TotalSeconds, 0, 10);
    }

    /// <summary>A file of scalars of which the number of records is not known, as a program leaves one that writes on.</summary>
    private static byte[] Classic(int variables)
    {
        using var file = new MemoryStream();
        void Number(int number)
        {
            Span<byte> bytes = stackalloc byte[4];
            BinaryPrimitives.WriteInt32BigEndian(bytes, number);
            file.Write(bytes);
        }

        void Name(string name)
        {
            Number(name.Length);
            file.Write(System.Text.Encoding.ASCII.GetBytes(name.PadRight((name.Length + 3) / 4 * 4, '\0')));
        }

        file.Write("CDF\u0001"u8);
        Number(-1);
        Number(10);
        Number(1);
        Name("time");
        Number(0);
        Number(0);
        Number(0);
        Number(11);
        Number(variables);
        for (var i = 0; i < variables; i++)
        {
            Name($"v{i}");
            foreach (var number in (int[])[1, 0, 0, 0, 4, 4, 4])
            {
                Number(number);
            }
        }

        return file.ToArray();
    }

    private static void Refused(string path, string words)
    {
        var before = GC.GetAllocatedBytesForCurrentThread();
        var error = Assert.Throws<InvalidInputException>(() =>
        {
            using var read = NetcdfDataset.Open(path);
            return read.Variables.Where(v => v.Type != NetcdfType.Unsupported).Select(read.ReadAll).ToList();
        });
        Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, 100_000_000);
        Assert.StartsWith($"{path}: ", error.Message);
        Assert.Contains(words, error.Message);
        Assert.DoesNotContain('\n', error.Message);
    }
}
