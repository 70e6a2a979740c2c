using VaeDa.Archives;
using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Results;

/// <summary>The fields of one analysis or many as the variables of a netCDF file, along an unlimited time.</summary>
internal sealed class AnalysisFieldWriter
{
    private readonly ClassicNetcdfWriter _file;
    private readonly Grid _grid;
    private readonly FieldPeriods _periods;
    private readonly RecordTime? _time;
    private readonly WholeFields? _whole;
    private readonly List<(NetcdfVariable Variable, int At, bool IsWhole, Func<Analysis, float[]> Field)> _fields = [];
    private readonly List<(NetcdfVariable Variable, int At, bool IsWhole)> _members = [];
    private readonly List<(NetcdfVariable Variable, int At)> _deviations = [];
    private readonly int _count;

    /// <param name="file">Still being defined, its own attributes set.</param>
    /// <param name="grid">Of the fields.</param>
    /// <param name="variables">V.</param>
    /// <param name="periods">What each time stands for.</param>
    /// <param name="first">The first time, UTC; null for an analysis without one, which then has no dimension of it either.</param>
    /// <param name="members">M.</param>
    /// <param name="saved">Which fields.</param>
    /// <param name="whole">What makes whole fields, beside the anomalies; null for none. They need a time.</param>
    public AnalysisFieldWriter(ClassicNetcdfWriter file, Grid grid, IReadOnlyList<Variable> variables, FieldPeriods periods, DateTime? first, int members, SavedFields saved, WholeFields? whole)
    {
        (_file, _grid, _periods, _count, _whole) = (file, grid, periods, members, whole);
        _time = first is null ? null : new RecordTime(file, periods.Exist, first);
        var member = members == 0 || saved != SavedFields.Members ? null : file.AddMembers(members);
        var cells = file.AddGrid(grid);
        for (var v = 0; v < variables.Count; v++)
        {
            var (variable, at) = (variables[v], v * grid.Cells);
            if (members == 0 || saved == SavedFields.Members)
            {
                _fields.Add((Add(variable.Name + VariableNames.MostProbable, FieldAttributes.OfAnomaly(variable, "most probable field"), _time?.Dimension), at, false, a => a.MostProbable));
            }

            if (members > 0)
            {
                _fields.Add((Add(variable.Name + VariableNames.Mean, FieldAttributes.OfMean(variable, variable.Name + VariableNames.Spread), _time?.Dimension), at, false, a => a.Mean));
                _fields.Add((Add(variable.Name + VariableNames.Spread, FieldAttributes.OfSpread(variable), _time?.Dimension), at, false, a => a.Spread));
            }

            if (member is not null)
            {
                _members.Add((Add(variable.Name, FieldAttributes.OfAnomaly(variable), _time?.Dimension, member), at, false));
            }

            if (whole is not null)
            {
                var (ofWhole, name) = (variable with { Units = whole.Units(v) }, variable.Name + VariableNames.Whole);
                _fields.Add(members == 0
                    ? (Add(name + VariableNames.MostProbable, FieldAttributes.OfWhole(ofWhole, "most probable field"), _time?.Dimension), at, true, a => a.MostProbable)
                    : (Add(name + VariableNames.Mean, FieldAttributes.OfWholeMean(ofWhole, variable.Name + VariableNames.Spread), _time?.Dimension), at, true, a => a.Mean));
                if (member is not null)
                {
                    _members.Add((Add(name, FieldAttributes.OfWhole(ofWhole), _time?.Dimension, member), at, true));
                }
            }

            _deviations.Add((Add(variable.Name + VariableNames.ClimatologicalStandardDeviation, FieldAttributes.OfClimatologicalDeviation(variable)), at));
        }

        NetcdfVariable Add(string name, NetcdfAttributes attributes, params IEnumerable<NetcdfDimension?> before)
        {
            cells.Describe(attributes);
            return file.AddVariable(name, NetcdfType.Float32, [.. before.OfType<NetcdfDimension>(), cells.Row, cells.Column], attributes);
        }
    }

    /// <summary>Writes what is the same for all times.</summary>
    /// <param name="climatologicalStandardDeviation">(V, H, W)</param>
    public void WriteClimatology(float[] climatologicalStandardDeviation)
    {
        foreach (var (variable, at) in _deviations)
        {
            _file.Write<float>(variable, climatologicalStandardDeviation.AsSpan(at, _grid.Cells));
        }
    }

    /// <summary>Writes an analysis.</summary>
    /// <param name="record">Its number along time, from 0; they may come in any order.</param>
    /// <param name="time">UTC; null where there is no time.</param>
    /// <param name="analysis">Its members are read one at a time. Null: all is missing.</param>
    public void Write(int record, DateTime? time, Analysis? analysis)
    {
        if (time is { } when)
        {
            _time!.Write(record, when, _periods.Of(when));
        }

        var missing = new Lazy<float[]>(() => [.. Enumerable.Repeat(float.NaN, _grid.Cells)]);
        var mean = _whole is null || analysis is null ? null : _whole.Mean(time!.Value);
        foreach (var (variable, at, isWhole, field) in _fields)
        {
            ReadOnlySpan<float> values = analysis is null ? missing.Value : Of(field(analysis), at, isWhole ? mean : null);
            if (_time is null)
            {
                _file.Write<float>(variable, values);
            }
            else
            {
                _file.WriteSlice<float>(variable, record, values);
            }
        }

        // One at a time: they may not all be in memory.
        var members = _members.Count == 0 ? [] : analysis?.Members ?? Enumerable.Repeat<float[]?>(null, _count);
        foreach (var (field, i) in members.Select((field, i) => (field, i)))
        {
            foreach (var (variable, at, isWhole) in _members)
            {
                ReadOnlySpan<float> values = field is null ? missing.Value : Of(field, at, isWhole ? mean : null);
                if (_time is null)
                {
                    _file.WriteSlice<float>(variable, i, values);
                }
                else
                {
                    _file.WritePart<float>(variable, record, i, values);
                }
            }
        }
    }

    /// <returns>A variable's part of a field (H, W), with the mean where there is one.</returns>
    private ReadOnlySpan<float> Of(float[] field, int at, float[]? mean)
    {
        var part = field.AsSpan(at, _grid.Cells);
        if (mean is null)
        {
            return part;
        }

        var whole = new float[part.Length];
        for (var cell = 0; cell < whole.Length; cell++)
        {
            whole[cell] = part[cell] + mean[at + cell];
        }

        return whole;
    }
}
