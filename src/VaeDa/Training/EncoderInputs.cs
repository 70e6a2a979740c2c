using VaeDa.Fields;

namespace VaeDa.Training;

/// <summary>What an encoder reads where that is not the field to be generated: fields of another data set at the same times.</summary>
/// <param name="Training">What the encoder reads for each of the training fields, in their order.</param>
/// <param name="Validation">What the encoder reads for each of the validation fields, in their order.</param>
/// <param name="Normalisation">The scale and offset of each variable of both, from its units to the numbers that the encoder reads.</param>
public sealed record EncoderInputs(IFieldSet Training, IFieldSet Validation, Normalisation Normalisation);
