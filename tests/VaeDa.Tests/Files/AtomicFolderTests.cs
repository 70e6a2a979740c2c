using VaeDa.Files.Outputs;
using VaeDa.Files;

namespace VaeDa.Tests.Files;

public sealed class AtomicFolderTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    private string Path => _folder.File("out");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_result_takes_the_place_of_another_and_others_files_stay()
    {
        Write("1", "old", "a", "b");
        File.WriteAllText(_folder.File("out/notes"), "mine");
        Directory.CreateDirectory(_folder.File("out/sub/deeper"));
        File.WriteAllText(_folder.File("out/sub/deeper/file"), "mine too");
        File.CreateSymbolicLink(_folder.File("out/link"), "nowhere");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(Path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }

        Write("2", "new", "b", "c");
        Assert.Equal(["b", "c", "link", "notes", "result", "sub"], Names(Path));
        Assert.Equal(["2", "new", "mine", "mine too"], new[] { "result", "b", "notes", "sub/deeper/file" }.Select(name => File.ReadAllText(_folder.File($"out/{name}"))));
        Assert.Equal("nowhere", new FileInfo(_folder.File("out/link")).LinkTarget);
        if (!OperatingSystem.IsWindows())
        {
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute, File.GetUnixFileMode(Path));
        }

        Assert.Equal(["out"], Names(_folder.Path));
    }

    [Fact]
    public void A_folder_of_others_stays_itself()
    {
        Directory.CreateDirectory(Path);
        File.WriteAllText(_folder.File("out/notes"), "mine");
        File.WriteAllText(_folder.File("out/a"), "left of a run that was killed");
        using (var watched = new FileSystemWatcher(Path))
        {
            Write("1", "new", "b");
        }

        Assert.Equal(["b", "notes", "result"], Names(Path));
        Assert.Equal(["out"], Names(_folder.Path));
    }

    [Fact]
    public void A_folder_that_a_killed_process_had_moved_aside_comes_back()
    {
        // Where names cannot be exchanged in one step, in between.
        Directory.CreateDirectory(_folder.File(".out.0123abcd.partial/.before"));
        File.WriteAllText(_folder.File(".out.0123abcd.partial/.before/result"), "1");
        Assert.Throws<InvalidDataException>(() => AtomicFolder.Write(Path, Contents(), _ => throw new InvalidDataException()));
        Assert.Equal("1", File.ReadAllText(_folder.File("out/result")));
        Assert.Equal(["out"], Names(_folder.Path));
    }

    [Fact]
    public void A_writer_that_fails_leaves_the_old_folder_and_nothing_else()
    {
        Write("1", "old", "a");
        Assert.Throws<InvalidDataException>(() => AtomicFolder.Write(Path, Contents(), aside =>
        {
            File.WriteAllText(System.IO.Path.Combine(aside, "a"), "half");
            throw new InvalidDataException();
        }));
        Assert.Equal(["old", "1"], new[] { "a", "result" }.Select(name => File.ReadAllText(_folder.File($"out/{name}"))));
        Assert.Equal(["out"], Names(_folder.Path));
    }

    [Fact]
    public void A_symbolic_link_to_a_folder_stays()
    {
        Directory.CreateDirectory(_folder.File("elsewhere"));
        Directory.CreateSymbolicLink(Path, "elsewhere");
        Write("1", "new", "a");
        Assert.Equal("elsewhere", new DirectoryInfo(Path).LinkTarget);
        Assert.Equal(["a", "result"], Names(_folder.File("elsewhere")));
        Assert.Equal(["elsewhere", "out"], Names(_folder.Path));
    }

    [Fact]
    public void A_file_in_its_place_and_files_that_may_not_be_there_are_refused()
    {
        File.WriteAllText(_folder.File("file"), "");
        Assert.Contains("a file of this name exists", Assert.Throws<InvalidInputException>(() => AtomicFolder.Write(_folder.File("file"), Contents(), _ => { })).Message);
        Write("1", "old", "a");
        File.WriteAllText(_folder.File("out/notes"), "mine");
        Assert.Contains("'notes'", Assert.Throws<InvalidInputException>(() => AtomicFolder.Write(Path, Contents(mayHoldOthers: false), _ => { })).Message);
    }

    private void Write(string result, string text, params string[] names) => AtomicFolder.Write(Path, Contents(), aside =>
    {
        File.WriteAllText(System.IO.Path.Combine(aside, "result"), result);
        Array.ForEach(names, name => File.WriteAllText(System.IO.Path.Combine(aside, name), text));
    });

    private static FolderContents Contents(bool mayHoldOthers = true) => new("a result", "result", name => name is "result" or "a" or "b" or "c", mayHoldOthers);

    private static IEnumerable<string?> Names(string folder) => Directory.EnumerateFileSystemEntries(folder).Select(System.IO.Path.GetFileName).Order(StringComparer.Ordinal);
}
