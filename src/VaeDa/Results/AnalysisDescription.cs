using VaeDa.Assimilation;
using VaeDa.Files;

namespace VaeDa.Results;

/// <summary>What <c>analysis.json</c> holds.</summary>
/// <param name="Provenance">What made it.</param>
/// <param name="Diagnostics">How it went.</param>
/// <param name="Latent">The most probable latent state (k).</param>
internal sealed record AnalysisDescription(Provenance Provenance, AnalysisDiagnostics Diagnostics, double[] Latent);
