using PureHDF;
using PureHDF.Filters;
using PureHDF.Selections;
using PureHDF.VOL.Native;
using VaeDa.Archives;
using VaeDa.Fields;
using VaeDa.Files.Cf;

namespace VaeDa.Benchmarks;

/// <summary>
/// Files of daily fields on the 0.25° grid, 721×1440, a netCDF-4 file a year as ERA5's are: int16 codes, shuffled and deflated,
/// a field in each chunk. The fields are those of a bundled archive, interpolated, with small-scale noise.
/// </summary>
internal sealed class MadeFields : IDisposable
{
    private const int Height = 721;
    private const int Width = 1440;
    private const double NoiseStandardDeviation = 0.5; // K
    private const double NoiseCorrelation = 0.9; // of neighbours in a row

    // What the codes must hold, K.
    private static readonly Int16Packing Packing = Int16Packing.Over(150, 350);

    private readonly float[] _noise = Noise(1 << 22);

    /// <param name="folder">Made; removed with all in it by <see cref="Dispose"/>.</param>
    /// <param name="archive">A bundled one: a global grid, one variable.</param>
    /// <param name="years">Number of files.</param>
    /// <param name="days">Fields in each at most, from 1 January.</param>
    public MadeFields(string folder, string archive, int years, int days, CancellationToken cancellation)
    {
        Folder = Directory.CreateDirectory(folder).FullName;
        using var sample = AnomalyArchive.Open(archive);
        var (rows, columns) = (Positions([.. sample.Grid.Latitudes], 90, -0.25, Height), Positions([.. sample.Grid.Longitudes, 360], 0, 0.25, Width));
        for (var y = 0; y < years; y++)
        {
            cancellation.ThrowIfCancellationRequested();
            WriteYear(Path.Combine(Folder, FormattableString.Invariant($"t2m_{2001 + y}.nc")), 2001 + y, days, sample, rows, columns, cancellation);
        }
    }

    public string Folder { get; }

    /// <summary>Bytes of the files.</summary>
    public long Bytes => Directory.GetFiles(Folder).Sum(path => new FileInfo(path).Length);

    public static long BytesOfCodes => sizeof(short) * Height * Width;

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    /// <summary>Where an axis's points are between the points of another; beyond its ends, at them.</summary>
    private static double[] Positions(double[] axis, double first, double step, int count) =>
    [
        .. Enumerable.Range(0, count).Select(i =>
        {
            var x = first + i * step;
            var next = Array.FindIndex(axis, a => step < 0 ? a < x : a > x);
            return next < 0 ? axis.Length - 1 : next == 0 ? 0 : next - 1 + (x - axis[next - 1]) / (axis[next] - axis[next - 1]);
        }),
    ];

    /// <summary>A first-order autoregressive series, K.</summary>
    private static float[] Noise(int length)
    {
        var random = new Random(1);
        var noise = new float[length];
        double value = 0;
        for (var i = 0; i < length; i++)
        {
            var normal = Math.Sqrt(-2 * Math.Log(1 - random.NextDouble())) * Math.Cos(2 * Math.PI * random.NextDouble());
            value = NoiseCorrelation * value + Math.Sqrt(1 - NoiseCorrelation * NoiseCorrelation) * normal;
            noise[i] = (float)(NoiseStandardDeviation * value);
        }

        return noise;
    }

    private void WriteYear(string path, int year, int most, AnomalyArchive sample, double[] rows, double[] columns, CancellationToken cancellation)
    {
        var days = Math.Min(most, DateTime.IsLeapYear(year) ? 366 : 365);
        var time = Scale("time", [.. Enumerable.Range(0, days).Select(d => CfCoordinates.HoursOf(new DateTime(year, 1, 1, 0, 0, 0, DateTimeKind.Utc).AddDays(d)))], CfCoordinates.TimeUnits);
        var latitude = Scale("latitude", [.. Enumerable.Range(0, Height).Select(i => 90 - 0.25 * i)], "degrees_north");
        var longitude = Scale("longitude", [.. Enumerable.Range(0, Width).Select(j => 0.25 * j)], "degrees_east");
        var fields = new H5Dataset<short[]>(
            [(ulong)days, Height, Width],
            chunks: [1, Height, Width],
            datasetCreation: new H5DatasetCreation(Filters: [new H5Filter(ShuffleFilter.Id), new H5Filter(DeflateFilter.Id, new() { [DeflateFilter.COMPRESSION_LEVEL] = 1 })]))
        {
            Attributes = new()
            {
                ["units"] = "K",
                ["_FillValue"] = Int16Packing.FillValue,
                ["scale_factor"] = Packing.ScaleFactor,
                ["add_offset"] = Packing.AddOffset,
                ["DIMENSION_LIST"] = new H5ObjectReference[][] { [time], [latitude], [longitude] },
            },
        };
        var file = new H5File { ["time"] = time, ["latitude"] = latitude, ["longitude"] = longitude, ["t2m"] = fields };
        using var writer = file.BeginWrite(path);
        var codes = new short[Height * Width];
        for (var d = 0; d < days; d++)
        {
            cancellation.ThrowIfCancellationRequested();
            Encode(sample, year, d, rows, columns, codes);
            writer.Write(fields, codes, fileSelection: new HyperslabSelection(3, [(ulong)d, 0, 0], [1, Height, Width]));
        }
    }

    private static H5Dataset Scale(string name, double[] values, string units) => new(values)
    {
        Attributes = new() { ["CLASS"] = "DIMENSION_SCALE", ["NAME"] = name, ["units"] = units },
    };

    /// <summary>The archive's day of that number and its climatology, interpolated; the noise is another each day.</summary>
    private void Encode(AnomalyArchive sample, int year, int day, double[] rows, double[] columns, short[] codes)
    {
        var index = (365 * (year - 2001) + day) % sample.Count;
        var (coarse, mean) = (sample.Read(index), sample.ReadClimatologicalMean(0, sample.TimeOf(index)));
        for (var c = 0; c < coarse.Length; c++)
        {
            coarse[c] += mean[c];
        }

        var (width, shift) = (sample.Grid.Width, new Random(1000 * year + day).Next(_noise.Length));
        for (int i = 0, x = 0; i < Height; i++)
        {
            var (upper, down) = Math.Min((int)rows[i], sample.Grid.Height - 2) is var row ? (row, (float)(rows[i] - row)) : default;
            for (var j = 0; j < Width; j++, x++)
            {
                var left = (int)columns[j];
                var (right, along) = ((left + 1) % width, (float)(columns[j] - left));
                float Across(int from) => coarse[from + left] + along * (coarse[from + right] - coarse[from + left]);
                var north = Across(upper * width);
                var value = north + down * (Across((upper + 1) * width) - north) + _noise[(x + shift) & (_noise.Length - 1)];
                codes[x] = (short)Math.Round((value - Packing.AddOffset) / Packing.ScaleFactor);
            }
        }
    }
}
