using System.Runtime.InteropServices;
using VaeDa.Archives;
using static TorchSharp.torch;

namespace VaeDa.Model;

/// <summary>Between a network's parameters and buffers, under the names PyTorch gives them, and a file.</summary>
internal static class ModuleTensors
{
    public static void AddTensor(this SafetensorsFile file, string name, Tensor values)
    {
        using var scope = NewDisposeScope();
        var plain = values.detach().cpu().to(float32).contiguous();
        file.Add(name, MemoryMarshal.Cast<byte, float>(plain.bytes), plain.shape);
    }

    public static void SaveTo(this nn.Module module, SafetensorsFile file, string prefix)
    {
        foreach (var (name, values) in module.state_dict())
        {
            file.AddTensor(prefix + name, values);
        }
    }

    /// <exception cref="InvalidInputException">A tensor is missing or has another shape.</exception>
    public static void LoadFrom(this nn.Module module, SafetensorsFile file, string prefix)
    {
        using var noGrad = no_grad();
        foreach (var (name, values) in module.state_dict())
        {
            var shape = file.Shape(prefix + name);
            if (!shape.AsSpan().SequenceEqual(values.shape))
            {
                throw new InvalidInputException($"tensor '{prefix}{name}' is ({string.Join(", ", shape)}); this network needs ({string.Join(", ", values.shape)})");
            }

            // Into the parameter itself, without a copy: an EOF basis of full size is 400 MB.
            if (values.device_type == TorchSharp.DeviceType.CPU && values.dtype == ScalarType.Float32 && values.is_contiguous())
            {
                file.CopyTo(prefix + name, MemoryMarshal.Cast<byte, float>(values.bytes));
            }
            else
            {
                using var loaded = tensor(file.Floats(prefix + name), shape);
                values.copy_(loaded);
            }
        }
    }
}
