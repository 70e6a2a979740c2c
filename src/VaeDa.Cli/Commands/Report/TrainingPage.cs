using System.Globalization;
using Microsoft.Data.Analysis;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Plotting.Pages;

namespace VaeDa.Cli.Commands.Report;

/// <summary>The page of a training, from the model's file and the history beside it.</summary>
internal static class TrainingPage
{
    private const string Ending = ".history.parquet";

    /// <summary>Whether a file is one that a training leaves.</summary>
    public static bool IsOne(string file) => file.EndsWith(".safetensors", StringComparison.Ordinal) || file.EndsWith(Ending, StringComparison.Ordinal);

    /// <summary>Where the page goes if nobody says so.</summary>
    public static string Place(string file) => $"{Stem(file)}.report.html";

    /// <summary>The files that it is made of, those that are there.</summary>
    public static IEnumerable<string> Files(string file) => new[] { $"{Stem(file)}.safetensors", Stem(file) + Ending }.Where(File.Exists);

    /// <param name="file">The model's or the history's.</param>
    public static ReportPage Of(string file)
    {
        var (modelFile, historyFile) = ($"{Stem(file)}.safetensors", Stem(file) + Ending);
        var card = File.Exists(modelFile) ? ModelFile.ReadCard(modelFile) : null;
        var history = File.Exists(historyFile) ? DataFrameFile.Read(historyFile) : null;
        if (card is null && history is null)
        {
            throw new InvalidInputException($"{file}: there is no such file");
        }

        var name = Path.GetFileName(Stem(file));
        double[] epochs = history is null ? [] : Column(historyFile, history, "epoch");
        var validation = history is null ? [] : Column(historyFile, history, "validation_loss");
        var best = validation.Length == 0 ? double.NaN : epochs[Array.IndexOf(validation, validation.Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min()) is >= 0 and var at ? at : 0];
        return new ReportPage
        {
            Kind = "Training",
            Title = card is null ? $"Training of {name}" : $"{name}: {string.Join(", ", card.Variables.Select(v => v.LongName ?? v.Name))}",
            Subtitle = card is null ? "The history of a training run." : $"A variational autoencoder of {card.Grid}.",
            Notices = [.. best == epochs.LastOrDefault() && epochs.Length > 1 ? ["The best epoch is the last: more epochs may do better."] : (ReadOnlySpan<string>)[], .. history is null ? [$"There is no {Path.GetFileName(historyFile)} beside the model, and so no curve of its training."] : (ReadOnlySpan<string>)[]],
            Facts = [.. Facts(card, epochs, best)],
            Charts = history is null ? [] : [.. Curves(historyFile, history, epochs, best), .. card is null ? [] : Forecasts(card)],
            Tables = [.. Tables(card, history)],
            Provenance = card is null ? new PageProvenance([ProvenanceOnPage.ThisPage], []) : ProvenanceOnPage.Of(card.Provenance,
                ("network", $"{card.Spec.Preset}, {card.Spec.LatentSize} latents, filters {string.Join(", ", card.Spec.Filters)}"),
                ("grid", $"{card.Grid}"),
                ("step of the fields", card.Step?.ToString() ?? "not known"),
                ("climatology of the anomalies", card.Climatology is { } climatology ? FormattableString.Invariant($"{climatology.First:yyyy-MM-dd} to {climatology.Last:yyyy-MM-dd}") : "not known")),
        };
    }

    private static string Stem(string file) => file.EndsWith(Ending, StringComparison.Ordinal) ? file[..^Ending.Length] : Path.ChangeExtension(file, null);

    private static double[] Column(string file, DataFrame history, string name) => history.Columns.IndexOf(name) >= 0
        ? [.. history[name].Cast<object?>().Select(v => v is null ? double.NaN : System.Convert.ToDouble(v, CultureInfo.InvariantCulture))]
        : throw new InvalidInputException($"{file}: not the history of a training run: it has no column '{name}'");

