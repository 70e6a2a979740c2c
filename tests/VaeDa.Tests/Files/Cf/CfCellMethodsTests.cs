using VaeDa.Files.Cf;

namespace VaeDa.Tests.Files.Cf;

public sealed class CfCellMethodsTests
{
    [Theory]
    [InlineData("valid_time: mean", "time: mean")]
    [InlineData("area: mean valid_time: mean (interval: 6 hours)", "area: mean time: mean (interval: 6 hours)")]
    [InlineData("lat: lon: mean valid_time: maximum", "latitude: longitude: mean time: maximum")]
    [InlineData("area: mean where land over all_area_types valid_time: point", "area: mean where land over all_area_types time: point")]
    [InlineData("height: mean valid_time: mean", "time: mean")]
    [InlineData("lat: height: mean", null)]
    [InlineData("average over the day", null)]
    [InlineData("", null)]
    [InlineData(null, null)]
    public void Methods_are_kept_of_dimensions_that_there_are(string? text, string? kept) => Assert.Equal(kept, CfCellMethods.Renamed(text, name => name switch
    {
        "valid_time" => "time",
        "lat" => "latitude",
        "lon" => "longitude",
        "area" => "area",
        _ => null,
    }));

    [Theory]
    [InlineData(null, "time: mean")]
    [InlineData("area: mean", "area: mean time: mean")]
    [InlineData("time: point area: mean", "area: mean time: mean")]
    [InlineData("time: mean (interval: 1 hour)", "time: mean (interval: 1 hour)")]
    [InlineData("time: maximum", "time: maximum time: mean")]
    [InlineData("time: maximum time: mean", "time: maximum time: mean")]
    public void A_mean_over_time_is_a_mean(string? text, string expected) => Assert.Equal(expected, CfCellMethods.AveragedOver(text, "time"));

    [Fact]
    public void One_dimension_is_asked_for_and_left_out()
    {
        const string Text = "area: mean time: maximum (interval: 1 hour) area: time: mean";
        Assert.Equal("maximum", CfCellMethods.Of(Text, "time"));
        Assert.Null(CfCellMethods.Of("area: time: mean", "time"));
        Assert.Equal("area: mean", CfCellMethods.Without(Text, "time"));
        Assert.Null(CfCellMethods.Joined(null, null));
    }
}
