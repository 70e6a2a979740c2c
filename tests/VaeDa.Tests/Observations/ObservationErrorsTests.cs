using VaeDa.Fields;
using VaeDa.Observations;

namespace VaeDa.Tests.Observations;

public class ObservationErrorsTests
{
    private static readonly Variable[] Variables =
    [
        new() { Name = "psl", Units = "Pa" }, new() { Name = "ua", Units = "m s-1" }, new() { Name = "q", Units = "kg kg-1" },
    ];

    [Theory]
    [InlineData("", "0.5", "psl=0.5 ua=0.5 q=0.5")]
    [InlineData("psl ua", "", "psl=100 ua=1")]
    [InlineData("psl ua", "2 psl=50", "psl=50 ua=2")]
    [InlineData("", "q=0.001", "psl=100 ua=1 q=0.001")]
    public void The_nearest_rule_wins(string observed, string given, string expected) => Assert.Equal(
        expected, string.Join(' ', ObservationErrors.Resolve(Variables, Words(observed), Words(given)).Select(e => FormattableString.Invariant($"{e.Key}={e.Value}"))));

    [Theory]
    [InlineData("q", "", "give the error of 'q', as q=0.5: there is no default in 'kg kg-1'")]
    [InlineData("t2m", "", "there is no variable 't2m'; the variables are 'psl', 'ua', 'q'")]
    [InlineData("", "t2m=3", "there is no variable 't2m'; the variables are 'psl', 'ua', 'q'")]
    [InlineData("", "psl=-3", "error 'psl=-3' is neither a number above 0, such as 0.5, nor one for a variable, such as psl=0.5")]
    [InlineData("", "much", "error 'much' is neither a number above 0, such as 0.5, nor one for a variable, such as psl=0.5")]
    public void What_cannot_be_is_refused(string observed, string given, string message) =>
        Assert.Equal(message, Assert.Throws<InvalidInputException>(() => ObservationErrors.Resolve(Variables, Words(observed), Words(given))).Message);

    private static string[] Words(string text) => text.Split(' ', StringSplitOptions.RemoveEmptyEntries);
}
