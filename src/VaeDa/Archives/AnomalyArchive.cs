using VaeDa.Fields;
using VaeDa.Fields.Climatologies;
using VaeDa.Fields.Grids;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Archives;

/// <summary>
/// A folder of anomaly fields: <c>archive.json</c>, <c>climatology.nc</c> and one <c>anomaly_YYYY.nc</c> a year, classic
/// netCDF with all variables packed on time and the grid. A field is a few contiguous runs of one file, so reading
/// one costs about what copying it does. Reads are safe from several threads.
/// </summary>
public sealed class AnomalyArchive : IPackedFields, IDisposable
{
    internal const string YearFilePattern = "anomaly_*.nc";

    private readonly List<ClassicNetcdfDataset> _years = [];
    private readonly List<NetcdfVariable[]> _variablesOfYear = [];
    private readonly List<(int Year, int Record)> _places = [];
    private readonly ClimatologyFile _climatology;
    private readonly Dictionary<SplitPart, int[]> _indices;

    private AnomalyArchive(string folder)
    {
        Folder = folder;
        var path = Path.Combine(folder, ArchiveDescription.FileName);
        if (!File.Exists(path))
        {
            throw new InvalidInputException(Directory.Exists(folder)
                ? $"{folder}: no {ArchiveDescription.FileName} in this folder"
                : $"{folder}: no such folder")
            {
                Remedy = Directory.Exists(folder) ? Remedy.PrepareArchive : Remedy.None,
            };
        }

        Description = ArchiveDescription.Read(path);
        _climatology = new ClimatologyFile(folder, Variables, Grid, Description.Climatology.Calendar);
        try
        {
            Times = OpenYears();
            Parts = Description.Split.Apply(Times);
        }
        catch
        {
            Dispose();
            throw;
        }

        _indices = Enum.GetValues<SplitPart>().ToDictionary(part => part, part => Enumerable.Range(0, Times.Count).Where(i => Parts[i] == part).ToArray());
    }

    public string Folder { get; }

    public ArchiveDescription Description { get; }

    public Grid Grid => Description.Grid;

    /// <summary>In the order they have in a field (V).</summary>
    public IReadOnlyList<Variable> Variables => Description.Variables;

    /// <summary>Of all fields (T), ascending, UTC.</summary>
    public IReadOnlyList<DateTime> Times { get; }

    /// <summary>The part that each field belongs to (T).</summary>
    public IReadOnlyList<SplitPart> Parts { get; }

    internal ClimatologyFile Climatology => _climatology;

    /// <exception cref="InvalidInputException">The folder is not an archive, or not a whole one.</exception>
    public static AnomalyArchive Open(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return new AnomalyArchive(folder);
    }

    public int Count => Times.Count;

    public bool ArePacked => _variablesOfYear.All(year => year.All(v => v.Type == NetcdfType.Int16
        && v.Attributes.Number("_FillValue") == Int16Packing.FillValue && v.Attributes.Numbers("missing_value").Count == 0));

    public DateTime TimeOf(int index) => Times[index];

    /// <summary>The fields of a part, in time order.</summary>
    public IFieldSet Part(SplitPart part) => new FieldSubset(this, _indices[part]);

    /// <summary>Root mean square over the year of the climatological standard deviation, (V, H, W).</summary>
    public float[] MeanClimatologicalStandardDeviation()
    {
        var field = new float[this.FieldLength()];
        var squares = new double[field.Length];
        for (var month = 1; month <= 12; month++)
        {
            ReadClimatologicalStandardDeviation(new DateTime(2001, month, 15), field);
            for (var c = 0; c < field.Length; c++)
            {
                squares[c] += (double)field[c] * field[c] / 12;
            }
        }

        return Array.ConvertAll(squares, s => (float)Math.Sqrt(s));
    }

    /// <summary>Numbers of the fields of a part, ascending.</summary>
    public IReadOnlyList<int> Indices(SplitPart part) => _indices[part];

    /// <param name="index">Number of the field in <see cref="Times"/>.</param>
    /// <param name="destination">(V, H, W), in the units of <see cref="Variables"/>, NaN where missing.</param>
    /// <exception cref="InvalidInputException">The file is cut short.</exception>
    public void Read(int index, Span<float> destination)
    {
        CheckLength(destination);
        var (year, record) = _places[index];
        ReadOnlySpan<long> start = [record, 0, 0];
        ReadOnlySpan<long> count = [1, Grid.Height, Grid.Width];
        for (var v = 0; v < Variables.Count; v++)
        {
            _years[year].Read(_variablesOfYear[year][v], start, count, destination.Slice(v * Grid.Cells, Grid.Cells));
        }
    }

