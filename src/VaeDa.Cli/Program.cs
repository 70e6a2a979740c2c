using System.CommandLine;
using VaeDa;
using VaeDa.Cli;
using VaeDa.Runtime;

Console.SetError(new StandardStream(Console.Error, null));
Console.SetOut(new StandardStream(Console.Out, "stdout"));
using var interruption = new Interruption();
var root = new VaedaCommand(interruption);
var parsed = root.Parse(args);
var code = VaedaCommand.UsageError(parsed) is { } error
    ? Failed($"{error} (see '{VaedaCommand.HelpFor(parsed)}')", ExitCode.Usage)
    : await Run();
NativeProcess.End(code);
return code;

async Task<int> Run()
{
    try
    {
        var done = await parsed.InvokeAsync(new InvocationConfiguration { EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null }, interruption.Token);
        interruption.Token.ThrowIfCancellationRequested();
        return done;
    }
    catch (OperationCanceledException)
    {
        return Failed("interrupted", ExitCode.Interrupted);
    }
    catch (Exception e) when (e is UsageException or InvalidEnvironmentException)
    {
        return Failed(ErrorLine.Of(e), ExitCode.Usage);
    }
    catch (Exception e) when (!parsed.GetValue(root.Verbose))
    {
        return Failed($"{ErrorLine.Of(e)}{OptionHint.For(e, parsed)}", ExitCode.Failed);
    }
    catch (Exception e)
    {
        return Failed($"{e}", ExitCode.Failed);
    }
}

static int Failed(string message, int code)
{
    Console.Error.WriteLine($"vaeda: {message}");
    return code;
}
