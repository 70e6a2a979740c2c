namespace VaeDa;

/// <summary>
/// The step of the work that helps after an <see cref="InvalidInputException"/>: it makes the file that was missing, or takes the
/// file that was given in the wrong place.
/// </summary>
public enum Remedy
{
    /// <summary>No step helps, only another file or value.</summary>
    None,

    /// <summary>An archive has to be made of fields first.</summary>
    PrepareArchive,

    /// <summary>A model has to be trained on an archive first.</summary>
    TrainModel,

    /// <summary>A converter has to be trained onto a model first.</summary>
    TrainConverter,

    /// <summary>The file is a converter, which is given fields to convert.</summary>
    Convert,
}
