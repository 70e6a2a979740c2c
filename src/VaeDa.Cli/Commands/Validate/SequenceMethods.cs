using VaeDa.Archives;
using VaeDa.Model;
using VaeDa.Verification;

namespace VaeDa.Cli.Commands.Validate;

/// <summary>The methods that a validation compares, and which of them analyse the dates as one sequence.</summary>
internal sealed class SequenceMethods
{
    /// <summary>Each date by itself.</summary>
    public const string None = "none";

    private const string Both = "both";
    private const string Tested = "vae";

    private readonly string _memory;
    private readonly GenerativeModel _model;

    /// <param name="memory">smoother, none or both.</param>
    /// <param name="model">Not disposed here.</param>
    /// <param name="archive">Whose fields are analysed.</param>
    public SequenceMethods(string memory, GenerativeModel model, AnomalyArchive archive)
    {
        (_memory, _model) = (memory, model);
        if (memory == None)
        {
            return;
        }

        Step = model.Remembers(archive.Description.Step) ? archive.Description.Step : null;
        if (Step is null)
        {
            Console.Error.WriteLine($"{(model.Memory is null ? "the model remembers nothing" : "the archive's step is not the model's")}: each date is analysed by itself");
        }
    }

    /// <summary>From date to date, where the model remembers; null where each date is analysed by itself.</summary>
    public TimeStep? Step { get; }

    /// <param name="rivals">Made with <see cref="Step"/>.</param>
    public (IReadOnlyList<(string Name, GenerativeModel Generator)> Methods, IReadOnlyCollection<string> Smoothed) Of(Baselines rivals)
    {
        (string Name, GenerativeModel Generator)[] methods =
        [
            (Tested, _model),
            ("eof-oi-patterns", rivals.EofWithPatterns),
            ("eof-oi-residual", rivals.EofWithResidual),
            ("eof-oi", rivals.EofInterpolation),
            ("kriging", rivals.Kriging),
        ];
        string[] smoothed = Step is null ? [] : [.. methods.Where(m => m.Generator.Memory is not null).Select(m => m.Name)];
        return (Step is not null && _memory == Both ? [methods[0], ($"{Tested}-static", _model), .. methods[1..]] : methods, smoothed);
    }
}
