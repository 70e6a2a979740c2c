using System.CommandLine;
using VaeDa;
using VaeDa.Cli;

var root = new VaedaCommand();
var parsed = root.Parse(args);
if (VaedaCommand.UsageError(parsed) is { } error)
{
    Console.Error.WriteLine($"vaeda: {error} (see '{VaedaCommand.HelpFor(parsed)}')");
    return ExitCode.Usage;
}

try
{
    // Long enough for a training run to end its step and write its checkpoint.
    return await parsed.InvokeAsync(new InvocationConfiguration
    {
        EnableDefaultExceptionHandler = false,
        ProcessTerminationTimeout = TimeSpan.FromMinutes(2),
    });
}
catch (OperationCanceledException)
{
    Console.Error.WriteLine("vaeda: interrupted");
    return ExitCode.Interrupted;
}
catch (UsageException e)
{
    Console.Error.WriteLine($"vaeda: {e.Message}");
    return ExitCode.Usage;
}
catch (Exception e) when (!parsed.GetValue(root.Verbose))
{
    Console.Error.WriteLine($"vaeda: {(e is InvalidInputException or IOException or UnauthorizedAccessException ? e.Message : $"{e.Message} (--verbose shows where)")}");
    return ExitCode.Failed;
}
catch (Exception e)
{
    Console.Error.WriteLine($"vaeda: {e}");
    return ExitCode.Failed;
}
