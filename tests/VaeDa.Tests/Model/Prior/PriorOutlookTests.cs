using VaeDa.Model.Prior;

namespace VaeDa.Tests.Model.Prior;

public sealed class PriorOutlookTests
{
    [Fact]
    public void Gaps_at_random_are_nothing_to_speak_of() => Assert.Empty(PriorOutlook.Of(SyntheticFields.WithGaps(SyntheticFields.Make(20, variables: 2))));

    [Fact]
    public void What_cannot_be_measured_is_said_beforehand()
    {
        var fields = SyntheticFields.Make(20, variables: 2);
        var cells = fields.Grid.Cells;
        Assert.Contains("'x1' has no value", Assert.Single(PriorOutlook.Of(SyntheticFields.Where(fields, (_, x) => x < cells))));
        // One value of each variable in each field.
        Assert.Contains("uncorrelated", Assert.Single(PriorOutlook.Of(SyntheticFields.Where(fields, (t, x) => x % cells == t))));
    }

    [Fact]
    public void Fields_without_any_value_are_refused()
    {
        var refusal = Assert.Throws<InvalidInputException>(() => PriorOutlook.Of(SyntheticFields.Where(SyntheticFields.Make(20), (_, _) => false)));
        Assert.Contains("none of the 20 validation fields has a value", refusal.Message);
    }
}
