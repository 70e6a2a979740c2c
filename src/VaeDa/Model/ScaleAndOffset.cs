namespace VaeDa.Model;

/// <summary>normalised = anomaly / scale + offset.</summary>
public readonly record struct ScaleAndOffset(double Scale, double Offset);