    private static IEnumerable<PageFact> Facts(ModelCard? card, double[] epochs, double best)
    {
        if (epochs.Length > 0)
        {
            // Epoch 0 is what is there before the first.
            yield return new PageFact("epochs", epochs.Max().ToString(CultureInfo.InvariantCulture), FormattableString.Invariant($"the best is number {best}"));
        }

        if (card is null)
        {
            yield break;
        }

        yield return new PageFact("latents", card.Spec.LatentSize.ToString(CultureInfo.InvariantCulture), $"preset {card.Spec.Preset}");
        foreach (var (name, score) in card.Scores.Where(s => s.Key.EndsWith("_rmse", StringComparison.Ordinal) || s.Key.EndsWith("_explained_variance", StringComparison.Ordinal)).Take(6))
        {
            var variable = card.Variables.FirstOrDefault(v => name.StartsWith($"{v.Name}_", StringComparison.Ordinal));
            var isVariance = name.EndsWith("variance", StringComparison.Ordinal);
            yield return new PageFact(name.Replace('_', ' '), isVariance ? (100 * score).ToString("0.0", CultureInfo.InvariantCulture) + "%" : $"{score.ToString("g4", CultureInfo.InvariantCulture)} {variable?.Units}".TrimEnd(), "of reconstructed validation fields");
        }

        yield return card.Memory is { } memory
            ? new PageFact("memory", $"{memory.Steps} steps", FormattableString.Invariant($"one step ahead {100 * memory.OneStepError:0.#}% of the variance is unknown"))
            : new PageFact("memory", "none");
    }

    private static IEnumerable<PageChart> Curves(string file, DataFrame history, double[] epochs, double best)
    {
        object[] x = [.. epochs.Select(e => (object)e)];
        PageLine Line(string name, string column) => new(name, x, Column(file, history, column)) { Kind = PageLineKind.Dotted };
        const string Section = "Training";
        yield return new PageChart("Loss", FormattableString.Invariant($"Lines of the training and validation loss over {epochs.Length} epochs; the validation loss is least at epoch {best}."), "epoch", "loss", [Line("training", "training_loss"), Line("validation", "validation_loss")]) { Section = Section };
        yield return new PageChart("Reconstruction error", $"Lines of the root mean square error of reconstructed fields over {epochs.Length} epochs.", "epoch", "RMSE (normalised)", [Line("training", "training_error"), Line("validation", "validation_error")]) { Section = Section };
        yield return new PageChart("Learning rate", "Line of the learning rate by epoch.", "epoch", "learning rate", [Line("learning rate", "learning_rate")]) { Section = Section, FromZero = true };
        yield return new PageChart("Time", "Lines of the seconds that each epoch took, and of those that it waited for data.", "epoch", "seconds", [Line("all", "seconds"), Line("waiting for data", "waiting_seconds")]) { Section = Section, FromZero = true };
    }

    private static IEnumerable<PageChart> Forecasts(ModelCard card)
    {
        foreach (var variable in (card.Memory?.Forecasts ?? []).GroupBy(f => f.Variable))
        {
            var rows = variable.ToList();
            object[] steps = [.. rows.Select(r => (object)r.Step)];
            var units = card.Variables.FirstOrDefault(v => v.Name == variable.Key)?.Units;
            yield return new PageChart($"Forecasts of {variable.Key}", FormattableString.Invariant($"Lines of the error of forecasts of the validation fields by steps ahead, from {rows[0].Forecast:0.###} to {rows[^1].Forecast:0.###} {units}."), "steps ahead", $"RMSE ({units})",
                [
                    new PageLine("the model's", steps, [.. rows.Select(r => r.Forecast)]) { Kind = PageLineKind.Dotted },
                    new PageLine("persistence", steps, [.. rows.Select(r => r.Persistence)]) { Kind = PageLineKind.Dotted },
                    new PageLine("persistence, damped", steps, [.. rows.Select(r => r.DampedPersistence)]) { Kind = PageLineKind.Dotted },
                    new PageLine("climatology", steps, [.. rows.Select(r => r.Climatology)]) { IsReference = true },
                ]) { Section = "Memory", FromZero = true };
        }
    }

    private static IEnumerable<PageTable> Tables(ModelCard? card, DataFrame? history)
    {
        if (card is not null)
        {
            yield return new PageTable("Scores", [new("score"), new("value")], [.. card.Scores.Select(s => (IReadOnlyList<object?>)[s.Key.Replace('_', ' '), Math.Round(s.Value, 5)])], "On the validation fields, in the variables' own units.");
        }

        if (history is not null)
        {
            yield return new PageTable("Epochs", [.. history.Columns.Select(c => new PageColumn(c.Name.Replace('_', ' ')))],
                [.. Enumerable.Range(0, (int)history.Rows.Count).Select(i => (IReadOnlyList<object?>)[.. history.Columns.Select(c => c[i] is double value ? double.Parse(value.ToString("g5", CultureInfo.InvariantCulture), CultureInfo.InvariantCulture) : c[i])])]);
        }
    }
}
