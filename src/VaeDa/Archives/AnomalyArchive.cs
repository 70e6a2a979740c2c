using System.Runtime.InteropServices;
using VaeDa.Fields;
using VaeDa.Fields.Climatologies;
using VaeDa.Fields.Grids;
using VaeDa.Files;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;
using VaeDa.Runtime;

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
    private readonly List<IntactRecords?> _intact = []; // null of archives of earlier versions
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
        RequireFiles();
        _climatology = new ClimatologyFile(folder, Variables, Grid, Description.Climatology.Steps, Listed(ClimatologyFile.FileName));
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

    /// <summary>The path of the folder that the archive is in, as it was given to <see cref="Open"/>.</summary>
    public string Folder { get; }

    /// <summary>What the archive holds and what it was made of: its file <c>archive.json</c>.</summary>
    public ArchiveDescription Description { get; }

    /// <inheritdoc/>
    public Grid Grid => Description.Grid;

    /// <summary>The variables (V), in the order that they have in a field, with the units of their anomalies.</summary>
    public IReadOnlyList<Variable> Variables => Description.Variables;

    /// <summary>The times of all fields (T), ascending, UTC.</summary>
    public IReadOnlyList<DateTime> Times { get; }

    /// <summary>The part that each field belongs to (T).</summary>
    public IReadOnlyList<SplitPart> Parts { get; }

    internal ClimatologyFile Climatology => _climatology;

    /// <summary>Opens an archive. Its fields stay in their files until they are read.</summary>
    /// <param name="folder">The folder that <c>archive.json</c> is in.</param>
    /// <returns>The archive, which must be disposed of to close its files.</returns>
    /// <exception cref="InvalidInputException">The folder is not an archive, or not a whole one.</exception>
    public static AnomalyArchive Open(string folder)
    {
        ArgumentNullException.ThrowIfNull(folder);
        return new AnomalyArchive(folder);
    }

    /// <summary>The netCDF files that are in the folder of an archive: the climatology, and then the years in their order.</summary>
    internal static IEnumerable<string> FilesIn(string folder) =>
        Directory.GetFiles(folder, YearFilePattern).Append(Path.Combine(folder, ClimatologyFile.FileName)).Order(StringComparer.Ordinal);

    /// <inheritdoc/>
    public int Count => Times.Count;

    bool IPackedFields.ArePacked => _variablesOfYear.All(year => year.All(v => v.Type == NetcdfType.Int16
        && v.Attributes.Number("_FillValue") == Int16Packing.FillValue && v.Attributes.Numbers("missing_value").Count == 0));

    /// <inheritdoc/>
    public DateTime TimeOf(int index) => Times[index];

    /// <summary>The fields of one part, for training, validation or test.</summary>
    /// <param name="part">The part wanted.</param>
    /// <returns>The fields in the order of time, none if the part has none; they are read from this archive, which must stay open.</returns>
    public IFieldSet Part(SplitPart part) => new FieldSubset(this, _indices[part]);

    /// <summary>The climatological standard deviation as one number for each cell: the root of its mean square over the months of the year.</summary>
    /// <returns>(V, H, W) row-major, in the units of <see cref="Variables"/>; NaN where there is no value in some month.</returns>
    /// <exception cref="InvalidInputException">The file of the climatology is cut short.</exception>
    public float[] MeanClimatologicalStandardDeviation()
    {
        var field = new float[this.FieldLength()];
        var squares = new double[field.Length];
        DateTime[] times = [.. MiddlesOfMonths()];
        foreach (var time in times)
        {
            ReadClimatologicalStandardDeviation(time, field);
            for (var c = 0; c < field.Length; c++)
            {
                squares[c] += (double)field[c] * field[c] / times.Length;
            }
        }

        return Array.ConvertAll(squares, s => (float)Math.Sqrt(s));
    }

    /// <summary>The numbers of the fields of one part.</summary>
    /// <param name="part">The part wanted.</param>
    /// <returns>Indices into <see cref="Times"/>, ascending; empty if the part has no field.</returns>
    public IReadOnlyList<int> Indices(SplitPart part) => _indices[part];

    /// <summary>Reads the anomalies of one time. It may be called from several threads at a time.</summary>
    /// <param name="index">The number of the field in <see cref="Times"/>, from 0.</param>
    /// <param name="destination">Room for the field, (V, H, W) row-major, in the units of <see cref="Variables"/>; NaN where there is no value.</param>
    /// <exception cref="InvalidInputException">The file is cut short, or the field is not as it was written.</exception>
    /// <exception cref="ArgumentException">The room is not that of one field.</exception>
    public void Read(int index, Span<float> destination)
    {
        CheckLength(destination);
        var (year, record) = _places[index];
        _intact[year]?.Require(record);
        ReadOnlySpan<long> start = [record, 0, 0];
        ReadOnlySpan<long> count = [1, Grid.Height, Grid.Width];
        for (var v = 0; v < Variables.Count; v++)
        {
            _years[year].Read(_variablesOfYear[year][v], start, count, destination.Slice(v * Grid.Cells, Grid.Cells));
        }
    }

    Int16Packing IPackedFields.PackingOf(int index, int variable)
    {
        var attributes = _variablesOfYear[_places[index].Year][variable].Attributes;
        return new Int16Packing(attributes.Number("scale_factor") ?? 1, attributes.Number("add_offset") ?? 0);
    }

    void IPackedFields.ReadCodes(int index, Span<short> codes)
    {
        var (year, record) = _places[index];
        _intact[year]?.Require(record);
        for (var v = 0; v < Variables.Count; v++)
        {
            _years[year].ReadCodes(_variablesOfYear[year][v], [record, 0, 0], [1, Grid.Height, Grid.Width], codes.Slice(v * Grid.Cells, Grid.Cells));
        }
    }

    /// <summary>Reads the climatological standard deviation at a time of the year.</summary>
    /// <param name="time">A time of any year; its day counts, of a climatology of several times of the day the last of these too, and of a monthly one its month.</param>
    /// <param name="destination">Room for all variables, (V, H, W) row-major, in the units of <see cref="Variables"/>; positive, NaN where there never is a value.</param>
    /// <exception cref="InvalidInputException">The file of the climatology is cut short.</exception>
    /// <exception cref="ArgumentException">The room is not that of one field.</exception>
    public void ReadClimatologicalStandardDeviation(DateTime time, Span<float> destination)
    {
        CheckLength(destination);
        for (var v = 0; v < Variables.Count; v++)
        {
            _climatology.ReadStandardDeviation(v, time, destination.Slice(v * Grid.Cells, Grid.Cells));
        }
    }

    /// <summary>The units of a variable's climatological mean, which may differ from those of its anomalies: °C where these are in K.</summary>
    /// <param name="variable">The number of the variable in <see cref="Variables"/>, from 0.</param>
    /// <returns>The units; null where the archive was made of anomalies and has no mean.</returns>
    public string? UnitsOfClimatologicalMean(int variable) => _climatology.UnitsOfMean(variable);

    /// <summary>Reads the climatological mean of a variable at a time of the year. With an anomaly of that time it makes a full field.</summary>
    /// <param name="variable">The number of the variable in <see cref="Variables"/>, from 0.</param>
    /// <param name="time">A time of any year; its day counts, of a climatology of several times of the day the last of these too, and of a monthly one its month.</param>
    /// <returns>
    /// The mean, (H, W) row-major, in the units of <see cref="UnitsOfClimatologicalMean"/>; NaN where there never is a value, zeros where
    /// the archive has no mean.
    /// </returns>
    /// <exception cref="InvalidInputException">The file of the climatology is cut short.</exception>
    public float[] ReadClimatologicalMean(int variable, DateTime time)
    {
        var mean = new float[Grid.Cells];
        _climatology.ReadMean(variable, Description.Climatology.Steps.StepOf(time), mean);
        return mean;
    }

    /// <summary>What tells the archive's climatological mean from that of other fields: a hash (SHA-256) of the means of the middle of each month.</summary>
    /// <returns>The first 16 hexadecimal digits; null where the archive was made of anomalies and has no mean.</returns>
    /// <exception cref="InvalidInputException">The file of the climatology is cut short.</exception>
    public string? ClimatologyHash()
    {
        if (Enumerable.Range(0, Variables.Count).All(v => UnitsOfClimatologicalMean(v) is null))
        {
            return null;
        }

        using var hash = new Sha256();
        foreach (var time in MiddlesOfMonths())
        {
            for (var v = 0; v < Variables.Count; v++)
            {
                hash.Append(MemoryMarshal.AsBytes<float>(ReadClimatologicalMean(v, time)));
            }
        }

        return hash.ToHex()[..16];
    }

    /// <summary>Closes the files of the archive.</summary>
    public void Dispose()
    {
        _climatology.Dispose();
        foreach (var year in _years)
        {
            year.Dispose();
        }
    }

    /// <summary>A day of each month, at all times of the day that the climatology has.</summary>
    private IEnumerable<DateTime> MiddlesOfMonths() =>
        from month in Enumerable.Range(1, 12)
        from time in Enumerable.Range(0, Description.Climatology.TimesOfDay)
        select new DateTime(2001, month, 15) + time * (TimeSpan.FromDays(1) / Description.Climatology.TimesOfDay);

    private ArchiveFile? Listed(string name) => Description.Files?.FirstOrDefault(file => file.Name == name);

    /// <exception cref="InvalidInputException">A file is missing, there is one too many, or one has another size.</exception>
    private void RequireFiles()
    {
        if (Description.Files is not { } listed)
        {
            return;
        }

        const string Advice = "copy the archive anew, or prepare it again";
        var there = FilesIn(Folder).Where(File.Exists).ToDictionary(path => Path.GetFileName(path), path => new FileInfo(path).Length);
        foreach (var file in listed)
        {
            if (!there.Remove(file.Name, out var bytes))
            {
                throw new InvalidInputException($"{Folder}: the file '{Excerpt.Of(file.Name)}' is missing, which {ArchiveDescription.FileName} lists; {Advice}");
            }

            InputFile.RequireRegular(Path.Combine(Folder, file.Name));

            if (bytes != file.Bytes)
            {
                throw new InvalidInputException(FormattableString.Invariant($"{Path.Combine(Folder, file.Name)}: {(bytes < file.Bytes ? "cut short" : "too long")}: it has {bytes} bytes, and {ArchiveDescription.FileName} lists {file.Bytes}; {Advice}"));
            }
        }

        if (there.Count > 0)
        {
            throw new InvalidInputException($"{Path.Combine(Folder, there.Keys.First())}: not a file of this archive: {ArchiveDescription.FileName} does not list it; {Advice}");
        }
    }

    private List<DateTime> OpenYears()
    {
        var times = new List<DateTime>();
        foreach (var path in Directory.GetFiles(Folder, YearFilePattern).Order(StringComparer.Ordinal))
        {
            var dataset = new ClassicNetcdfDataset(path);
            _years.Add(dataset);
            _intact.Add(Listed(Path.GetFileName(path)) is { } listed ? new IntactRecords(dataset, listed) : null);
            var time = dataset.Find("time") ?? throw new InvalidInputException($"{path}: no variable 'time'");
            _variablesOfYear.Add([.. Variables.Select(v => dataset.Find(v.Name) is { Dimensions: [var t, { } h, { } w] } found
                && t == time.Dimensions[0] && h.Length == Grid.Height && w.Length == Grid.Width
                ? found
                : throw new InvalidInputException($"{path}: no variable '{v.Name}' on (time, latitude {Grid.Height}, longitude {Grid.Width})"))]);
            var records = dataset.ReadAll(time);
            if (Listed(Path.GetFileName(path)) is { } entry && entry.Records != records.Length)
            {
                throw new InvalidInputException($"{path}: {records.Length} fields; {ArchiveDescription.FileName} lists {entry.Records}");
            }

            foreach (var decoded in Decoded(path, time, records))
            {
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

    private static List<DateTime> Decoded(string path, NetcdfVariable time, double[] values)
    {
        try
        {
            var units = CfTimeUnits.Parse(time.Attributes.Text("units") ?? "", time.Attributes.Text("calendar"));
            return [.. values.Select(units.Decode)];
        }
        catch (InvalidInputException e)
        {
            throw new InvalidInputException($"{path}: {e.Message}", e);
        }
    }

    private void CheckLength(ReadOnlySpan<float> destination)
    {
        if (destination.Length != Variables.Count * Grid.Cells)
        {
            throw new ArgumentException($"{destination.Length} places for {Variables.Count} × {Grid.Height} × {Grid.Width} values", nameof(destination));
        }
    }
}
