using System.Text.Json.Nodes;

namespace VaeDa.Tests.Archives;

/// <summary>Archives as versions wrote them that did not list the files.</summary>
internal static class EarlierArchive
{
    public static void Unlist(string folder)
    {
        var path = Path.Combine(folder, "archive.json");
        var json = JsonNode.Parse(File.ReadAllText(path))!.AsObject();
        Assert.True(json.Remove("sha256") && json.Remove("files"));
        File.WriteAllText(path, json.ToJsonString(new System.Text.Json.JsonSerializerOptions { WriteIndented = true }));
    }
}
