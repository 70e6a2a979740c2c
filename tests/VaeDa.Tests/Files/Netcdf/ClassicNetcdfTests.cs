using FsCheck.Xunit;
using VaeDa.Fields;
using VaeDa.Files.Cf;
using VaeDa.Files.Netcdf;

namespace VaeDa.Tests.Files.Netcdf;

public class ClassicNetcdfTests
{
    // More bytes than an array has: 2.4 GB of nothing, which take no room on disk, with values here and there. It needs 3 GB of memory.
    [Fact(Explicit = true)]
    public void More_than_two_gigabytes_are_read_in_one_call()
    {
        using var folder = new TemporaryFolder();
        const int Rows = 300_000, Columns = 1_000;
        // CDF-5: a(one, y, x) of doubles behind a header of 1024 bytes.
        byte[] header =
        [
            .. "CDF\u0005"u8, .. Long(0),
            .. Int(10), .. Long(3), .. Name("one_"), .. Long(1), .. Name("y___"), .. Long(Rows), .. Name("x___"), .. Long(Columns),
            .. Int(0), .. Long(0),
            .. Int(11), .. Long(1), .. Name("a___"), .. Long(3), .. Long(0), .. Long(1), .. Long(2), .. Int(0), .. Long(0), .. Int(6), .. Long(8L * Rows * Columns), .. Long(1024),
        ];
        int[] places = [0, 134_217_727, 134_217_728, 200_000_001, Rows * Columns - 1];
        using (var bytes = File.OpenHandle(folder.File("a.nc"), FileMode.Create, FileAccess.ReadWrite))
        {
            RandomAccess.Write(bytes, header, 0);
            foreach (var place in places)
            {
                RandomAccess.Write(bytes, Long(BitConverter.DoubleToInt64Bits(place + 1)), 1024 + 8L * place);
            }
        }

        using var read = NetcdfDataset.Open(folder.File("a.nc"));
        var values = new float[Rows * Columns];
        read.Read<float>(read.Find("a___")!, [0, 0, 0], [1, Rows, Columns], values);
        Assert.Equal(places.Select(place => (float)(place + 1)), places.Select(place => values[place]));
        Assert.Equal(places.Length, values.Count(v => v != 0));

        static byte[] Int(int value) => [0, 0, 0, (byte)value];
        static byte[] Long(long value) => [.. BitConverter.GetBytes(System.Buffers.Binary.BinaryPrimitives.ReverseEndianness(value))];
        static byte[] Name(string name) => [.. Long(4), .. System.Text.Encoding.ASCII.GetBytes(name)];
    }

    [Property(MaxTest = 60)]
    public bool What_is_written_is_read_back(byte height, byte width, byte records, int seed)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("a.nc");
        int h = height % 7 + 1, w = width % 7 + 1, n = records % 4;
        var random = new Random(seed);
        float[] Numbers(int count) => [.. Enumerable.Range(0, count).Select(_ => random.Next(9) == 0 ? float.NaN : random.Next(-100, 100))];
        var (whole, scalar) = (Numbers(h * w), (float)random.Next(100));
        var floats = Enumerable.Range(0, n).Select(_ => Numbers(h * w)).ToArray();
        var bytes = Enumerable.Range(0, n).Select(_ => Numbers(w)).ToArray();
        using (var file = new ClassicNetcdfWriter(path))
        {
            file.Attributes["history"] = "größer";
            var time = file.AddRecordDimension("time");
            var y = file.AddDimension("y", h);
            var x = file.AddCoordinate("x", [.. Enumerable.Range(0, w).Select(i => i / 4.0)], []);
            var a = file.AddVariable("a", NetcdfType.Int8, [time, x], new NetcdfAttributes { ["_FillValue"] = sbyte.MinValue });
            var b = file.AddVariable("b", NetcdfType.Float32, [time, y, x], new NetcdfAttributes { ["valid"] = new[] { 1, 2, 3 } });
            var c = file.AddVariable("c", seed % 2 == 0 ? NetcdfType.Int32 : NetcdfType.Int64, [y, x], new NetcdfAttributes { ["_FillValue"] = -1000 });
            var d = file.AddVariable("d", NetcdfType.Float64, []);
            // In an order that no reader would choose.
            for (var r = n - 1; r >= 0; r--)
            {
                file.WriteSlice<float>(b, r, floats[r]);
                file.WriteSlice<float>(a, r, bytes[r]);
            }

            file.WriteSlice<float>(d, 0, scalar);
            file.Write(c, whole);
            file.Complete();
        }

