namespace VaeDa.Plotting.Contours;

/// <summary>Whose contours they are, which says how they are drawn.</summary>
public enum ContourRole
{
    /// <summary>One field, or the mean of an ensemble: black.</summary>
    Field,

    /// <summary>One member among many: thin and blue, translucent, so that many that agree are dark.</summary>
    Member,

    /// <summary>The known field: red.</summary>
    Truth,
}
