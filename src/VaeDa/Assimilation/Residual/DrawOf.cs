namespace VaeDa.Assimilation.Residual;

/// <summary>What random numbers of an ensemble are for; each has numbers of its own.</summary>
internal enum DrawOf
{
    Latents = 1,
    TimeOfYear,
    Patterns,
    Waves,
    WaveLengths,
    Amplitudes,
    OwnPartOfCells,
    OwnPartOfPlaces,
    ObservationErrors,
    SamplingOfLatents,
    SamplingOfPatterns,
    Laplace,
    Chains,
    Starts,
}
