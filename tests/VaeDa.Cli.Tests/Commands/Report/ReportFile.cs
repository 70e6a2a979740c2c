using System.Buffers.Binary;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;

namespace VaeDa.Cli.Tests.Commands.Report;

/// <summary>A report as a program reads it.</summary>
internal sealed class ReportFile
{
    private readonly string[] _blocks;

    public ReportFile(string path)
    {
        Html = File.ReadAllText(path);
        Bytes = new FileInfo(path).Length;
        Content = JsonDocument.Parse(Unpacked(Part("text/plain\" id=\"content"))).RootElement;
        _blocks = JsonSerializer.Deserialize<string[]>(Part("application/json\" id=\"blocks"))!;
    }

    public string Html { get; }

    public long Bytes { get; }

    public JsonElement Content { get; }

    /// <summary>The library, unpacked.</summary>
    public byte[] Library => Unpacked(Part("text/plain\" id=\"library"));

    /// <summary>All that is not packed.</summary>
    public string Plain => Regex.Replace(Html, "[A-Za-z0-9+/=]{200,}", string.Empty);

    public string Policy => Regex.Match(Html, "http-equiv=\"Content-Security-Policy\" content=\"([^\"]*)\"").Groups[1].Value;

    public static string Source(byte[] script) => $"'sha256-{System.Convert.ToBase64String(SHA256.HashData(script))}'";

    public byte[] Script => Encoding.UTF8.GetBytes(Regex.Match(Html, "<script>(.*?)</script>", RegexOptions.Singleline).Groups[1].Value);

    public JsonElement Values(JsonElement number) => JsonDocument.Parse(Unpacked(_blocks[number.GetInt32()])).RootElement;

    /// <summary>A field, by its documented layout.</summary>
    public double[] Field(JsonElement number)
    {
        var bytes = Unpacked(_blocks[number.GetInt32()]);
        var (step, count, sum) = (BinaryPrimitives.ReadDoubleLittleEndian(bytes), (bytes.Length - 8) / 2, 0);
        var field = new double[count];
        for (var i = 0; i < count; i++)
        {
            sum = (short)(sum + (bytes[8 + i] << 8) + bytes[8 + count + i]);
            field[i] = sum == short.MinValue ? double.NaN : sum * step;
        }

        return field;
    }

    private string Part(string kind) => Regex.Match(Html, $"<script type=\"{kind}\">(.*?)</script>", RegexOptions.Singleline).Groups[1].Value;

    private static byte[] Unpacked(string text)
    {
        using var deflated = new DeflateStream(new MemoryStream(System.Convert.FromBase64String(text)), CompressionMode.Decompress);
        using var bytes = new MemoryStream();
        deflated.CopyTo(bytes);
        return bytes.ToArray();
    }
}
