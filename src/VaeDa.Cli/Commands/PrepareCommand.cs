using System.CommandLine;

namespace VaeDa.Cli.Commands;

internal sealed class PrepareCommand : Command
{
    public readonly Argument<string[]> Files = new("files")
    {
        Description = "NetCDF files, .npy or .safetensors tensors (each with a .json beside it), or folders of them.",
        Arity = ArgumentArity.OneOrMore,
    };

    public readonly Option<string> Out = new("--out", "-o") { Description = "Folder of the archive to make.", HelpName = "ARCHIVE", Required = true };

    public readonly Option<string[]> Variable = new("--variable")
    {
        Description = "Variable to take; may be given several times. Not needed where each file holds one.",
        HelpName = "NAME",
        DefaultValueFactory = _ => [],
    };

    public readonly Option<string?> Climatology = new("--climatology") { Description = "Years of the climatology [default: the training part].", HelpName = "1981-2010" };

    public readonly Option<int?> SmoothDays = new("--smooth-days") { Description = "Running window over the calendar, odd; 0: none [default: 15 for daily fields, 0 for monthly].", HelpName = "N" };

    public readonly Option<bool> Anomalies = new("--anomalies") { Description = "The fields are anomalies already: take them as they are." };

    public readonly Option<string?> Like = new("--like") { Description = "Subtract the climatology of that archive; all fields become its test part.", HelpName = "ARCHIVE" };

    public readonly Option<string?> TestYears = new("--test-years") { Description = "Years held out for the final scores [default: the last tenth of the fields].", HelpName = "2000-2001" };

    public readonly Option<string?> ValidationYears = new("--validation-years") { Description = "Years that stop training and measure the generator's error [default: the tenth before].", HelpName = "1999" };

    public readonly Option<int> GapDays = new("--gap-days") { Description = "Fields so near to another part belong to none.", HelpName = "N", DefaultValueFactory = _ => 5 };

    public readonly Option<bool> Json = new("--json") { Description = "Print the report as JSON." };

    public PrepareCommand()
        : base("prepare", """
            Make an archive of anomalies from fields: their climatology, its standard deviation, and what is left of each field.

            Examples:
              vaeda prepare era5/t2m_*.nc --out t2m --climatology 1981-2010 --test-years 2020-2021 --validation-years 2019
              vaeda prepare my-anomalies.nc --anomalies --out mine
              vaeda prepare t2m_2024.nc --like t2m --out t2m-2024
            """)
    {
        Arguments.Add(Files);
        Options.Add(Out);
        Options.Add(Variable);
        Options.Add(Climatology);
        Options.Add(SmoothDays);
        Options.Add(Anomalies);
        Options.Add(Like);
        Options.Add(TestYears);
        Options.Add(ValidationYears);
        Options.Add(GapDays);
        Options.Add(Json);
        Validators.Add(result =>
        {
            foreach (var other in (Option[])[Climatology, SmoothDays, TestYears, ValidationYears])
            {
                if (result.GetResult(Like) is not null && result.GetResult(other) is { Implicit: false })
                {
                    result.AddError($"{other.Name} cannot go with --like: the other archive's climatology is taken, and all fields become the test part");
                }
            }
        });
        SetAction((parsed, cancellation) => Task.FromResult(new PrepareRun(this, parsed).Execute(cancellation)));
    }
}
