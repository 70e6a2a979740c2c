using VaeDa.Plotting.Figures;

namespace VaeDa.Cli.Commands.Plot;

/// <summary>What the files that the user named can be drawn as.</summary>
/// <param name="Picture">Where it goes if nobody says so.</param>
/// <param name="Figure">Of all in one.</param>
/// <param name="Frames">One after another; null where there is nothing that goes on.</param>
internal sealed record PlotSource(string Picture, Func<Figure> Figure, Func<IEnumerable<Figure>>? Frames = null);
