namespace VaeDa.Plotting.Tests.Maps;

/// <summary>A colour as it is seen: CIELAB of sRGB under D65 (IEC 61966-2-1; CIE 15), also by eyes that lack a kind of cone.</summary>
internal readonly record struct SeenColour(double Lightness, double A, double B)
{
    // Machado, Oliveira and Fernandes, A physiologically-based model for simulation of color vision deficiency, IEEE Trans. Vis.
    // Comput. Graph. 15 (2009), 1291–1298: severity 1, of linear RGB.
    public static readonly double[,] Deuteranopia = { { 0.367322, 0.860646, -0.227968 }, { 0.280085, 0.672501, 0.047413 }, { -0.011820, 0.042940, 0.968881 } };
    public static readonly double[,] Protanopia = { { 0.152286, 1.052583, -0.204868 }, { 0.114503, 0.786281, 0.099216 }, { -0.003882, -0.048116, 1.051998 } };

    public static SeenColour Of(ScottPlot.Color colour, double[,]? eyes = null)
    {
        double[] rgb = [Linear(colour.R), Linear(colour.G), Linear(colour.B)];
        if (eyes is not null)
        {
            var full = rgb;
            rgb = [.. Enumerable.Range(0, 3).Select(i => Math.Clamp(Enumerable.Range(0, 3).Sum(j => eyes[i, j] * full[j]), 0, 1))];
        }

        var x = (0.4124564 * rgb[0] + 0.3575761 * rgb[1] + 0.1804375 * rgb[2]) / 0.95047;
        var y = 0.2126729 * rgb[0] + 0.7151522 * rgb[1] + 0.0721750 * rgb[2];
        var z = (0.0193339 * rgb[0] + 0.1191920 * rgb[1] + 0.9503041 * rgb[2]) / 1.08883;
        return new SeenColour(116 * Root(y) - 16, 500 * (Root(x) - Root(y)), 200 * (Root(y) - Root(z)));
    }

    /// <summary>CIE76: 2.3 is just noticed side by side.</summary>
    public double From(SeenColour other) => Math.Sqrt(Math.Pow(Lightness - other.Lightness, 2) + Math.Pow(A - other.A, 2) + Math.Pow(B - other.B, 2));

    private static double Linear(byte channel) => channel / 255.0 is var c && c <= 0.04045 ? c / 12.92 : Math.Pow((c + 0.055) / 1.055, 2.4);

    private static double Root(double t) => t > 216.0 / 24389 ? Math.Cbrt(t) : (24389.0 / 27 * t + 16) / 116;
}