        using var read = NetcdfDataset.Open(path);
        float[] All(string name) => Array.ConvertAll(read.ReadAll(read.Find(name)!), v => (float)v);
        return read is ClassicNetcdfDataset && read.Attributes.Text("history") == "größer"
            && read.Find("b")!.Attributes.Numbers("valid").SequenceEqual([1, 2, 3])
            && All("x").SequenceEqual(Enumerable.Range(0, w).Select(i => i / 4f))
            && All("a").SequenceEqual(bytes.SelectMany(v => v)) && All("b").SequenceEqual(floats.SelectMany(v => v))
            && All("c").SequenceEqual(whole) && All("d").SequenceEqual([scalar]);
    }

    [Property(MaxTest = 60)]
    public bool A_packed_value_is_within_half_a_step_of_what_was_written(int seed, byte magnitude)
    {
        using var folder = new TemporaryFolder();
        var path = folder.File("packed.nc");
        var random = new Random(seed);
        var scale = Math.Pow(10, magnitude % 12 - 4);
        float[] values = [.. Enumerable.Range(0, 50).Select(_ => (float)((random.NextDouble() - 0.3) * scale)), float.NaN];
        var packing = Int16Packing.Over(values.Where(v => !float.IsNaN(v)).Min(), values.Where(v => !float.IsNaN(v)).Max());
        using (var file = new ClassicNetcdfWriter(path))
        {
            var attributes = new NetcdfAttributes();
            packing.Describe(attributes);
            var v = file.AddVariable("v", NetcdfType.Int16, [file.AddDimension("x", values.Length)], attributes);
            file.Write(v, values);
            file.Complete();
        }

        using var read = NetcdfDataset.Open(path);
        var unpacked = read.ReadAll(read.Find("v")!);
        return double.IsNaN(unpacked[^1])
            && values.Zip(unpacked).SkipLast(1).All(p => Math.Abs(p.First - p.Second) <= packing.ScaleFactor * 0.500001 + Math.Abs(p.First) * 1e-7);
    }

    [Theory]
    [InlineData("classic-cdf1.nc")]
    [InlineData("classic-cdf2.nc")]
    [InlineData("classic-cdf5.nc")]
    public void A_file_of_the_netcdf_library_is_read(string name)
    {
        using var read = NetcdfDataset.Open(ForeignFile.Named(name));
        Assert.Equal("written by ncgen", read.Attributes.Text("title"));
        Assert.Equal([-10, 0, 10], read.ReadAll(read.Find("lat")!));
        Assert.Equal([1, -2, 3, -4, 5], read.ReadAll(read.Find("flag")!));
        var tas = read.Find("tas")!;
        Assert.Equal(["time", "lat", "lon"], tas.Dimensions.Select(d => d.Name));
        Assert.Equal(-999, tas.Attributes.Number("missing_value"));
        var second = new float[6];
        read.Read<float>(tas, [1, 1, 2], [1, 2, 3], second);
        Assert.Equal([24, 24.5f, 25, 26.5f, 27, float.NaN], second);
    }

    [Fact]
    public void Parts_of_records_in_any_order_are_the_records()
    {
        using var folder = new TemporaryFolder();
        float[] values = [.. Enumerable.Range(0, 24).Select(i => i == 7 ? float.NaN : i)]; // (2, 3, 4)
        Write("whole.nc", (file, v) =>
        {
            file.WriteSlice<float>(v, 0, values.AsSpan(0, 12));
            file.WriteSlice<float>(v, 1, values.AsSpan(12, 12));
        });
        Write("parts.nc", (file, v) =>
        {
            foreach (var (record, part) in new[] { (1L, 2L), (0, 1), (1, 0), (0, 0), (1, 1), (0, 2) })
            {
                file.WritePart<float>(v, record, part, values.AsSpan((int)(12 * record + 4 * part), 4));
            }
        });
        Assert.Equal(File.ReadAllBytes(folder.File("whole.nc")), File.ReadAllBytes(folder.File("parts.nc")));
        var error = Assert.Throws<InvalidOperationException>(() => Write("less.nc", (file, v) =>
        {
            file.WritePart<float>(v, 0, 0, values.AsSpan(0, 4));
            file.WritePart<float>(v, 0, 0, values.AsSpan(0, 4));
            file.WritePart<float>(v, 0, 2, values.AsSpan(8, 4));
        }));
        Assert.Contains("0 of 1 slices", error.Message);

        void Write(string name, Action<ClassicNetcdfWriter, NetcdfVariable> write)
        {
            using var file = new ClassicNetcdfWriter(folder.File(name));
            var (time, member, x) = (file.AddRecordDimension("time"), file.AddDimension("member", 3), file.AddDimension("x", 4));
            var v = file.AddVariable("v", NetcdfType.Float32, [time, member, x], new NetcdfAttributes { ["_FillValue"] = 1e20f });
            write(file, v);
            file.Complete();
        }
    }

    [Fact]
    public void A_lone_record_variable_of_small_elements_is_not_padded()
    {
        using var read = NetcdfDataset.Open(ForeignFile.Named("lone-record-variable.nc"));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], read.ReadAll(read.Find("v")!));

        using var folder = new TemporaryFolder();
        using (var file = new ClassicNetcdfWriter(folder.File("lone.nc")))
        {
            var v = file.AddVariable("v", NetcdfType.Int16, [file.AddRecordDimension("time"), file.AddDimension("x", 3)]);
            for (var r = 0; r < 3; r++)
            {
                file.WriteSlice<short>(v, r, (short)(3 * r + 1), (short)(3 * r + 2), (short)(3 * r + 3));
            }

            file.Complete();
        }

        // But for the format's version, and the longer offset that goes with it, the library's file to the byte.
        Assert.Equal(File.ReadAllBytes(ForeignFile.Named("lone-record-variable.nc"))[^18..], File.ReadAllBytes(folder.File("lone.nc"))[^18..]);
        using var own = NetcdfDataset.Open(folder.File("lone.nc"));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7, 8, 9], own.ReadAll(own.Find("v")!));
    }

    [Fact]
    public void Every_16_bit_code_is_unpacked_as_the_conventions_say_to_the_last_bit()
    {
        using var folder = new TemporaryFolder();
        var packing = new Int16Packing(0.0123456789, -7.77);
        using (var file = new ClassicNetcdfWriter(folder.File("a.nc")))
        {
            var x = file.AddDimension("x", 65535); // no multiple of a vector's length
            var attributes = new NetcdfAttributes();
            packing.Describe(attributes);
            var variable = file.AddVariable("a", NetcdfType.Int16, [x], attributes);
            file.Write(variable, [float.NaN, .. Enumerable.Range(1 - 32768, 65534).Select(code => (float)(code * packing.ScaleFactor + packing.AddOffset))]);
            file.Complete();
        }

        using var read = NetcdfDataset.Open(folder.File("a.nc"));
        var values = new float[65535];
        read.Read<float>(read.Find("a")!, [0], [65535], values);
        Assert.True(float.IsNaN(values[0]));
        Assert.Equal(Enumerable.Range(1 - 32768, 65534).Select(code => (float)(code * packing.ScaleFactor + packing.AddOffset)), values.Skip(1));
    }

    [Fact]
    public void Wide_types_make_a_CDF_5_file()
    {
        using var folder = new TemporaryFolder();
        foreach (var (type, version) in ((NetcdfType, byte)[])[(NetcdfType.Int32, 2), (NetcdfType.Int64, 5)])
        {
            var path = folder.File($"{type}.nc");
            using (var file = new ClassicNetcdfWriter(path))
            {
                file.Write(file.AddVariable("v", type, [file.AddDimension("x", 2)]), [1.0, 2.0]);
                file.Complete();
            }

            Assert.Equal(version, File.ReadAllBytes(path)[3]);
        }
    }

    [Fact]
    public void A_file_cut_short_is_refused_where_it_matters()
    {
        using var folder = new TemporaryFolder();
        var whole = File.ReadAllBytes(ForeignFile.Named("classic-cdf1.nc"));
        var path = folder.File("cut.nc");
        for (var length = 0; length < whole.Length - 2; length += 7)
        {
            File.WriteAllBytes(path, whole[..length]);
            var error = Assert.Throws<InvalidInputException>(() =>
            {
                using var read = NetcdfDataset.Open(path);
                return read.Variables.Select(read.ReadAll).ToList();
            });
            Assert.StartsWith(path, error.Message);
        }
    }

    [Fact]
    public void What_the_writer_cannot_store_it_refuses()
    {
        using var folder = new TemporaryFolder();
        using var file = new ClassicNetcdfWriter(folder.File("a.nc"));
        var x = file.AddDimension("x", 2);
        var v = file.AddVariable("v", NetcdfType.Int16, [x]);
        Assert.Throws<ArgumentException>(() => file.AddVariable("v", NetcdfType.Int16, [x]));
        Assert.Throws<ArgumentException>(() => file.Write(v, [1f, 40000f]));
        Assert.Throws<ArgumentException>(() => file.Write(v, [1f, float.NaN]));
        Assert.Throws<ArgumentException>(() => file.Write(v, [1f]));
        Assert.Throws<InvalidOperationException>(file.Complete);
        Assert.Throws<InvalidOperationException>(() => file.AddDimension("y", 2));
    }
}
