namespace VaeDa.Verification.Stations;

/// <summary>Scores of Gaussian predictions of single observations, the observations' own errors in their spread.</summary>
internal sealed class PredictionScore
{
    // Of the standard normal distribution: half and nine tenths lie within.
    private const double Half = 0.6744897501960817;
    private const double NineTenths = 1.6448536269514722;

    private double _departure;
    private int _within50, _within90;

    public int Count { get; private set; }

    public double SquaredSum { get; private set; }

    public double CrpsSum { get; private set; }

    public double Rmse => Math.Sqrt(SquaredSum / Count);

    /// <summary>Mean of observation − prediction.</summary>
    public double Bias => _departure / Count;

    /// <summary>Continuous ranked probability score, in closed form (Gneiting et al. 2005, eq. 5).</summary>
    public double Crps => CrpsSum / Count;

    public double Coverage50 => OfSpread(_within50);

    public double Coverage90 => OfSpread(_within90);

    /// <param name="departure">Observation − prediction.</param>
    /// <param name="spread">Its predicted standard deviation; NaN where none is, and then only errors are scored.</param>
    public void Add(double departure, double spread)
    {
        var t = departure / spread;
        Count++;
        _departure += departure;
        SquaredSum += departure * departure;
        CrpsSum += spread * (t * Erf(t / Math.Sqrt(2)) + 2 * Math.Exp(-t * t / 2) / Math.Sqrt(2 * Math.PI) - 1 / Math.Sqrt(Math.PI));
        _within50 += Math.Abs(t) <= Half ? 1 : 0;
        _within90 += Math.Abs(t) <= NineTenths ? 1 : 0;
    }

    private double OfSpread(int within) => double.IsNaN(CrpsSum) ? double.NaN : (double)within / Count;

    /// <summary>Abramowitz and Stegun 1964, 7.1.26: to 1.5 · 10⁻⁷.</summary>
    private static double Erf(double x)
    {
        var t = 1 / (1 + 0.3275911 * Math.Abs(x));
        var tail = t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.Exp(-x * x);
        return Math.CopySign(1 - tail, x);
    }
}
