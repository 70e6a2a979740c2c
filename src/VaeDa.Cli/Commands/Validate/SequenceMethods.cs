using VaeDa.Archives;
using VaeDa.Model;
using VaeDa.Reanalysis.Dates;
using VaeDa.Verification;

namespace VaeDa.Cli.Commands.Validate;

/// <summary>The methods that a validation compares, and which of them analyse the dates as one sequence.</summary>
internal sealed class SequenceMethods
{
    /// <summary>Each date by itself.</summary>
    public const string None = "none";

    private const string Smoother = "smoother";
    private const string Filter = "filter";
    private const string Both = "both";
    private const string All = "all";
    private const string Tested = "vae";

    /// <summary>What <c>--memory</c> may be.</summary>
    public static readonly string[] Uses = [Smoother, Filter, None, Both, All];

    private readonly string _memory;
    private readonly GenerativeModel _model;

    /// <param name="memory">One of <see cref="Uses"/>.</param>
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

    /// <summary>What dates of real stations know of each other: the smoother or the filter, beside each date by itself, or nothing.</summary>
    public static MemoryUse UseOf(string memory) => memory switch
    {
        Filter => MemoryUse.Filter,
        None => MemoryUse.None,
        _ => MemoryUse.Smoother,
    };

    /// <summary>From date to date, where the model remembers; null where each date is analysed by itself.</summary>
    public TimeStep? Step { get; }

    /// <param name="rivals">Made with <see cref="Step"/>.</param>
    public (IReadOnlyList<(string Name, GenerativeModel Generator)> Methods, IReadOnlyDictionary<string, MemoryUse> Memories) Of(Baselines rivals)
    {
        var (filtered, alone) = ($"{Tested}-filter", $"{Tested}-static");
        (string Name, GenerativeModel Generator)[] methods =
        [
            (Tested, _model),
            .. Step is not null && _memory == All ? [(filtered, _model)] : Array.Empty<(string, GenerativeModel)>(),
            .. Step is not null && _memory is All or Both ? [(alone, _model)] : Array.Empty<(string, GenerativeModel)>(),
            ("eof-oi-patterns", rivals.EofWithPatterns),
            ("eof-oi-residual", rivals.EofWithResidual),
            ("eof-oi", rivals.EofInterpolation),
            ("kriging", rivals.Kriging),
        ];
        var remembering = methods.Where(m => Step is not null && m.Generator.Memory is not null && m.Name != alone);
        return (methods, remembering.ToDictionary(m => m.Name, m => _memory == Filter || m.Name == filtered ? MemoryUse.Filter : MemoryUse.Smoother));
    }
}
