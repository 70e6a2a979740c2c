namespace VaeDa.Assimilation.Control;

/// <summary>How observations are controlled.</summary>
/// <param name="RejectBeyond">Standard deviations from what all others and the background predict; infinite: every observation is trusted.</param>
/// <param name="EstimatesErrors">Whether the stated errors are multiplied by factors, estimated before each control.</param>
internal sealed record ControlSettings(double RejectBeyond, bool EstimatesErrors);
