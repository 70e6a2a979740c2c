using System.CommandLine;
using VaeDa;
using VaeDa.Cli;
using VaeDa.Runtime;

var root = new VaedaCommand();
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
        // Long enough for a training run to end its step and write its checkpoint.
        return await parsed.InvokeAsync(new InvocationConfiguration
        {
            EnableDefaultExceptionHandler = false,
            ProcessTerminationTimeout = TimeSpan.FromMinutes(2),
        });
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
