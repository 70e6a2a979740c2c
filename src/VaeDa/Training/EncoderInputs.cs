using VaeDa.Fields;

namespace VaeDa.Training;

/// <summary>What an encoder reads where that is not the field to be generated: fields of another data set at the same times.</summary>
/// <param name="Training">As many as the training fields, in their order.</param>
/// <param name="Validation">As many as the validation fields, in their order.</param>
/// <param name="Normalisation">Of both.</param>
public sealed record EncoderInputs(IFieldSet Training, IFieldSet Validation, Normalisation Normalisation);
