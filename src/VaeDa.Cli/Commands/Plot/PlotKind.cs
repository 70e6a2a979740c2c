namespace VaeDa.Cli.Commands.Plot;

/// <summary>What <c>vaeda plot</c> draws of a field.</summary>
internal enum PlotKind
{
    /// <summary>Colours.</summary>
    Map,

    /// <summary>Contours of the whole field.</summary>
    Contours,

    /// <summary>Contours of every member.</summary>
    Spaghetti,

    /// <summary>A field beside what a model generates of its encoding.</summary>
    Validation,
}