    public Int16Packing PackingOf(int index, int variable)
    {
        var attributes = _variablesOfYear[_places[index].Year][variable].Attributes;
        return new Int16Packing(attributes.Number("scale_factor") ?? 1, attributes.Number("add_offset") ?? 0);
    }

    public void ReadCodes(int index, Span<short> codes)
    {
        var (year, record) = _places[index];
        for (var v = 0; v < Variables.Count; v++)
        {
            _years[year].ReadCodes(_variablesOfYear[year][v], [record, 0, 0], [1, Grid.Height, Grid.Width], codes.Slice(v * Grid.Cells, Grid.Cells));
        }
    }

    /// <summary>The climatological standard deviation at a time of the year.</summary>
    /// <param name="time">Any; only its day or month counts.</param>
    /// <param name="destination">(V, H, W), in the units of <see cref="Variables"/>; positive, NaN where there never is a value.</param>
    public void ReadClimatologicalStandardDeviation(DateTime time, Span<float> destination)
    {
        CheckLength(destination);
        for (var v = 0; v < Variables.Count; v++)
        {
            _climatology.ReadStandardDeviation(v, time, destination.Slice(v * Grid.Cells, Grid.Cells));
        }
    }

    /// <summary>Units of a variable's climatological mean (°C where its anomalies are in K); null where the archive was made of anomalies and has no mean.</summary>
    public string? UnitsOfClimatologicalMean(int variable) => _climatology.UnitsOfMean(variable);

    /// <summary>The climatological mean of a variable at a time of the year: with an anomaly of that time it makes a whole field.</summary>
    /// <param name="variable">Its number in <see cref="Variables"/>.</param>
    /// <param name="time">Any; only its day or month counts.</param>
    /// <returns>(H, W), in the units of <see cref="UnitsOfClimatologicalMean"/>; NaN where there never is a value, zeros where there is no mean.</returns>
    public float[] ReadClimatologicalMean(int variable, DateTime time)
    {
        var mean = new float[Grid.Cells];
        _climatology.ReadMean(variable, Description.Climatology.Calendar.StepOf(time), mean);
        return mean;
    }

    public void Dispose()
    {
        _climatology.Dispose();
        foreach (var year in _years)
        {
            year.Dispose();
        }
    }

    private List<DateTime> OpenYears()
    {
        var times = new List<DateTime>();
        foreach (var path in Directory.GetFiles(Folder, YearFilePattern).Order(StringComparer.Ordinal))
        {
            var dataset = new ClassicNetcdfDataset(path);
            _years.Add(dataset);
            var time = dataset.Find("time") ?? throw new InvalidInputException($"{path}: no variable 'time'");
            _variablesOfYear.Add([.. Variables.Select(v => dataset.Find(v.Name) is { Dimensions: [var t, { } h, { } w] } found
                && t == time.Dimensions[0] && h.Length == Grid.Height && w.Length == Grid.Width
                ? found
                : throw new InvalidInputException($"{path}: no variable '{v.Name}' on (time, latitude {Grid.Height}, longitude {Grid.Width})"))]);
            var units = CfTimeUnits.Parse(time.Attributes.Text("units") ?? "", time.Attributes.Text("calendar"));
            foreach (var value in dataset.ReadAll(time))
            {
                var decoded = units.Decode(value);
                if (times is [.., var last] && decoded <= last)
                {
                    throw new InvalidInputException($"{path}: its times do not ascend from those of the file before");
                }

                _places.Add((_years.Count - 1, _places.Count == 0 || _places[^1].Year != _years.Count - 1 ? 0 : _places[^1].Record + 1));
                times.Add(decoded);
            }
        }

        return times.Count > 0 ? times : throw new InvalidInputException($"{Folder}: no field in this archive ({YearFilePattern})");
    }

    private void CheckLength(ReadOnlySpan<float> destination)
    {
        if (destination.Length != Variables.Count * Grid.Cells)
        {
            throw new ArgumentException($"{destination.Length} places for {Variables.Count} × {Grid.Height} × {Grid.Width} values", nameof(destination));
        }
    }
}
