using System.Text;
using System.Text.Json.Nodes;
using Microsoft.Data.Analysis;
using VaeDa.Files;

namespace VaeDa.Cli.Tests;

/// <summary>
/// What is wrong is told in one line that names the file or the option, once, in words of this toolkit, with the right exit code, and
/// nothing is written. The cases are the lines of BadInputs/commands.tsv.
/// </summary>
public sealed class BadInputsTests(Weather weather) : IDisposable
{
    // Of .NET, libtorch, C++ and the libraries for files.
    private static readonly string[] Foreign =
    [
        "System.", "Exception", "Object reference", "Index was out of range", "parquet", "at VaeDa", "--->", "frame #", "c10", "BytePosition", "Parameter '", "LineNumber", "N7", "libc", "TorchSharp",
    ];

    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    // A process each: some minutes of one processor.
    [Fact(Explicit = true), Trait("Set", "CI")]
    public void Each_of_a_hundred_bad_inputs_is_told_in_one_line()
    {
        MakeFiles();
        var cases = Lines("commands.tsv").Select(line => line.Split('\t')).ToArray();
        Assert.True(cases.Length >= 100);
        var before = Snapshot();
        var faults = new List<string>();
        Parallel.ForEach(cases, new ParallelOptions { MaxDegreeOfParallelism = Environment.ProcessorCount }, c =>
        {
            var run = VaedaProcess.RunIn(_folder.Path, c[1].Split(' '));
            var lines = run.Error.TrimEnd('\n').Split('\n');
            var last = lines[^1];
            var fault = run.ExitCode != int.Parse(c[0], System.Globalization.CultureInfo.InvariantCulture) ? $"exit code {run.ExitCode}"
                : run.Output.Length > 0 ? "there is output"
                : !last.StartsWith("vaeda: ", StringComparison.Ordinal) ? "it does not begin with 'vaeda: '"
                : !last.Contains(c[2], StringComparison.Ordinal) ? $"it does not say '{c[2]}'"
                : lines.Any(line => line.StartsWith("   ", StringComparison.Ordinal)) ? "there are frames of a stack"
                : Array.Find(Foreign, word => last.Replace("a Parquet file", "", StringComparison.Ordinal).Replace(".parquet", "", StringComparison.Ordinal).Contains(word, StringComparison.Ordinal)) is { } foreign ? $"it says '{foreign}'"
                : last.Length > 500 ? $"it has {last.Length} characters"
                : c[1].Split(' ').Where(word => word.Contains('.') && last.Split(word).Length > 3).FirstOrDefault() is { } twice ? $"it names {twice} twice"
                : null;
            if (fault is not null)
            {
                lock (faults)
                {
                    faults.Add($"vaeda {c[1]}: {fault}: {run.Error}");
                }
            }
        });
        Assert.True(faults.Count == 0, string.Join('\n', faults.Order()));
        Assert.Equal(before, Snapshot());
    }

    private static IEnumerable<string> Lines(string name) =>
        File.ReadLines(Path.Combine(SharedData.RepositoryRoot, "tests/VaeDa.Cli.Tests/BadInputs", name)).Where(line => !line.StartsWith('#') && line.Length > 0);

    private string[] Snapshot() => [.. Directory.GetFileSystemEntries(_folder.Path, "*", SearchOption.AllDirectories).Order(StringComparer.Ordinal)];

