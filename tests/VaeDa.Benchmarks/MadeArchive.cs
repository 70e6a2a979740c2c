using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Json;
using VaeDa.Archives;
using VaeDa.Archives.Preparation;
using VaeDa.Fields.Climatologies;

namespace VaeDa.Benchmarks;

/// <summary>An archive of made-up daily anomalies on a global grid: a few waves and noise, some fields to train on and two to validate.</summary>
internal sealed class MadeArchive : IDisposable
{
    private readonly string _folder = Directory.CreateTempSubdirectory("vaeda-benchmark-").FullName;

    public MadeArchive(int height, int width, int trainingFields, CancellationToken cancellation)
    {
        DateTime[] times =
        [
            .. Enumerable.Range(0, trainingFields).Select(d => new DateTime(2001, 1, 1).AddDays(d)),
            .. Enumerable.Range(0, 2).Select(d => new DateTime(2005, 1, 1).AddDays(d)),
        ];
        var input = Path.Combine(_folder, "fields.npy");
        WriteFields(input, height, width, times.Length);
        File.WriteAllText(Path.ChangeExtension(input, ".json"), JsonSerializer.Serialize(new
        {
            latitudes = Enumerable.Range(0, height).Select(i => 90 - (i + 0.5) * 180 / height),
            longitudes = Enumerable.Range(0, width).Select(j => j * 360.0 / width),
            times = times.Select(t => t.ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            variables = (string[])["t"],
            units = (string[])["K"],
        }));
        var archive = Path.Combine(_folder, "archive");
        ArchivePreparation.Run(
            new PreparationOptions { Inputs = [input], Output = archive, AreAnomalies = true, TrainingYears = YearSet.Parse("2001-2004"), ValidationYears = YearSet.Parse("2005"), Command = "benchmark" },
            null,
            cancellation);
        File.Delete(input);
        Archive = AnomalyArchive.Open(archive);
    }

    public AnomalyArchive Archive { get; }

    /// <summary>A place for a run's own files.</summary>
    public string Scratch(string name) => Path.Combine(_folder, name);

    public void Dispose()
    {
        Archive.Dispose();
        Directory.Delete(_folder, recursive: true);
    }

    private static void WriteFields(string path, int height, int width, int count)
    {
        var random = new Random(1);
        var noise = new float[1 << 16];
        for (var i = 0; i < noise.Length; i++)
        {
            noise[i] = (float)(Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble()));
        }

        using var file = File.Create(path);
        var header = string.Create(CultureInfo.InvariantCulture, $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({count}, {height}, {width}), }}");
        header = header.PadRight((header.Length + 11 + 63) / 64 * 64 - 11) + '\n';
        file.Write([0x93, .. "NUMPY"u8, 1, 0, (byte)header.Length, (byte)(header.Length >> 8)]);
        file.Write(System.Text.Encoding.ASCII.GetBytes(header));
        var field = new float[height * width];
        for (var t = 0; t < count; t++)
        {
            var (phase, shift) = (2 * Math.PI * random.NextDouble(), random.Next(noise.Length));
            for (var x = 0; x < field.Length; x++)
            {
                var (i, j) = (x / width, x % width);
                field[x] = (float)(3 * Math.Cos(3 * 2 * Math.PI * j / width + phase) * Math.Sin(Math.PI * i / height)) + noise[(x + shift) & (noise.Length - 1)];
            }

            file.Write(MemoryMarshal.AsBytes(field.AsSpan()));
        }
    }
}
