namespace VaeDa.Observations.Networks;

/// <summary>A part of the world where land stations gather.</summary>
/// <param name="Name">For the reader.</param>
/// <param name="Latitude">Of the centre, degrees north.</param>
/// <param name="Longitude">Of the centre, degrees east.</param>
/// <param name="Radius">Standard deviation of the stations' distances from the centre in each direction, km.</param>
/// <param name="Weight">Relative number of its stations.</param>
internal sealed record StationRegion(string Name, double Latitude, double Longitude, double Radius, double Weight)
{
    // Round figures of our own: where people and weather services were in the nineteenth and twentieth centuries.
    public static readonly StationRegion[] All =
    [
        new("Western Europe", 49, 4, 500, 14),
        new("Britain and Ireland", 53, -3, 300, 8),
        new("Central Europe", 50, 15, 450, 10),
        new("Scandinavia", 60, 14, 400, 6),
        new("Iberia", 40, -4, 350, 4),
        new("Italy and the Balkans", 43, 16, 450, 5),
        new("Russia in Europe", 55, 38, 700, 6),
        new("Ural and western Siberia", 56, 65, 800, 3),
        new("Eastern Siberia", 55, 112, 900, 2),
        new("Levant and Anatolia", 37, 35, 500, 2),
        new("Maghreb", 35, 4, 500, 2),
        new("Egypt and the Nile", 27, 31, 450, 2),
        new("West Africa", 10, -2, 800, 2),
        new("East Africa", -2, 36, 700, 2),
        new("South Africa", -30, 26, 500, 4),
        new("Persia and central Asia", 36, 60, 800, 2),
        new("Northern India", 26, 80, 600, 6),
        new("Southern India", 14, 78, 400, 4),
        new("Indochina and Malaya", 13, 102, 700, 2),
        new("East Indies", -5, 112, 800, 2),
        new("Eastern China", 31, 115, 600, 4),
        new("Japan and Korea", 36, 136, 450, 7),
        new("South-eastern Australia", -35, 147, 450, 5),
        new("Western and northern Australia", -27, 122, 900, 1),
        new("New Zealand", -41, 174, 400, 2),
        new("North-eastern United States", 42, -76, 500, 13),
        new("Southern United States", 34, -90, 600, 6),
        new("Middle West", 42, -93, 550, 7),
        new("Western United States", 40, -115, 700, 4),
        new("Canada", 50, -95, 1200, 3),
        new("Mexico and central America", 19, -98, 600, 2),
        new("Caribbean", 19, -75, 600, 2),
        new("South-eastern Brazil", -22, -46, 600, 3),
        new("Andes", -12, -73, 900, 2),
        new("River Plate", -34, -60, 500, 3),
    ];
}
