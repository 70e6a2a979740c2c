using System.Globalization;
using VaeDa.Assimilation;
using VaeDa.Assimilation.Control;
using VaeDa.Assimilation.Ensemble;
using VaeDa.CrossValidation;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Observations;
using VaeDa.Reanalysis;
using VaeDa.Reanalysis.Dates;
using VaeDa.Results;
using VaeDa.Verification.Scores;

namespace VaeDa.Cli.Commands.Assimilate;

/// <summary>What <c>vaeda assimilate</c> says of its observations and its analysis.</summary>
internal static class AssimilateReport
{
    /// <summary>On stderr, what of the observations was left out, and why.</summary>
    public static void Complain(ObservationTable table) => Complain(table.Source, table.RejectedCount, table.RejectedPlaces, table.Notes, table.IgnoredColumns);

    /// <summary>The same of observations that are not in memory.</summary>
    public static void Complain(ObservationsOnDisk all) => Complain(all.Source, all.RejectedCount, all.RejectedPlaces, all.Notes, all.IgnoredColumns);

    private static void Complain(string source, int without, string places, IEnumerable<string> notes, IReadOnlyCollection<string> ignored)
    {
        if (without > 0)
        {
            Console.Error.WriteLine($"{source}: {without} rows without an anomaly left out ({places})");
        }

        foreach (var note in notes)
        {
            Console.Error.WriteLine($"{source}: {note}");
        }

        if (ignored.Count > 0)
        {
            Console.Error.WriteLine($"{source}: columns not used: {string.Join(", ", ignored)}");
        }
    }

    /// <summary>What was fitted to the innovations.</summary>
    /// <param name="units">Of the model's variable.</param>
    public static string Fitted(StationParameters fit, string units) => string.Create(CultureInfo.InvariantCulture, $"covariances fitted to {fit.Observations} innovations ({fit.Excluded} left out): station error {fit.ObservationError:g3} {units}; residual {fit.ResidualScale:g3} climatological standard deviations and {fit.ResidualFloor:g3} {units}, Matérn correlation {fit.Correlation.Smoothness} over {fit.Correlation.Length:f0} km; background variance multiplied by {fit.BackgroundScale:g3}");

    public static string AsJson(string folder, string? picture, Analysis analysis, EnsembleScore[]? scores) => JsonText.Write(
        new { folder, picture, diagnostics = analysis.Diagnostics, scores = scores?.Zip(analysis.Variables).ToDictionary(s => s.Second.Name, s => s.First) });

