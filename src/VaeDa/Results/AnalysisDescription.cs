using VaeDa.Assimilation;

namespace VaeDa.Results;

/// <summary>What <c>analysis.json</c> holds.</summary>
/// <param name="Latent">The most probable latent state (k).</param>
internal sealed record AnalysisDescription(AnalysisProvenance Provenance, AnalysisDiagnostics Diagnostics, double[] Latent);
