using Microsoft.Data.Analysis;

namespace VaeDa.Verification.Scores;

/// <summary>Scores by row: names that say what was scored, and numbers that say how it did.</summary>
internal sealed class ScoreTable(params string[] keys)
{
    private readonly List<(string[] Keys, (string Name, double Value)[] Scores)> _rows = [];

    /// <param name="names">One for each key.</param>
    /// <param name="scores">The same names in each row.</param>
    public void Add(string[] names, (string Name, double Value)[] scores) => _rows.Add((names, scores));

    public DataFrame ToDataFrame()
    {
        var columns = new List<DataFrameColumn>();
        for (var k = 0; k < keys.Length; k++)
        {
            columns.Add(new StringDataFrameColumn(keys[k], _rows.Select(r => r.Keys[k])));
        }

        for (var s = 0; _rows.Count > 0 && s < _rows[0].Scores.Length; s++)
        {
            columns.Add(new DoubleDataFrameColumn(_rows[0].Scores[s].Name, _rows.Select(r => r.Scores[s].Value)));
        }

        return new DataFrame(columns);
    }
}
