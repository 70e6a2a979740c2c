using VaeDa.Plotting.Figures;
using VaeDa.Verification.Scores;

namespace VaeDa.Cli.Commands.Plot;

/// <summary>What the files that the user named can be drawn as.</summary>
/// <param name="Picture">Where it goes if nobody says so.</param>
/// <param name="Figure">Of all in one.</param>
/// <param name="Frames">One after another; null where there is nothing that goes on.</param>
/// <param name="Score">Of what was drawn, against the truth that is drawn beside it; null where it is not scored.</param>
internal sealed record PlotSource(string Picture, Func<Figure> Figure, Func<IEnumerable<Figure>>? Frames = null, Func<EnsembleScore?>? Score = null);
