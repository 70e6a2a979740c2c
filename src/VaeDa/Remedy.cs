namespace VaeDa;

/// <summary>What makes the file that was missing, or takes the one that was given.</summary>
public enum Remedy
{
    /// <summary>Nothing but another file or value.</summary>
    None,

    /// <summary>An archive is made of fields.</summary>
    PrepareArchive,

    /// <summary>A model is trained on an archive.</summary>
    TrainModel,

    /// <summary>A converter is trained onto a model.</summary>
    TrainConverter,

    /// <summary>A converter is given fields to convert.</summary>
    Convert,
}
