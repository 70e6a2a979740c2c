using System.Globalization;
using System.Text.Json;
using VaeDa.Files;

namespace VaeDa.Cli.Tests;

/// <summary>Pressure and wind of a made-up world on files of their own, the wind's a day shorter, prepared and learnt together once.</summary>
public sealed class PressureAndWind : IDisposable
{
    private const int Days = 420, Rows = 6, Columns = 12;

    public PressureAndWind()
    {
        var random = new Random(4);
        var (pressure, wind) = (new float[Days * Rows * Columns], new float[(Days - 1) * Rows * Columns]);
        for (var day = 0; day < Days; day++)
        {
            var (a, b) = (Normal(random), Normal(random));
            for (var i = 0; i < Rows * Columns; i++)
            {
                var lambda = 2 * Math.PI * (i % Columns) / Columns;
                pressure[day * Rows * Columns + i] = (float)(500 * (a * Math.Cos(lambda) + b * Math.Sin(2 * lambda)) + 20 * Normal(random));
                if (day < Days - 1)
                {
                    wind[day * Rows * Columns + i] = (float)(4 * (-a * Math.Sin(lambda) + b * Math.Cos(2 * lambda)) + 0.2 * Normal(random));
                }
            }
        }

        Write("pressure", "psl", "Pa", pressure, Days);
        Write("wind", "va", "m s-1", wind, Days - 1);
        Assert.Contains("psl: 1 fields left out: another variable has no field at that time", Run("prepare", "pressure.safetensors", "wind.safetensors", "--anomalies", "--gap-days", "0", "--out", "archive").Error);
        Run("train", "archive", "--latent", "4", "--epochs", "1", "--threads", "1", "--out", "model.safetensors");
    }

    public TemporaryFolder Folder { get; } = new();

    public void Dispose() => Folder.Dispose();

    public VaedaProcess Run(params string[] arguments)
    {
        var run = VaedaProcess.RunIn(Folder.Path, arguments);
        Assert.True(run.ExitCode == 0, run.Error);
        return run;
    }

    private void Write(string name, string variable, string units, float[] values, int days)
    {
        var file = new SafetensorsFile();
        file.Add("anomaly", values, days, Rows, Columns);
        file.Write(Folder.File($"{name}.safetensors"));
        File.WriteAllText(Folder.File($"{name}.json"), JsonSerializer.Serialize(new
        {
            latitudes = Enumerable.Range(0, Rows).Select(i => 75 - 30 * i),
            longitudes = Enumerable.Range(0, Columns).Select(j => 30 * j),
            times = Enumerable.Range(0, days).Select(d => new DateTime(2000, 1, 1).AddDays(d).ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)),
            variables = new[] { variable },
            units = new[] { units },
        }));
    }

    private static double Normal(Random random) => Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
}
