namespace VaeDa.Observations.Networks;

/// <summary>A course of ships: great circles from port to port by way of the capes between them.</summary>
/// <param name="Name">For the reader.</param>
/// <param name="Weight">Relative number of its ships.</param>
/// <param name="Course">Ports and capes, degrees.</param>
internal sealed record ShipLane(string Name, double Weight, params (double Latitude, double Longitude)[] Course)
{
    public static readonly ShipLane[] All =
    [
        new("English Channel–New York", 10, (49.5, -6), (40.4, -73)),
        new("English Channel–Cape Town", 8, (49.5, -6), (15, -20), (3, -20), (-34, 17.5)),
        new("Cape Town–Bombay", 4, (-34, 17.5), (-36, 22), (-28, 36), (-10, 60), (18.5, 72)),
        new("Cape Town–Melbourne", 4, (-34, 17.5), (-39, 40), (-40, 110), (-39, 144)),
        new("English Channel–Rio de Janeiro", 4, (49.5, -6), (15, -25), (-8, -32), (-23.5, -42)),
        new("Rio de Janeiro–Valparaíso by Cape Horn", 3, (-23.5, -42), (-36, -52), (-57, -66), (-48, -78), (-33, -72.5)),
        new("Valparaíso–San Francisco", 2, (-33, -72.5), (5, -95), (37.5, -123.5)),
        new("Valparaíso–Panama", 2, (-33, -72.5), (-5, -82.5), (7.5, -79.8)),
        new("New York–Colón", 3, (40.4, -73), (20, -74), (9.8, -79.8)),
        new("New York–Gulf of Mexico", 2, (40.4, -73), (35, -74.5), (25, -80), (24, -83), (28.5, -89.5)),
        new("English Channel–Caribbean", 3, (49.5, -6), (14, -60)),
        new("San Francisco–Yokohama", 3, (37.5, -123.5), (35, 140.5)),
        new("San Francisco–Honolulu–Sydney", 2, (37.5, -123.5), (21, -158), (-18, 178), (-34, 152)),
        new("Panama–Auckland", 1, (7.5, -79.8), (-36, 176)),
        new("Melbourne–Cape Horn", 2, (-39, 144), (-48, 165), (-57, -66)),
        new("Mediterranean", 5, (36, -5.5), (37.5, 5), (37.3, 11), (34, 22), (31.8, 32)),
        new("Suez–Aden–Bombay", 4, (28, 34), (20, 38.5), (12.5, 43.5), (12.5, 48), (18.5, 72)),
        new("Aden–Colombo–Singapore", 4, (12.5, 48), (5.8, 80), (5.8, 95), (1.2, 104)),
        new("Singapore–Hong Kong–Yokohama", 4, (1.2, 104.5), (10, 110), (22, 115), (30, 127), (34.5, 139)),
        new("Colombo–Fremantle–Melbourne", 2, (5.8, 80), (-32, 115), (-36, 118), (-39, 144)),
        new("North Sea and Baltic", 4, (51, 1.5), (57, 7), (57.7, 11), (55, 14), (59.5, 23)),
        new("Bergen–Iceland–Greenland", 1, (60.4, 4), (63.2, -18), (59, -43)),
    ];
}
