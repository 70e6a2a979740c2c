using VaeDa.Files;
using VaeDa.Model.Network;
using static TorchSharp.torch;

namespace VaeDa.Tests.Model.Network;

public sealed class ModuleTensorsTests
{
    [Fact]
    public void A_large_tensor_is_mapped_and_comes_back_from_the_file_when_its_memory_was_given_back()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "nothing is mapped there");
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var path = folder.File("large.safetensors");
        using var saved = nn.Linear(64, 1 << 18); // 64 MiB
        var file = new SafetensorsFile();
        saved.SaveTo(file, "x.");
        file.Write(path);
        using var loaded = nn.Linear(64, 1 << 18);
        var mapped = Assert.Single(loaded.LoadFrom(SafetensorsFile.Read(path), "x."));
        Assert.True(saved.weight!.equal(loaded.weight!).all().item<bool>());
        Assert.True(saved.bias!.equal(loaded.bias!).all().item<bool>());
        mapped.GiveBackMapped();
        // Replaced in the folder, not in the mapping.
        File.Delete(path);
        Assert.True(saved.weight!.equal(loaded.weight!).all().item<bool>());
        using var z = ones(1, 64);
        // To rounding: the library takes other ways where memory is aligned otherwise.
        Assert.True(saved.call(z).allclose(loaded.call(z), 1e-5, 1e-5));
    }

    [Fact]
    public void A_generator_whose_linear_path_is_mapped_makes_the_same_fields()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "nothing is mapped there");
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        using var noGrad = no_grad();
        var path = folder.File("generator.safetensors");
        var (spec, grid) = (VaeSpec.Default(100), SyntheticFields.Grid(300, 600)); // 72 MB
        using var saved = VariationalAutoencoder.WithoutEncoder(spec, grid, 1);
        var file = new SafetensorsFile();
        saved.SaveTo(file, "");
        file.Write(path);
        using var loaded = VariationalAutoencoder.WithoutEncoder(spec, grid, 1);
        var mapped = loaded.LoadFrom(SafetensorsFile.Read(path), "");
        loaded.SetMapped(mapped);
        Assert.Equal([180_000, 100], Assert.Single(mapped).shape);
        Assert.True(loaded.LinearPathIsMapped);
        Assert.False(saved.LinearPathIsMapped);
        using var z = randn(2, 100);
        var fields = saved.Decode(z); // (2, 1, H, W)
        Assert.True(fields.std().item<float>() > 0.1);
        Assert.True(fields.allclose(loaded.Decode(z), 1e-5, 1e-5));
        Assert.True(fields.allclose(loaded.Decode(z), 1e-5, 1e-5));
    }

    [Fact]
    public void Halves_stay_halves()
    {
        using var folder = new TemporaryFolder();
        using var scope = NewDisposeScope();
        var path = folder.File("half.safetensors");
        var file = new SafetensorsFile();
        file.AddHalf("p", [1.5f, -2, 65504, 6e-8f], 2, 2);
        file.Add("x", [1f], 1);
        file.Write(path);
        var read = SafetensorsFile.Read(path);
        var halves = read.Halves("p"); // (2, 2)
        Assert.Equal(ScalarType.Float16, halves.dtype);
        Assert.Equal([2L, 2L], halves.shape);
        Assert.Equal(read.Floats("p"), halves.to(float32).data<float>().ToArray());
        Assert.False(read.IsHalf("x"));
        Assert.Contains("'x'", Assert.Throws<InvalidInputException>(() => read.Halves("x")).Message);
    }
}
