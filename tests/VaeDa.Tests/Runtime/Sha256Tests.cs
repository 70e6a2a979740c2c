using System.Security.Cryptography;
using System.Text;
using VaeDa.Runtime;

namespace VaeDa.Tests.Runtime;

public sealed class Sha256Tests
{
    // FIPS 180-4's examples, and nothing at all (NIST, 'Examples with intermediate values').
    [Theory]
    [InlineData("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")]
    [InlineData("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad")]
    [InlineData("abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq", "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1")]
    public void Own_code_has_the_hashes_of_the_standard(string text, string expected)
    {
        using var hash = new Sha256(isOwn: true);
        hash.Append(Encoding.ASCII.GetBytes(text));
        Assert.Equal(expected, hash.ToHex());
    }

    [Fact]
    public void In_whatever_parts_bytes_of_any_length_come_it_is_the_systems_hash()
    {
        var random = new Random(1);
        for (var length = 0; length < 400; length++)
        {
            var bytes = new byte[length];
            random.NextBytes(bytes);
            using var own = new Sha256(isOwn: true);
            for (var at = 0; at < length;)
            {
                var count = Math.Min(random.Next(1, 100), length - at);
                own.Append(bytes.AsSpan(at, count));
                at += count;
            }

            var expected = Convert.ToHexStringLower(SHA256.HashData(bytes));
            Assert.Equal(expected, own.ToHex());
            Assert.Equal(expected, Sha256.Of(bytes));
            Assert.Equal(expected, Sha256.Of(new MemoryStream(bytes)));
        }
    }
}
