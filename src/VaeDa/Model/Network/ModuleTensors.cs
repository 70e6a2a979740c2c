using System.Runtime.InteropServices;
using VaeDa.Files;
using VaeDa.Runtime;
using static TorchSharp.torch;

namespace VaeDa.Model.Network;

/// <summary>Between a network's parameters and buffers, under the names PyTorch gives them, and a file.</summary>
internal static class ModuleTensors
{
    // EOFs of a large grid: 400 MB of 720×1440 cells.
    private const long FewestMapped = 1 << 24;

    public static void AddTensor(this SafetensorsFile file, string name, Tensor values)
    {
        using var scope = NewDisposeScope();
        var plain = values.detach().cpu().to(float32).contiguous();
        file.Add(name, MemoryMarshal.Cast<byte, float>(plain.bytes), plain.shape);
    }

    /// <summary>A tensor stored as float16, in float16.</summary>
    public static Tensor Halves(this SafetensorsFile file, string name)
    {
        var values = empty(file.Shape(name), float16);
        file.CopyTo(name, MemoryMarshal.Cast<byte, Half>(values.bytes));
        return values;
    }

    public static void SaveTo(this nn.Module module, SafetensorsFile file, string prefix)
    {
        foreach (var (name, values) in module.state_dict())
        {
            file.AddTensor(prefix + name, values);
        }
    }

    /// <returns>The tensors that are a mapping of the file.</returns>
    /// <exception cref="InvalidInputException">A tensor is missing or has another shape.</exception>
    public static IReadOnlyList<Tensor> LoadFrom(this nn.Module module, SafetensorsFile file, string prefix)
    {
        using var noGrad = no_grad();
        var mapped = new List<Tensor>();
        foreach (var (name, values) in module.state_dict())
        {
            var shape = file.Shape(prefix + name);
            if (!shape.AsSpan().SequenceEqual(values.shape))
            {
                throw new InvalidInputException($"tensor '{prefix}{name}' is ({string.Join(", ", shape)}); this network needs ({string.Join(", ", values.shape)})");
            }

            if (values.numel() >= FewestMapped && IsPlain(values) && file.PlaceOf(prefix + name) is { } place && !OperatingSystem.IsWindows())
            {
                Map(values, place.Path, place.First / sizeof(float));
                mapped.Add(values);
                continue;
            }

            // Into the parameter itself, without a copy.
            if (IsPlain(values))
            {
                file.CopyTo(prefix + name, MemoryMarshal.Cast<byte, float>(values.bytes));
            }
            else
            {
                using var loaded = tensor(file.Floats(prefix + name), shape);
                values.copy_(loaded);
            }
        }

        return mapped;
    }

    /// <summary>Lets memory go that holds what can be read from the file again.</summary>
    /// <param name="mapped">What <see cref="LoadFrom"/> has returned, or rows of it.</param>
    public static void GiveBackMapped(this Tensor mapped)
    {
        using var scope = NewDisposeScope();
        NativeHeap.GiveBack(mapped.flatten().narrow(0, 0, 1).bytes, mapped.numel() * sizeof(float));
    }

    private static bool IsPlain(Tensor values) => values.device_type == TorchSharp.DeviceType.CPU && values.dtype == ScalarType.Float32 && values.is_contiguous();

    /// <summary>
    /// Lets a parameter be what lies in the file, mapped: memory holds what of it is used, and can be had back at any time. Not
    /// on Windows, where a file could not be replaced meanwhile.
    /// </summary>
    /// <param name="parameter">Of the shape that the file has.</param>
    /// <param name="path">The file.</param>
    /// <param name="first">In the file, in values from its start.</param>
    private static void Map(Tensor parameter, string path, long first)
    {
        using var scope = NewDisposeScope();
        var count = parameter.numel();
        parameter.set_(from_file(path, false, first + count, ScalarType.Float32).narrow(0, first, count).reshape(parameter.shape));
    }
}
