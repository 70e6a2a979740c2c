using VaeDa.Verification.Stations;

namespace VaeDa.Design;

/// <summary>Scores of predictions at stations, which stand close together where networks are dense: each box of 5° counts by its area, and each observation alike.</summary>
internal sealed class AreaScore
{
    private const double Degrees = 5;

    private readonly SortedDictionary<(int Row, int Column), PredictionScore> _boxes = [];

    public int Count => _boxes.Values.Sum(s => s.Count);

    /// <summary>By area.</summary>
    public double Rmse => Math.Sqrt(ByArea(s => s.SquaredSum / s.Count));

    /// <summary>By area.</summary>
    public double Crps => ByArea(s => s.Crps);

    /// <summary>Each observation alike.</summary>
    public double RmseOfAll => Math.Sqrt(_boxes.Values.Sum(s => s.SquaredSum) / Count);

    /// <summary>Each observation alike.</summary>
    public double CrpsOfAll => _boxes.Values.Sum(s => s.CrpsSum) / Count;

    /// <param name="latitude">Of the station, degrees north.</param>
    /// <param name="longitude">Of the station, degrees east, −180…360.</param>
    /// <param name="departure">Observation − prediction.</param>
    /// <param name="spread">Its predicted standard deviation.</param>
    public void Add(double latitude, double longitude, double departure, double spread)
    {
        var box = (Math.Min((int)Math.Floor((latitude + 90) / Degrees), (int)(180 / Degrees) - 1), (int)Math.Floor((longitude + 360) % 360 / Degrees));
        if (!_boxes.TryGetValue(box, out var score))
        {
            _boxes[box] = score = new PredictionScore();
        }

        score.Add(departure, spread);
    }

    private double ByArea(Func<PredictionScore, double> of)
    {
        var areas = _boxes.Sum(b => Area(b.Key.Row));
        return _boxes.Sum(b => Area(b.Key.Row) * of(b.Value)) / areas;

        static double Area(int row) => Math.Sin((row + 1) * Degrees * Math.PI / 180 - Math.PI / 2) - Math.Sin(row * Degrees * Math.PI / 180 - Math.PI / 2);
    }
}
