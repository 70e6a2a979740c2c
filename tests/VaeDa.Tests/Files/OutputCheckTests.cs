using System.Diagnostics;
using VaeDa.Files.Outputs;
using VaeDa.Files;

namespace VaeDa.Tests.Files;

public sealed class OutputCheckTests : IDisposable
{
    private static readonly FolderContents Result = new("a result", "result", name => name is "result" or "part", mayHoldOthers: true);

    private readonly TemporaryFolder _folder = new();

    public OutputCheckTests()
    {
        Directory.CreateDirectory(_folder.File("archive"));
        File.WriteAllText(_folder.File("archive/result"), "");
        File.WriteAllText(_folder.File("archive/part"), "");
        File.WriteAllText(_folder.File("archive/other"), "");
        Directory.CreateSymbolicLink(_folder.File("link"), "archive");
        File.CreateSymbolicLink(_folder.File("part-of-it"), "link/part");
        Process.Start("ln", [_folder.File("archive/part"), _folder.File("hard")]).WaitForExit();
    }

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("archive/part", "archive/part")]
    [InlineData("archive/../link/part", "archive/part")]
    [InlineData("part-of-it", "archive")]
    [InlineData("hard", "link")]
    [InlineData("archive/other", "archive")]
    public void A_file_that_is_read_is_not_written_however_its_path_is_spelt(string output, string input)
    {
        var error = Assert.Throws<InvalidInputException>(() => OutputCheck.OfFiles([_folder.File("new"), _folder.File(output)], _folder.File(input)));
        Assert.Contains("is read, and would be written over", error.Message);
        Assert.Equal("Out", error.Setting);
    }

    [Fact]
    public void Other_files_and_new_ones_may_be_written()
    {
        File.WriteAllText(_folder.File("old"), "");
        OutputCheck.OfFiles([_folder.File("old"), _folder.File("new"), _folder.File("archive/new"), _folder.File("no/such/folder/yet")], _folder.File("archive"), null, _folder.File("missing"));
    }

    [Theory]
    [InlineData("archive", "archive/part")]
    [InlineData("link", "part-of-it")]
    [InlineData("archive/../link", "archive")]
    public void A_folder_whose_files_are_read_is_not_written(string output, string input) =>
        Assert.Throws<InvalidInputException>(() => OutputCheck.OfFolder(_folder.File(output), Result, _folder.File(input)));

    [Fact]
    public void A_folder_may_be_written_beside_files_that_stay() => OutputCheck.OfFolder(_folder.File("archive"), Result, _folder.File("archive/other"), _folder.File("hard"));

    [Fact]
    public void A_file_where_a_folder_is_needed_is_named() =>
        Assert.Contains($"{_folder.File("hard")} is a file", Assert.Throws<InvalidInputException>(() => OutputCheck.OfFiles([_folder.File("hard/new")])).Message);
}