    /// <param name="picture">Where it is; the folder where there is none.</param>
    /// <param name="analysis">Of one time.</param>
    /// <param name="scores">Of each variable; null where no truth is known.</param>
    /// <param name="averageBeyond">As many observations at most are not averaged.</param>
    public static string Describe(string picture, Analysis analysis, EnsembleScore[]? scores, int averageBeyond)
    {
        var (d, lines) = (analysis.Diagnostics, new List<string>());
        lines.Add(string.Create(CultureInfo.InvariantCulture, $"{d.Observations} observations assimilated, {d.Rejected} rejected, {d.Flagged} left out as outliers{(d.Missing > 0 ? $", {d.Missing} without a value" : string.Empty)} ({AnalysisFiles.Observations} says which and why)"));
        lines.AddRange(Outliers(d, analysis));
        if (d.Averaged is { } a)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"they were averaged to {a.Count}, in boxes of {a.BoxKilometres:f0} km (--average-beyond {averageBeyond})"));
        }

        lines.Add(string.Create(CultureInfo.InvariantCulture, $"{d.Method}: {d.Iterations} iterations, {d.GeneratorCalls} generator calls, {d.SearchSeconds:f2} s; chi-square per observation {d.ChiSquare:f2}{(d.Converged ? string.Empty : "; NOT CONVERGED")}{(d.UnconvergedMembers == 0 ? string.Empty : $"; {d.UnconvergedMembers} of {d.Members} members did not reach their tolerance")}"));
        foreach (var factor in d.ErrorFactors?.Where(f => f.IsEstimated) ?? [])
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{factor.Variable}: stated errors multiplied by {factor.Factor:f3} ± {factor.StandardError:f3}"));
        }

        if (d.Sampler is { } s)
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{s.Chains} chains of {s.DrawsPerChain} draws, each of {s.LeapfrogSteps} leapfrog steps of length {s.StepLength:f2}, acceptance {s.Acceptance:f2}; R̂ at most {s.RHat:f3}, effective sample size at least {s.EffectiveSize:f0}"));
            if (!(s.RHat <= SamplerDiagnostics.LargestRHat))
            {
                Console.Error.WriteLine(string.Create(CultureInfo.InvariantCulture, $"warning: the chains have not mixed (R̂ {s.RHat:f2}; it should be below {SamplerDiagnostics.LargestRHat}): do not use their members as a reference"));
            }
        }

        var area = new AreaMean(analysis.Grid);
        foreach (var variable in d.Members > 0 ? analysis.Variables : [])
        {
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{variable.Name}: ensemble spread {area.RootMeanSquare(analysis[variable.Name].Spread):g3} {variable.Units} (root mean square over the area, {d.Members} members)"));
        }

        lines.AddRange(d.Withheld.Select(score => Compared(score, analysis.Variables)));
        for (var v = 0; v < scores?.Length; v++)
        {
            var ofEnsemble = d.Members > 0 ? string.Create(CultureInfo.InvariantCulture, $", {scores[v].MeanRmse:g3} of the ensemble mean; CRPS {scores[v].Crps:g3}") : string.Empty;
            lines.Add(string.Create(CultureInfo.InvariantCulture, $"{analysis.Variables[v].Name} against the truth: RMSE {scores[v].Rmse:g3} of the most probable field{ofEnsemble}"));
        }

        lines.Add(picture);
        return string.Join(Environment.NewLine, lines);
    }

    /// <summary>How analyses compare with withheld observations.</summary>
    public static string Compared(WithheldScore score, IReadOnlyList<Variable> variables)
    {
        var units = variables.FirstOrDefault(v => v.Name == score.Variable, variables[0]).Units;
        var expected = score.Expected is { } rms ? string.Create(CultureInfo.InvariantCulture, $"; {rms:g3} is expected by the spread and the observations' errors") : string.Empty;
        return string.Create(CultureInfo.InvariantCulture, $"{score.Variable} at {score.Observations} withheld observations: RMSE {score.Rmse:g3} {units}{expected}");
    }

    /// <summary>The worst outliers, a line each, and how many more there are.</summary>
    private static IEnumerable<string> Outliers(AnalysisDiagnostics diagnostics, Analysis analysis)
    {
        foreach (var o in diagnostics.WorstFlagged)
        {
            var units = analysis.Variables.FirstOrDefault(v => v.Name == o.Variable, analysis.Variables[0]).Units;
            var variable = analysis.Variables.Count > 1 ? $"{o.Variable} " : string.Empty;
            yield return string.Create(CultureInfo.InvariantCulture, $"  {(o.Station is null ? string.Empty : $"{o.Station} ")}({o.Latitude:0.##}, {o.Longitude:0.##}): {variable}{o.Anomaly:g4} {units}, expected {o.Expected:g3} ± {o.Spread:g3}");
        }

        if (diagnostics.Flagged > diagnostics.WorstFlagged.Count)
        {
            yield return $"  and {diagnostics.Flagged - diagnostics.WorstFlagged.Count} more";
        }
    }

    /// <summary>What was found is there to be looked at; a script is to know that it is not what was asked for.</summary>
    public static int Verdict(string folder, AnalysisDiagnostics diagnostics)
    {
        var code = ExitCode.Done;
        if (diagnostics.Warning is { } warning)
        {
            Console.Error.WriteLine($"warning: {warning}");
        }

        if (!diagnostics.Converged)
        {
            code = Failed($"the analysis has not converged; {folder} holds what was found: look for observations that contradict each other, or errors far too small ({AnalysisFiles.Observations} has each one's departure)");
        }

        foreach (var doubt in diagnostics.Doubts)
        {
            code = Failed($"{doubt}; {folder} holds what was found, to be inspected ({AnalysisFiles.Observations} says what became of each)");
        }

        foreach (var factor in diagnostics.ErrorFactors?.Where(f => !f.IsEstimated) ?? [])
        {
            code = Failed(string.Create(CultureInfo.InvariantCulture, $"the errors of {factor.Variable} cannot be estimated from these observations; {folder} holds an analysis with those stated times {factor.Factor:g3}: check the anomalies and their errors"));
        }

        return code;

        static int Failed(string message)
        {
            Console.Error.WriteLine($"vaeda: {message}");
            return ExitCode.Failed;
        }
    }
}
