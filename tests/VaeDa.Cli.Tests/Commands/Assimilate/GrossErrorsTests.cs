using System.Globalization;
using System.Text.Json;
using VaeDa.Cli.Tests.Cases;

namespace VaeDa.Cli.Tests.Commands.Assimilate;

/// <summary>What wrong observations among many may cost, and spoil.</summary>
public sealed class GrossErrorsTests
{
    [Theory(Explicit = true), Trait("Set", "CI")]
    [InlineData(20, 0.40)]
    [InlineData(40, 0.45)]
    public void Three_thousand_observations_with_many_wrong_ones_take_little_more_than_with_none(int percent, double rmse)
    {
        var folder = Directory.CreateTempSubdirectory("vaeda-test-").FullName;
        try
        {
            var dense = Path.Combine(SharedData.RepositoryRoot, "data", "observations", "dense.csv");
            var random = new Random(3);
            File.WriteAllLines(Path.Combine(folder, "spoilt.csv"), File.ReadLines(dense).Select((line, i) =>
            {
                var cells = line.Split(',');
                if (i > 0 && random.Next(100) < percent)
                {
                    cells[2] = (-50 + 100 * random.NextDouble()).ToString("f4", CultureInfo.InvariantCulture);
                }

                return string.Join(',', cells);
            }));
            var (good, cost) = Run(dense);
            var (spoilt, costOfSpoilt) = Run("spoilt.csv");
            Assert.InRange(costOfSpoilt.Seconds, 0, 3 * cost.Seconds);
            Assert.InRange(costOfSpoilt.Megabytes, 0, 1000);
            Assert.InRange(spoilt.GetProperty("diagnostics").GetProperty("flagged").GetInt32(), 30 * percent * 0.85, 30 * percent * 1.1);
            Assert.InRange(spoilt.GetProperty("scores").GetProperty("ta").GetProperty("rmse").GetDouble(), 0, rmse);
            Assert.InRange(good.GetProperty("scores").GetProperty("ta").GetProperty("rmse").GetDouble(), 0, 0.3);
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }

        (JsonElement Result, Cost Cost) Run(string observations)
        {
            var (ended, cost) = GuardedProcess.Run(new Guard(), folder, "assimilate", observations, "--truth", "sample", "--threads", "1", "--out", "x", "--json");
            Assert.Equal((0, ""), (ended.ExitCode, ended.Error));
            return (JsonDocument.Parse(ended.Output).RootElement, cost);
        }
    }
}
