namespace VaeDa.Cli.Commands.Doctor;

/// <summary>What was found of one thing.</summary>
/// <param name="Name">Of the thing, one word.</param>
/// <param name="Works">Whether it does.</param>
/// <param name="Says">How it is, or why it does not work, on one line.</param>
internal sealed record Finding(string Name, bool Works, string Says)
{
    /// <summary>Looks at a thing; what is thrown is why it does not work.</summary>
    public static Finding Of(string name, Func<string> look)
    {
        try
        {
            return new Finding(name, true, look());
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            return new Finding(name, false, ErrorLine.Of(e));
        }
    }
}
