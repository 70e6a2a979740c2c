using System.CommandLine;
using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using TorchSharp;
using VaeDa.Assimilation;
using VaeDa.Files;
using VaeDa.Model;
using VaeDa.Observations;
using VaeDa.Runtime;

namespace VaeDa.Cli.Commands.Doctor;

/// <summary>The work of <c>vaeda doctor</c>.</summary>
internal sealed class DoctorRun(DoctorCommand command, ParseResult parsed)
{
    private const string Model = "speedy-ta";
    private const string Observations = "mid";
    private const int Members = 20;

    private readonly List<Finding> _findings = [];

    public int Execute(CancellationToken cancellation)
    {
        var start = Stopwatch.StartNew();
        Look("vaeda", () => Provenance.Version);
        Look(".NET", () => $"{RuntimeInformation.FrameworkDescription}, {RuntimeInformation.RuntimeIdentifier}");
        Look("system", () => $"{RuntimeInformation.OSDescription}, {RuntimeInformation.OSArchitecture}, {Environment.ProcessorCount} cores");
        torch.Device? device = null;
        Look("libtorch", () =>
        {
            device = command.Torch.Start(parsed);
            return $"{TorchLibrary.LoadedVersion}, {torch.get_num_threads()} threads, {(Environment.GetEnvironmentVariable("VAEDA_LIBTORCH") is { Length: > 0 } folder ? folder : "its own")}";
        });
        Look("oneDNN", () => device is null ? throw new InvalidInputException("libtorch does not work")
            : TorchLibrary.ConvolvesByOneDnn ? "convolutions are right"
            : "not taken: its convolutions may be wrong here, or VAEDA_ONEDNN is 'off'; libtorch's own take two to three times the time");
        Look("GPU", () => device is null ? throw new InvalidInputException("libtorch does not work") : Gpu());
        Look("memory", MachineMemory.Description);
        Look("temporary", () => Disk(Path.GetTempPath()));
        Look("here", () => Disk(Environment.CurrentDirectory));
        Look("fonts", Fonts);
        cancellation.ThrowIfCancellationRequested();
        GenerativeModel? model = null;
        Look("model", () =>
        {
            var path = BundledFiles.Find(Model, "models", ".safetensors");
            model = ModelFile.LoadGenerator(path, device);
            return $"{Model}, {model.LatentSize} latents, {model.Grid}, SHA-256 {model.Hash} as written";
        });
        cancellation.ThrowIfCancellationRequested();
        using (model)
        {
            Look("analysis", () => model is null ? throw new InvalidInputException("there is no model") : Analysis(model));
        }

        Report(start.Elapsed);
        return _findings.TrueForAll(f => f.Works) ? ExitCode.Done : ExitCode.Failed;
    }

    private void Look(string name, Func<string> look) => _findings.Add(Finding.Of(name, look));

    private void Report(TimeSpan time)
    {
        var faults = _findings.Where(f => !f.Works).ToList();
        if (parsed.GetValue(command.Json))
        {
            Console.WriteLine(JsonText.Write(new { works = faults.Count == 0, seconds = Math.Round(time.TotalSeconds, 1), findings = _findings }));
        }
        else
        {
            foreach (var finding in _findings)
            {
                Console.WriteLine($"{finding.Name,-11}{(finding.Works ? string.Empty : "DOES NOT WORK: ")}{finding.Says}");
            }
        }

        foreach (var fault in faults)
        {
            Console.Error.WriteLine($"vaeda: {fault.Name}: {fault.Says}");
        }
    }

    private static string Gpu()
    {
        if (!torch.cuda.is_available())
        {
            return "none that can be used; the processor computes";
        }

        var free = CudaMemory.Free(torch.CUDA);
        return $"{torch.cuda.device_count()} CUDA{(free is { } bytes ? $", {MachineMemory.Size(bytes)} free on the first" : string.Empty)}";
    }

    private static string Disk(string folder)
    {
        var probe = Path.Combine(folder, $".vaeda-doctor-{Environment.ProcessId}");
        File.WriteAllBytes(probe, new byte[1 << 16]);
        File.Delete(probe);
        return $"{folder}, {MachineMemory.Size(new DriveInfo(folder).AvailableFreeSpace)} free";
    }

    private static string Fonts()
    {
        Loading.Draw();
        return "DejaVu Sans, its own; a picture was drawn";
    }

    private static string Analysis(GenerativeModel model)
    {
        var table = ObservationFile.Read(BundledFiles.Observations(Observations));
        var clock = Stopwatch.StartNew();
        var analysis = new Assimilator(model, new AssimilationOptions { Members = Members }).Run(table);
        var seconds = clock.Elapsed.TotalSeconds;
        if (!analysis.Diagnostics.Converged || analysis.Mean.Any(value => !float.IsFinite(value)))
        {
            throw new InvalidInputException("the search has not converged on the bundled observations: this machine computes something else");
        }

        return string.Create(CultureInfo.InvariantCulture, $"{analysis.Diagnostics.Observations} observations, {Members} members in {seconds:f1} s");
    }
}
