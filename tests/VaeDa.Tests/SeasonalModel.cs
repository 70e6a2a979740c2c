using VaeDa.Fields;
using VaeDa.Model;
using VaeDa.Model.Linear;
using VaeDa.Model.Prior;
using static TorchSharp.torch;

namespace VaeDa.Tests;

/// <summary>Four EOFs of two variables as a generator of which everything has a season: B, β and the error, known at each time.</summary>
internal static class SeasonalModel
{
    public const int Latents = 4;

    public static readonly DateTime January = new(2001, 1, 1);
    public static readonly DateTime July = new(2001, 7, 2);

    public static GenerativeModel Make()
    {
        using var scope = NewDisposeScope();
        var fields = SyntheticFields.Make(100, variables: 2);
        IReadOnlyList<Variable> variables = [new() { Name = "ta", Units = "K" }, new() { Name = "psl", Units = "Pa" }];
        var normalisation = new Normalisation { Scale = [2, 300], Offset = [0, 0] };
        var n = fields.FieldLength();
        var prior = new PriorStatistics
        {
            LatentMean = zeros(Latents).DetachFromDisposeScope(),
            LatentVariance = ones(Latents).DetachFromDisposeScope(),
            GeneratorError = [.. Enumerable.Repeat(0.5f, n / 2), .. Enumerable.Repeat(80f, n / 2)],
            ResidualCorrelation = new SpatialCorrelation { Smoothness = Smoothness.ThreeHalves, Length = 1000, Nugget = 0.2 },
            LatentSeason = SeasonalCovariance.From(stack([.. Enumerable.Range(0, 12).Select(month => (1 + 0.6 * Math.Cos(2 * Math.PI * (month + 0.5) / 12)) * eye(Latents))])), // (12, k, k)
            GeneratorRegression = new SeasonalRegression([.. Enumerable.Repeat(0.7f, n), .. Enumerable.Repeat(0.4f, n), .. new float[3 * n]]),
            ErrorSeason = new SeasonalVariance([.. Enumerable.Repeat(0.5f, n), .. new float[3 * n]]),
        };
        var eof = new EofAutoencoder(EofBasis.Of(fields, new Normalisation { Scale = [2, 2], Offset = [0, 0] }, Latents), fields.Grid, 2);
        return new GenerativeModel(eof, fields.Grid, variables, normalisation, prior, [.. Enumerable.Repeat(2f, n / 2), .. Enumerable.Repeat(300f, n / 2)], CPU);
    }
}
