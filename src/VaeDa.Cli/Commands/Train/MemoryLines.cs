using System.Globalization;
using VaeDa.Archives;
using VaeDa.CrossValidation;
using VaeDa.Model;
using VaeDa.Model.Memory;
using VaeDa.Verification;

namespace VaeDa.Cli.Commands.Train;

/// <summary>Measures a model's memory on an archive, and says what it found on stderr.</summary>
internal static class MemoryLines
{
    public static (StateMemory? Memory, MemoryDescription? Description) Measure(GenerativeModel model, AnomalyArchive archive, long seed, CancellationToken cancellation)
    {
        if (archive.Description.Step is not { } step)
        {
            Console.Error.WriteLine("the fields come at irregular times: how states follow each other is not measured");
            return (null, null);
        }

        var (training, validation) = (archive.Part(SplitPart.Training), archive.Part(SplitPart.Validation));
        Console.Error.WriteLine($"measuring how states follow each other: all fields are encoded once more");
        var (memory, description) = MemoryEstimator.Of(model, training, validation, step, cancellation);
        if (memory is null || description is null)
        {
            Console.Error.WriteLine($"one {step}'s state tells nothing of the next that the validation fields would confirm: the model has no memory");
            return (null, null);
        }

        using var remembering = model.Remembering(memory);
        Console.Error.WriteLine("measuring the errors of analyses of the validation fields in sequence");
        var calibrated = SequenceReliabilityFit.Of(remembering, validation, step, seed, cancellation);
        if (calibrated.EffectiveSampleSize is { } samples)
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"in sequence the covariances are worth {samples:0} independent fields, by dates {model.Prior.EffectiveSampleSize:0}"));
        }

        description = description with { EffectiveSampleSize = calibrated.EffectiveSampleSize, Forecasts = ForecastValidation.Of(remembering, training, validation, step, cancellation) };
        Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"memory: one step leaves {100 * memory.OneStepError:0} % of the states' variance, after {memory.Steps} a state is forgotten (penalty {description.Penalty:g2}, {100 * description.DiagonalShare:0} % diagonal; {description.TrainingPairs} and {description.HeldOutPairs} pairs)"));
        foreach (var error in description.Forecasts.Where(e => e.Step == 1))
        {
            Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{error.Variable} one {step} ahead: RMSE {error.Forecast:g3}, persistence {error.Persistence:g3}, damped {error.DampedPersistence:g3}, climatology {error.Climatology:g3} {model.Variables.First(v => v.Name == error.Variable).Units}"));
        }

        memory.Dispose();
        return (calibrated, description);
    }
}
