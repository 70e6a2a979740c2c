namespace VaeDa.Verification.Scores;

/// <summary>Area-weighted sums over pairs of a true and an estimated value, and the scores that follow from them.</summary>
internal sealed class PairSums
{
    private double _error, _squaredError, _truth, _estimate, _product;

    public double Weight { get; private set; }

    public void Add(double weight, double truth, double estimate)
    {
        var error = estimate - truth;
        Weight += weight;
        _error += weight * error;
        _squaredError += weight * error * error;
        _truth += weight * truth * truth;
        _estimate += weight * estimate * estimate;
        _product += weight * truth * estimate;
    }

    public bool IsEmpty => Weight == 0;

    public double Rmse => Math.Sqrt(_squaredError / Weight);

    public double Bias => _error / Weight;

    /// <summary>Uncentred correlation of the anomalies, all fields together; NaN for an estimate that is 0 everywhere.</summary>
    public double AnomalyCorrelation => _product / Math.Sqrt(_truth * _estimate);

    /// <summary>1 − squared error / squared anomaly.</summary>
    public double ExplainedVariance => 1 - _squaredError / _truth;
}
