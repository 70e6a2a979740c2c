using System.CommandLine;
using System.Text.RegularExpressions;
using TorchSharp;
using VaeDa.Runtime;

namespace VaeDa.Cli;

/// <summary>The options of each verb that computes.</summary>
internal sealed partial class TorchOptions
{
    public readonly Option<string> Device = new("--device")
    {
        Group = OptionGroup.Machine,
        CompletionSources = { "auto", "cpu", "cuda" },
        Description = "Where to compute: auto uses a CUDA device if there is one.",
        HelpName = "auto|cpu|cuda[:N]",
        DefaultValueFactory = _ => "auto",
    };

    public readonly Option<int> Threads = new("--threads")
    {
        Group = OptionGroup.Machine,
        Description = "Number of CPU threads; 0 uses all cores. With 1, the same seed gives bit-identical results on the same machine.",
        HelpName = "N",
        DefaultValueFactory = _ => 0,
    };

    public TorchOptions(Command command)
    {
        Device.Validators.Add(result =>
        {
            if (!DeviceName().IsMatch(result.GetValueOrDefault<string>() ?? string.Empty))
            {
                result.AddError($"--device is '{result.GetValueOrDefault<string>()}'; it must be auto, cpu, cuda or cuda:N");
            }
        });
        command.Options.Add(Device);
        command.Options.Add(Threads);
    }

    public torch.Device Start(ParseResult parsed) => TorchRuntime.Start(parsed.GetValue(Device)!, parsed.GetValue(Threads));

    [GeneratedRegex(@"^(auto|cpu|cuda(:\d+)?)$")]
    private static partial Regex DeviceName();
}
