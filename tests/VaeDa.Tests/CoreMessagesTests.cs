using System.Reflection.Metadata;
using System.Reflection.Metadata.Ecma335;
using System.Reflection.PortableExecutable;
using System.Text.RegularExpressions;
using VaeDa.Model;

namespace VaeDa.Tests;

/// <summary>The library is used without its command line: what it says names settings, and no options and verbs.</summary>
public sealed partial class CoreMessagesTests
{
    [Fact]
    public void No_text_in_the_core_names_an_option_or_a_verb()
    {
        var texts = Texts(typeof(ModelFile).Assembly.Location);
        Assert.Contains(texts, text => text.Contains("there is no such model file"));
        Assert.DoesNotContain(texts, text => OptionOrVerb().IsMatch(text));
    }

    [Theory]
    [InlineData("choose one with --time", true)]
    [InlineData("'vaeda prepare' makes an archive", true)]
    [InlineData("vaeda 0.1.0, model m.safetensors", false)]
    [InlineData("from 1916--1917", false)]
    public void Options_and_verbs_are_known_when_they_are_seen(string text, bool isOne) => Assert.Equal(isOne, OptionOrVerb().IsMatch(text));

    private static List<string> Texts(string assembly)
    {
        using var file = new PEReader(File.OpenRead(assembly));
        var metadata = file.GetMetadataReader();
        var texts = new List<string>();
        for (var handle = MetadataTokens.UserStringHandle(0); ; )
        {
            handle = metadata.GetNextHandle(handle);
            if (handle.IsNil)
            {
                return texts;
            }

            texts.Add(metadata.GetUserString(handle));
        }
    }

    [GeneratedRegex(@"(?<![\w-])--[a-z]|\bvaeda [a-z]")]
    private static partial Regex OptionOrVerb();
}
