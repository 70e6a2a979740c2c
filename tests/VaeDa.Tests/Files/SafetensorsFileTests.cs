using System.Buffers.Binary;
using System.Text;
using VaeDa.Files;

namespace VaeDa.Tests.Files;

public sealed class SafetensorsFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void A_bit_that_flips_anywhere_is_noticed()
    {
        var path = Written();
        Assert.Equal(64, SafetensorsFile.Read(path).RequireIntact().Length);
        var whole = File.ReadAllBytes(path);
        for (var bit = 0; bit < 8 * whole.Length; bit++)
        {
            var damaged = whole.ToArray();
            damaged[bit / 8] ^= (byte)(1 << (bit % 8));
            File.WriteAllBytes(path, damaged);
            var message = Assert.Throws<InvalidInputException>(() =>
            {
                var file = SafetensorsFile.Read(path);
                if (file.OwnText("card") is null)
                {
                    throw new InvalidInputException("not one of ours");
                }

                file.RequireIntact();
            }).Message;
            Assert.DoesNotContain(message, char.IsControl);
        }
    }

    [Fact]
    public void A_file_without_a_hash_is_taken_as_it_is()
    {
        var path = _folder.File("x.safetensors");
        Write(path, """{"__metadata__":{"card":"text"},"x":{"dtype":"F32","shape":[2],"data_offsets":[0,8]}}""", 8);
        var file = SafetensorsFile.Read(path);
        Assert.Equal("text", file.OwnText("card"));
        Assert.Equal(Convert.ToHexStringLower(System.Security.Cryptography.SHA256.HashData(File.ReadAllBytes(path))), file.RequireIntact());
    }

    [Theory]
    [InlineData("[]")]
    [InlineData("{\"x\":1}")]
    [InlineData("{\"x\":{}}")]
    [InlineData("{\"x\":null}")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,4]}}")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[-1,-1],\"data_offsets\":[0,4]}}")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[null],\"data_offsets\":[0,4]}}")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[4611686018427387904,4611686018427387904],\"data_offsets\":[0,8]}}")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,9223372036854775807]}}")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[-8,0]}}")]
    [InlineData("{\"x\":{\"dtype\":4,\"shape\":[2],\"data_offsets\":[0,8]}}")]
    [InlineData("{\"__metadata__\":{\"a\":1}}")]
    [InlineData("{\"__metadata__\":[]}")]
    [InlineData("{\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]},\"x\":{\"dtype\":\"F32\",\"shape\":[2],\"data_offsets\":[0,8]}}")]
    public void A_header_that_is_none_is_told_in_one_line(string header)
    {
        var path = _folder.File("x.safetensors");
        Write(path, header, 8);
        var message = Assert.Throws<InvalidInputException>(() => SafetensorsFile.Read(path)).Message;
        Assert.StartsWith($"{path}: not a safetensors file, or cut short", message, StringComparison.Ordinal);
        Assert.DoesNotContain(message, char.IsControl);
        Assert.DoesNotContain("JSON", message.Replace("JSON object", "", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(float.NaN, 0)]
    [InlineData(float.NaN, 70_000)]
    [InlineData(float.PositiveInfinity, 69_999)]
    [InlineData(float.NegativeInfinity, 31)]
    public void A_number_that_is_none_is_found_wherever_it_stands(float value, int place)
    {
        var values = Enumerable.Range(0, 70_001).Select(i => (float)i / 3).ToArray();
        var file = new SafetensorsFile();
        file.Add("fine", values, values.Length);
        file.AddHalf("half", [.. values.Take(1000)], 1000);
        file.Add("whole", [1L, -1L], 2);
        values[place] = value;
        file.Add("wrong", values, values.Length);
        file.AddHalf("half wrong", [.. values.Take(1000), value], 1001);
        var path = _folder.File("n.safetensors");
        file.Write(path);
        var read = SafetensorsFile.Read(path);
        Assert.Equal(["fine", "half", "whole"], read.Names.Where(read.IsFinite));
    }

    private string Written()
    {
        var file = new SafetensorsFile();
        file.Add("x", [1f, 2f, 3f], 3);
        file.Add("n", [1L], 1);
        file.Metadata["card"] = "a text with \"sha256\":\" in it";
        var path = _folder.File("x.safetensors");
        file.Write(path);
        return path;
    }

    private static void Write(string path, string header, int bytes)
    {
        var length = new byte[8];
        BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
        File.WriteAllBytes(path, [.. length, .. Encoding.ASCII.GetBytes(header), .. new byte[bytes]]);
    }
}
