using VaeDa.Files.Outputs;
using VaeDa.Files;

namespace VaeDa.Tests.Files;

public sealed class AtomicFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("out.txt");

    private IEnumerable<string?> Names => Directory.EnumerateFileSystemEntries(_folder.Path).Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal);

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_writer_that_fails_leaves_the_old_file_and_nothing_else()
    {
        File.WriteAllText(Path, "old");
        Assert.Throws<InvalidDataException>(() => AtomicFile.Write(Path, aside =>
        {
            File.WriteAllText(aside, "half");
            Assert.Equal("old", File.ReadAllText(Path));
            throw new InvalidDataException();
        }));
        Assert.Equal("old", File.ReadAllText(Path));
        Assert.Equal(["out.txt"], Names);
    }

    [Fact]
    public void What_a_killed_process_left_goes_and_what_another_is_making_stays()
    {
        foreach (var name in new[] { ".out.txt.0123abcd.partial", ".out.txt.89abcdef.partial", ".other.txt.0123abcd.partial" })
        {
            Directory.CreateDirectory(_folder.File(name));
            File.WriteAllText(_folder.File($"{name}/half"), "half");
        }

        using (new FileStream(_folder.File(".out.txt.89abcdef.partial/.lock"), FileMode.Create, FileAccess.ReadWrite, FileShare.None))
        {
            AtomicFile.Write(Path, aside => File.WriteAllText(aside, "new"));
            Assert.Equal([".other.txt.0123abcd.partial", ".out.txt.89abcdef.partial", "out.txt"], Names);
        }

        AtomicFile.Write(Path, aside => File.WriteAllText(aside, "new"));
        Assert.Equal([".other.txt.0123abcd.partial", "out.txt"], Names);
    }

    [Fact]
    public void Two_at_once_each_leave_a_whole_file()
    {
        AtomicFile.Write(Path, first =>
        {
            File.WriteAllText(first, "first");
            AtomicFile.Write(Path, second => File.WriteAllText(second, "second"));
            Assert.Equal("second", File.ReadAllText(Path));
            Assert.Equal("first", File.ReadAllText(first));
        });
        Assert.Equal("first", File.ReadAllText(Path));
        Assert.Equal(["out.txt"], Names);
    }

    [Fact]
    public void Companions_are_replaced_with_their_file()
    {
        File.WriteAllText(_folder.File("out.png"), "old");
        File.WriteAllText(_folder.File("other.png"), "others'");
        AtomicFile.WriteWithCompanions(Path, folder =>
        {
            File.WriteAllText(System.IO.Path.Combine(folder, "out.txt"), "new");
            File.WriteAllText(System.IO.Path.Combine(folder, "out.png"), "new");
        });
        Assert.Equal(["new", "new", "others'"], new[] { "out.txt", "out.png", "other.png" }.Select(name => File.ReadAllText(_folder.File(name))));
        Assert.Equal(["other.png", "out.png", "out.txt"], Names);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_symbolic_link_stays_and_its_file_is_written(bool isThere)
    {
        Directory.CreateDirectory(_folder.File("elsewhere"));
        if (isThere)
        {
            File.WriteAllText(_folder.File("elsewhere/file"), "old");
        }

        File.CreateSymbolicLink(_folder.File("link"), "elsewhere/file");
        File.CreateSymbolicLink(Path, "link");
        AtomicFile.Write(Path, aside => File.WriteAllText(aside, "new"));
        Assert.Equal("link", new FileInfo(Path).LinkTarget);
        Assert.Equal("new", File.ReadAllText(_folder.File("elsewhere/file")));
        Assert.Null(new FileInfo(_folder.File("elsewhere/file")).LinkTarget);
    }

    [Theory]
    [InlineData("", "a folder, where a file is to be written")]
    [InlineData("loop", "symbolic links that lead to no file")]
    [InlineData("pipe", "neither a file nor a folder but a device, pipe or socket")]
    [InlineData("/dev/null", "neither a file nor a folder but a device, pipe or socket")]
    public void What_is_no_file_is_refused_and_stays(string name, string reason)
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "The kinds of files are known on Linux.");
        File.CreateSymbolicLink(_folder.File("loop"), "loop");
        System.Diagnostics.Process.Start("mkfifo", [_folder.File("pipe")]).WaitForExit();
        var path = System.IO.Path.Combine(_folder.Path, name);
        var error = Assert.Throws<InvalidInputException>(() => AtomicFile.Write(path, _ => Assert.Fail("it was written")));
        Assert.StartsWith($"{path}: {reason}", error.Message);
        Assert.Equal(["loop", "pipe"], Names);
    }
}
