using System.Globalization;
using TorchSharp;

namespace VaeDa.Runtime;

/// <summary>libtorch, loaded when it is first needed, and the device that it runs on.</summary>
public static class TorchRuntime
{
    /// <summary>Loads libtorch, unless it is loaded already, sets its number of threads, and gives the device to work on.</summary>
    /// <param name="device"><c>cpu</c>; <c>cuda</c> for the first NVIDIA GPU, <c>cuda:1</c> for the second; <c>auto</c> for the first GPU where one can be used, else the processor.</param>
    /// <param name="threads">The number of CPU threads that libtorch works with; 0 leaves the number to libtorch. With 1, a run repeats to the bit.</param>
    /// <returns>The device, for models and training.</returns>
    /// <exception cref="InvalidInputException">libtorch cannot be loaded, or there is no such device.</exception>
    /// <exception cref="InvalidEnvironmentException">There is no matching libtorch where the environment says.</exception>
    public static torch.Device Start(string device = "cpu", int threads = 0)
    {
        TorchLibrary.Load();
        if (threads > 0)
        {
            torch.set_num_threads(threads);
        }

        var index = device is "cpu" or "auto" or "cuda" ? 0
            : device.StartsWith("cuda:", StringComparison.Ordinal) && int.TryParse(device["cuda:".Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number
            : throw new InvalidInputException($"device '{device}': it must be auto, cpu, cuda or cuda:N") { Setting = nameof(device) };
        if (device == "cpu" || (device == "auto" && !torch.cuda.is_available()))
        {
            return torch.CPU;
        }

        if (!torch.cuda.is_available())
        {
            throw new InvalidInputException($"device {device}: no CUDA device can be used; is this a build with TorchSharp-cuda-linux (-p:Torch=cuda), on a machine with an NVIDIA GPU and driver?") { Setting = nameof(device) };
        }

        return index < torch.cuda.device_count()
            ? torch.device(DeviceType.CUDA, index)
            : throw new InvalidInputException($"device {device}: there are {torch.cuda.device_count()} CUDA devices, numbered from 0") { Setting = nameof(device) };
    }
}
