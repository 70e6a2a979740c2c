using VaeDa.Fields.Grids;
using VaeDa.Plotting.Contours;
using VaeDa.Plotting.Figures;

namespace VaeDa.Plotting.Maps;

/// <summary>A field to be drawn as a map, with what lies over it.</summary>
public sealed record FieldMap
{
    public required Grid Grid { get; init; }

    /// <summary>(H × W), row-major, row 0 north; NaN is drawn grey.</summary>
    public required IReadOnlyList<float> Values { get; init; }

    public required string Title { get; init; }

    /// <summary>UDUNITS string, shown at the colour bar.</summary>
    public required string Units { get; init; }

    public ColourScale Scale { get; init; } = ColourScale.Anomaly;

    public ObservationDots? Observations { get; init; }

    /// <summary>
    /// Ensemble spread / climatological standard deviation (H × W). Grey hatching, the fog of ignorance, begins where it
    /// passes 0.33 and is full at 1.
    /// </summary>
    public IReadOnlyList<float>? Ignorance { get; init; }

    /// <summary>Ensemble spread (H × W), in <see cref="Units"/>; null where it is not known or not to be shown.</summary>
    internal IReadOnlyList<float>? Spread { get; init; }

    /// <summary>How much of a cell's colour gives way to that of missing ones (H × W), 0…1; null for none.</summary>
    internal IReadOnlyList<float>? Fading { get; init; }

    /// <summary>Null for none.</summary>
    public ContourSet? Contours { get; init; }

    /// <summary>Whether the values are shown in colours; without them the map is white and has no colour bar.</summary>
    public bool IsShaded { get; init; } = true;

    /// <summary>Whether it has a colour bar of its own; else it leaves no room for one.</summary>
    internal bool HasBar { get; init; } = true;

    /// <summary>Interpolates between cell centres; by default each cell shows its own colour.</summary>
    public bool Smooth { get; init; }

    /// <summary>What of the world is shown, and in which projection.</summary>
    internal MapView View { get; init; } = MapView.Own;

    /// <summary>In the units that pictures are labelled in; contours are so already.</summary>
    internal FieldMap Shown()
    {
        var shown = ShownUnits.Of(Units);
        return shown.Factor == 1 ? this with { Units = shown.Units } : this with { Values = shown.Convert(Values), Units = shown.Units, Scale = Scale.Times(shown.Factor), Observations = Observations is null ? null : Observations with { Factor = shown.Factor } };
    }

    internal void Validate()
    {
        CheckShape(Values, nameof(Values));
        if (Ignorance is not null)
        {
            CheckShape(Ignorance, nameof(Ignorance));
        }

        foreach (var layer in Contours?.Layers ?? [])
        {
            CheckShape(layer.Values, nameof(Contours));
        }

        Observations?.Validate();
    }

    private void CheckShape(IReadOnlyList<float> field, string name)
    {
        if (field.Count != Grid.Cells)
        {
            throw new ArgumentException($"{name} holds {field.Count} values; the grid {Grid} has {Grid.Cells} cells", name);
        }
    }
}
