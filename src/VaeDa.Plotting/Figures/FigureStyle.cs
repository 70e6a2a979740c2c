using VaeDa.Plotting.Maps;

namespace VaeDa.Plotting.Figures;

/// <summary>How a figure is drawn, where what it shows leaves a choice.</summary>
public sealed record FigureStyle
{
    // Of a text that is 17 units high, 7 points: 2.47 mm.
    private const double UnitsPerMillimetre = 17 / 2.47;

    private const double NarrowMillimetres = 120;
    private const double MillimetresPerInch = 25.4;

    /// <summary>The dots to the inch of a picture for print.</summary>
    public const int PrintDensity = 300;

    public static FigureStyle Usual { get; } = new();

    /// <summary>What of the world the maps show, and in which projection.</summary>
    public MapView View { get; init; } = MapView.Own;

    /// <summary>Whether each of several panels has a letter.</summary>
    public bool Letters { get; init; } = true;

    /// <summary>What the colours of observations tell, with a legend and thinned where they would hide the field; null: black dots, all of them, without a legend.</summary>
    public ObservationColouring? Observations { get; init; }

    /// <summary>How maps of an ensemble's mean show how sure they are; <see cref="Maps.Uncertainty.Absolute"/> needs <see cref="UncertainAbove"/>.</summary>
    public Uncertainty Uncertainty { get; init; }

    /// <summary>Where hatching begins: of the relative spread a part, of the absolute an amount in the variable's units; null: it thickens from a third to the whole of the climatological standard deviation.</summary>
    public double? UncertainAbove { get; init; }

    /// <summary>The width of the figure in print, millimetres: it is laid out so that its text has 7 points; null: for a screen.</summary>
    public double? PrintWidth { get; init; }

    /// <summary>Whether panels stand one above the other rather than side by side.</summary>
    internal bool IsNarrow => PrintWidth < NarrowMillimetres;

    /// <summary>The width that print gives, in the units of the layout; null: what the panels need.</summary>
    internal float? Width => (float?)(PrintWidth * UnitsPerMillimetre);

    /// <summary>The width that print gives, in pixels.</summary>
    internal int? Pixels => (int?)(PrintWidth / MillimetresPerInch * PrintDensity);
}
