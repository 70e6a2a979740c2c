namespace VaeDa.Cli.Tests.Cases;

/// <summary>The executable does what each check of the shared cases says is right.</summary>
public sealed class CasesTests(ITestOutputHelper output)
{
    /// <summary>
    /// What is not yet right, and why: a case, or a check of it as <c>case: check</c>, by how its name starts. These checks are
    /// expected to fail, and to be taken off once they do not. Controls are never among them.
    /// </summary>
    private static readonly (string Start, string Why)[] NotYetRight =
    [
    ];

    public static IEnumerable<TheoryDataRow<string, string>> All()
    {
        if (!Directory.Exists(SharedData.Cases))
        {
            return [new("", "") { Skip = $"the shared cases are not beside the repository: no {SharedData.Cases}" }];
        }

        return CaseFile.ReadAll().SelectMany(file => file.Checks.Select(check =>
        {
            var row = new TheoryDataRow<string, string>(file.Case, check.Name) { Label = $"{file.Case}: {check.Name}" };
            return check.IsSlow ? row.WithExplicit(true).WithTrait("Set", "CI") : row;
        }));
    }

    [Theory]
    [MemberData(nameof(All))]
    public void What_once_went_wrong_is_right(string folder, string name)
    {
        var file = CaseFile.Read(folder);
        var check = file.Checks.Single(c => c.Name == name);
        Assert.SkipWhen(check.Interrupt is not null && OperatingSystem.IsWindows(), "Windows has no signals to send.");
        using var run = new CheckRun(file, check);
        var faults = check.Right.FaultsOf(run);
        if (faults.Count > 0 && check.AlsoRight is { } other)
        {
            var alsoFaults = other.FaultsOf(run);
            faults = alsoFaults.Count == 0 ? [] : [.. faults, .. alsoFaults.Select(fault => $"or else {fault}")];
        }

        string[] mustSay = [.. new[] { check.Right.MustSay, check.AlsoRight?.MustSay }.OfType<string>().Select(words => $"It must say {words}.")];
        // Where the bytes of a file were printed, no report of the tests could hold them.
        var report = string.Concat(string.Join('\n', [.. faults, .. mustSay, "stderr:", run.Ended.Error]).Select(c => char.IsControl(c) && c != '\n' ? '·' : c));
        output.WriteLine(report);
        if (!check.Control && NotYetRight.FirstOrDefault(n => $"{folder}: {name}".StartsWith(n.Start, StringComparison.Ordinal)) is { Why: not null } known)
        {
            Assert.True(faults.Count > 0, $"'{folder}: {name}' is right now and must not be among those that are not yet ('{known.Start}': {known.Why})");
        }
        else
        {
            Assert.True(faults.Count == 0, report);
        }
    }

    [Fact]
    public void What_is_not_yet_right_is_of_a_case_that_there_is()
    {
        Assert.SkipUnless(Directory.Exists(SharedData.Cases), $"the shared cases are not beside the repository: no {SharedData.Cases}");
        string[] names = [.. CaseFile.ReadAll().SelectMany(file => file.Checks.Where(check => !check.Control).Select(check => $"{file.Case}: {check.Name}"))];
        Assert.All(NotYetRight, known => Assert.Contains(names, name => name.StartsWith(known.Start, StringComparison.Ordinal)));
    }
}
