using System.CommandLine;

namespace VaeDa.Cli.Commands.Doctor;

internal sealed class DoctorCommand : Verb
{
    public readonly Option<bool> Json = new("--json") { Group = OptionGroup.Output, Description = "Print the findings as JSON." };

    public readonly TorchOptions Torch;

    public override string Summary => "Look whether all works here, for reports of faults.";

    public override IReadOnlyList<string> Examples =>
    [
        "vaeda doctor",
        "vaeda doctor --device cuda",
        "vaeda doctor --json",
    ];

    public DoctorCommand()
        : base("doctor", "Look at what vaeda needs of a machine: versions, libtorch and its threads, GPU, memory, disk, fonts, the bundled model, and one analysis with its time. Exits with 1 if something does not work.")
    {
        Options.Add(Json);
        Torch = new TorchOptions(this);
        SetAction((parsed, cancellation) => Task.FromResult(new DoctorRun(this, parsed).Execute(cancellation)));
    }
}