    private void MakeFiles()
    {
        foreach (var line in Lines("files.tsv"))
        {
            var path = _folder.File(line.Split('\t')[0]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllBytes(path, Bytes(line.Split('\t')[1]));
        }

        File.WriteAllText(_folder.File("long-cell.csv"), $"lat,lon,anomaly\n10,20,{new string('9', 100_000)}x\n");
        File.Copy(weather.Observations, _folder.File("obs.csv"));
        WeatherFile.Write(_folder.File("fields.nc"), WeatherFile.Globe);
        File.WriteAllBytes(_folder.File("cut.nc"), File.ReadAllBytes(_folder.File("fields.nc"))[..^10_000]);
        foreach (var name in (string[])["alone.npy", "pair.npy", "list.npy"])
        {
            File.WriteAllBytes(_folder.File(name), [0x93, .. "NUMPY"u8, 1, 0, 118, 0, .. Encoding.ASCII.GetBytes("{'descr': '<f4', 'fortran_order': False, 'shape': (2, 2, 2), }".PadRight(117) + "\n"), .. new byte[32]]);
        }

        DataFrameFile.Write(new DataFrame(new DoubleDataFrameColumn("lat", Enumerable.Range(0, 5000).Select(i => i / 100.0)), new DoubleDataFrameColumn("lon", Enumerable.Range(0, 5000).Select(i => i / 50.0)), new DoubleDataFrameColumn("anomaly", new double[5000])), _folder.File("whole.parquet"));
        var parquet = File.ReadAllBytes(_folder.File("whole.parquet"));
        File.WriteAllBytes(_folder.File("cut.parquet"), parquet[..^100]);
        parquet.AsSpan(parquet.Length - 200, 40).Fill(0xEE);
        File.WriteAllBytes(_folder.File("fuzzed.parquet"), parquet);
        MakeModels();
        MakeArchives();
    }

    private void MakeModels()
    {
        File.Copy(weather.Model, _folder.File("model.safetensors"));
        var bytes = File.ReadAllBytes(weather.Model);
        File.WriteAllBytes(_folder.File("cut.safetensors"), bytes[..(bytes.Length / 2)]);
        bytes[^1000] ^= 16;
        File.WriteAllBytes(_folder.File("flipped.safetensors"), bytes);
        Model("nan", (file, _) =>
        {
            var values = file.Floats("generator.dense.weight");
            values[7] = float.NaN;
            file.Add("generator.dense.weight", values, file.Shape("generator.dense.weight"));
        });
        Model("huge", (_, card) => card["spec"]!["latentSize"] = 4_000_000);
        Model("deep", (_, card) => card["spec"]!["residualBlocks"] = 60_000);
        Model("null", (_, card) => card["grid"] = null);
        Model("path", (_, card) => card["variables"]![0]!["name"] = "x/../../NAME");
        var tensors = new SafetensorsFile();
        tensors.Add("x", [1f, 2f], 2);
        tensors.Write(_folder.File("tensors.safetensors"));
        File.WriteAllText(_folder.File("tensors.json"), "{}");

        // With a hash that is right.
        void Model(string name, Action<SafetensorsFile, JsonNode> change)
        {
            var file = SafetensorsFile.Read(weather.Model);
            var card = JsonNode.Parse(file.Metadata["vaeda"])!;
            change(file, card);
            file.Metadata["vaeda"] = card.ToJsonString();
            file.Write(_folder.File($"{name}.safetensors"));
        }
    }

    private void MakeArchives()
    {
        foreach (var name in (string[])["archive", "missing-year", "changed-archive", "flipped-archive"])
        {
            Directory.CreateDirectory(_folder.File(name));
            foreach (var file in Directory.GetFiles(weather.Archive))
            {
                File.Copy(file, Path.Combine(_folder.File(name), Path.GetFileName(file)));
            }
        }

        File.Delete(_folder.File("missing-year/anomaly_2001.nc"));
        var description = _folder.File("changed-archive/archive.json");
        File.WriteAllText(description, File.ReadAllText(description).Replace("\"units\": \"K\"", "\"units\": \"C\"", StringComparison.Ordinal));
        var year = _folder.File("flipped-archive/anomaly_2002.nc");
        var bytes = File.ReadAllBytes(year);
        for (var at = bytes.Length / 2; at < bytes.Length; at += 100)
        {
            bytes[at] ^= 1;
        }

        File.WriteAllBytes(year, bytes);
    }

    private static byte[] Bytes(string text)
    {
        var bytes = new List<byte>();
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\')
            {
                bytes.AddRange(Encoding.UTF8.GetBytes(text, i, 1));
                continue;
            }

            i++;
            bytes.Add(text[i] switch { 'n' => (byte)'\n', 't' => (byte)'\t', '0' => 0, 'x' => Convert.ToByte(text.Substring(i + 1, 2), 16), var c => (byte)c });
            i += text[i] == 'x' ? 2 : 0;
        }

        return [.. bytes];
    }
}
