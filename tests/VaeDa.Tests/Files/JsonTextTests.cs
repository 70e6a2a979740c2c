using System.Text.Json;
using VaeDa.Files;

namespace VaeDa.Tests.Files;

public sealed class JsonTextTests
{
    [Theory]
    [InlineData(2)]
    [InlineData(40)]
    public void A_name_that_stands_twice_in_an_object_is_refused_and_one_in_two_objects_is_not(int names)
    {
        var others = string.Join(", ", Enumerable.Range(0, names).Select(i => $"\"n{i}\": {{\"x\": {i}}}"));
        Assert.Equal(names, JsonText.Read<Dictionary<string, Dictionary<string, int>>>($"{{{others}}}").Count);
        Assert.Contains("'n0' stands there twice", Assert.Throws<JsonException>(() => JsonText.Read<Dictionary<string, Dictionary<string, int>>>($"{{{others}, \"n0\": {{}}}}")).Message);
        Assert.Contains("'x' stands there twice", Assert.Throws<JsonException>(() => JsonText.Read<Dictionary<string, Dictionary<string, int>>>($"{{{others}, \"m\": {{\"x\": 1, \"x\": 2}}}}")).Message);
    }
}
