using VaeDa.Archives;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Model.Network;
using VaeDa.Model.Prior;

namespace VaeDa.Tests.Model;

public sealed class ModelCardTests
{
    [Theory]
    [InlineData(Frequency.Daily, null, "day")]
    [InlineData(Frequency.Monthly, null, "month")]
    [InlineData(Frequency.Subdaily, 6, "6h")]
    [InlineData(Frequency.Subdaily, null, null)]
    public void The_step_is_kept_in_the_file(Frequency frequency, int? hours, string? step)
    {
        var text = JsonText.Write(Card("10 fields, 2000-01-01 to 2000-01-10") with { Frequency = frequency, StepHours = hours }, indented: false);
        var card = JsonText.Read<ModelCard>(text);
        Assert.Equal((frequency, hours, step), (card.Frequency, card.StepHours, card.Step?.ToString()));
        Assert.Equal(hours is not null, text.Contains("stepHours", StringComparison.OrdinalIgnoreCase));
        Assert.DoesNotContain("\"step\"", text, StringComparison.OrdinalIgnoreCase);
    }

    [Theory]
    [InlineData("10958 fields, 1981-01-01 to 2010-12-31", "day")]
    [InlineData("300 fields, 1981-01-15 to 2010-12-15", "month")]
    [InlineData("43828 fields, 1981-01-01 to 2010-12-31", null)]
    [InlineData("fields of other words", null)]
    public void An_older_file_shows_its_step_by_its_training_fields(string training, string? step) => Assert.Equal(step, Card(training).Step?.ToString());

    private static ModelCard Card(string training) => new()
    {
        Spec = VaeSpec.Seed(4),
        Grid = SyntheticFields.Grid(),
        Variables = [],
        Normalisation = TestModel.Normalisation(2),
        ResidualCorrelation = SpatialCorrelation.White,
        Provenance = Provenance.Now("test", null, ("training", training)),
        Scores = new Dictionary<string, double>(),
    };
}
