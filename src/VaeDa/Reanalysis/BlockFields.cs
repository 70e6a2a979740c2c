using VaeDa.Assimilation;
using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;
using VaeDa.Results;

namespace VaeDa.Reanalysis;

/// <summary>The fields of a block as a CF netCDF file along an unlimited time; those of a date without an analysis are missing.</summary>
internal sealed class BlockFields : IDisposable
{
    private readonly ClassicNetcdfWriter _file;
    private readonly NetcdfVariable _time;
    private readonly List<Stored> _stored = [];
    private readonly Grid _grid;

    /// <param name="path">Of the file.</param>
    /// <param name="grid">Of the fields.</param>
    /// <param name="variables">V.</param>
    /// <param name="members">M.</param>
    /// <param name="save">Which fields.</param>
    /// <param name="attributes">Of the file.</param>
    public BlockFields(string path, Grid grid, IReadOnlyList<Variable> variables, int members, SavedFields save, IReadOnlyDictionary<string, string> attributes)
    {
        _grid = grid;
        _file = new ClassicNetcdfWriter(path);
        foreach (var (name, value) in attributes)
        {
            _file.Attributes[name] = value;
        }

        var time = _file.AddRecordDimension("time");
        _time = _file.AddTime(time);
        var member = members == 0 || save != SavedFields.Members ? null : _file.AddCoordinate("member", [.. Enumerable.Range(1, members).Select(i => (double)i)], new NetcdfAttributes
        {
            ["standard_name"] = "realization",
            ["long_name"] = "ensemble member",
            ["units"] = "1",
        });
        var cells = _file.AddGrid(grid);
        for (var v = 0; v < variables.Count; v++)
        {
            var (variable, at) = (variables[v], v * grid.Cells);
            if (save == SavedFields.Members || members == 0)
            {
                Add(AnalysisFiles.MostProbable, AnalysisFiles.MostProbableOf, a => [a.MostProbable]);
            }

            if (members > 0)
            {
                Add(AnalysisFiles.Mean, "ensemble mean anomaly of ", a => [a.Mean]);
                Add(AnalysisFiles.Spread, "ensemble standard deviation of ", a => [a.Spread]);
            }

            if (member is not null)
            {
                Add(string.Empty, "anomaly of ", a => a.Members, member);
            }

            void Add(string ending, string what, Func<Analysis, IEnumerable<float[]>> fields, NetcdfDimension? along = null)
            {
                var attributes = new NetcdfAttributes { ["long_name"] = $"{what}{variable.LongName ?? variable.Name}", ["units"] = variable.Units, ["_FillValue"] = float.NaN };
                cells.Describe(attributes);
                NetcdfDimension[] dimensions = along is null ? [time, cells.Row, cells.Column] : [time, along, cells.Row, cells.Column];
                _stored.Add(new Stored(_file.AddVariable(variable.Name + ending, NetcdfType.Float32, dimensions, attributes), at, along is null ? 1 : members, fields));
            }
        }
    }

    /// <summary>Writes a date.</summary>
    /// <param name="record">Its number in the block, from 0; dates may come in any order.</param>
    /// <param name="time">UTC.</param>
    /// <param name="analysis">Null: all is missing.</param>
    public void Write(int record, DateTime time, Analysis? analysis)
    {
        _file.WriteSlice(_time, record, CfCoordinates.HoursOf(time));
        foreach (var (variable, at, count, fields) in _stored)
        {
            var values = new float[count * _grid.Cells];
            values.AsSpan().Fill(float.NaN);
            var i = 0;
            foreach (var field in analysis is null ? [] : fields(analysis))
            {
                field.AsSpan(at, _grid.Cells).CopyTo(values.AsSpan(i++ * _grid.Cells));
            }

            _file.WriteSlice<float>(variable, record, values);
        }
    }

    public void Complete() => _file.Complete();

    public void Dispose() => _file.Dispose();

    /// <param name="Variable">Of the file.</param>
    /// <param name="At">Where it begins in a field.</param>
    /// <param name="Count">Fields at each time.</param>
    /// <param name="Fields">Of an analysis.</param>
    private sealed record Stored(NetcdfVariable Variable, int At, int Count, Func<Analysis, IEnumerable<float[]>> Fields);
}
