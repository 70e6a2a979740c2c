using System.CommandLine;
using System.Globalization;

namespace VaeDa.Cli;

/// <summary>
/// How large the numbers of options may be: what asks for more than any machine has, or would not end, is a slip, and said at once. The
/// least that makes sense is where the option is used.
/// </summary>
internal static class NumberLimits
{
    private const int LargestSeed = int.MaxValue;

    private static readonly Dictionary<string, (double Most, string Reason)> Limits = new()
    {
        ["--threads"] = (1024, "no machine has more cores, and threads beyond them wait for each other"),
        ["--seed"] = (LargestSeed, "seeds have 31 bits"),
        ["--members"] = (10_000, "each is a field of its own, and with so many the error of sampling is a hundredth of the spread"),
        ["--ahead"] = (10_000, "a state is forgotten long before"),
        ["--one-in"] = (1_000_000, "no network has more stations"),
        ["--withhold"] = (1_000_000, "no network has more stations"),
        ["--add"] = (10_000, "each is chosen by itself"),
        ["--remove"] = (10_000, "each is chosen by itself"),
        ["--spacing"] = (30, "nothing would be near a place"),
        ["--average-beyond"] = (50_000, "memory grows with the square: 20 GB for so many"),
        ["--count"] = (100_000, "each is a field of its own in the file"),
        ["--samples"] = (100_000, "each is a field of its own; statistics change no more"),
        ["--steps"] = (10_000, "each is a field of its own in the file"),
        ["--smooth-days"] = (365, "a year has no more"),
        ["--gap-days"] = (36_525, "a century has no more"),
        ["--coarsen"] = (1000, "blocks of so many cells are no fields any more"),
        ["--latent"] = (65_536, "a covariance of so many latents takes 34 GB"),
        ["--epochs"] = (1_000_000, "training would not end"),
        ["--patience"] = (1_000_000, "training would not end"),
        ["--batch-size"] = (1_000_000, "no archive has so many fields for a step"),
        ["--learning-rate"] = (1, "a step would leave all that was learnt"),
        ["--weight-decay"] = (1, "nothing would be learnt"),
        ["--clip"] = (1e9, "nothing is clipped beyond"),
        ["--dates"] = (1_000_000, "no archive has so many"),
        ["--adam-dates"] = (1_000_000, "no archive has so many"),
        ["--gross-errors"] = (1, "it is a share"),
        ["--gross-size"] = (1e6, "no error is larger"),
        ["--interval"] = (1e30, "no field has such values"),
        ["--smooth"] = (20, "nothing would be left of a field"),
        ["--frame-rate"] = (50, "formats of animations count in hundredths of a second"),
        ["--colours"] = (256, "palettes have no more"),
        ["--above"] = (1e30, "no field has such values"),
        ["--print"] = (400, "no page is wider"),
        ["--size"] = (500, "browsers do not open much more in one file"),
        ["--width"] = (4000, "pictures are made in memory"),
    };

    /// <summary>Numbers that may be as large as can be: how far an observation may be off before it is rejected, and what stands for a missing value.</summary>
    private static readonly string[] Unlimited = ["--reject-beyond", "--missing"];

    /// <summary>Has the options of a verb and of those below it checked.</summary>
    /// <exception cref="InvalidOperationException">There is no limit for an option that takes a number.</exception>
    public static void Apply(Command verb)
    {
        foreach (var option in verb.Options)
        {
            if (Limits.TryGetValue(option.Name, out var limit))
            {
                option.Validators.Add(result =>
                {
                    foreach (var token in result.Tokens)
                    {
                        if (double.TryParse(token.Value, NumberStyles.Float, CultureInfo.InvariantCulture, out var value) && !(value <= limit.Most))
                        {
                            result.AddError(string.Create(CultureInfo.InvariantCulture, $"{option.Name} is {token.Value}; it must be at most {limit.Most}: {limit.Reason}"));
                        }
                    }
                });
            }
            else if (IsNumber(option.ValueType) && !Unlimited.Contains(option.Name))
            {
                throw new InvalidOperationException($"there is no limit for {option.Name}");
            }
        }

        foreach (var below in verb.Subcommands)
        {
            Apply(below);
        }
    }

    /// <summary>What an option takes, in words; null where it is no number.</summary>
    public static string? Kind(Type type) => !IsNumber(type) ? null
        : (Nullable.GetUnderlyingType(type) ?? type) is var number && (number == typeof(int) || number == typeof(long)) ? "a whole number" : "a number, with a point for decimals";

    private static bool IsNumber(Type type) => (Nullable.GetUnderlyingType(type) ?? type) is var number && (number == typeof(int) || number == typeof(long) || number == typeof(double));
}
