using System.Runtime.InteropServices;
using VaeDa.Runtime;

namespace VaeDa.Cli;

/// <summary>
/// Ends the process on SIGINT and SIGTERM. Work is asked to stop, and what has not within a second is ended as it is: outputs are written aside, so that
/// nothing half-made stays. A second signal ends at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    private static readonly TimeSpan Usual = TimeSpan.FromSeconds(0.5);

    // For a step of training to end, and its checkpoint to be written.
    private static readonly TimeSpan Long = TimeSpan.FromMinutes(2);

    private readonly CancellationTokenSource _source = new();
    private readonly PosixSignalRegistration[] _registrations;
    private int _signals;
    private volatile bool _hasCheckpoint;

    public Interruption()
    {
        NativeSignals.HeedInterrupt();
        _registrations = [PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop), PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop)];
    }

    public CancellationToken Token => _source.Token;

    /// <summary>Until it is disposed, work that is asked to stop writes a checkpoint first, which may take longer.</summary>
    public IDisposable WithCheckpoint() => new CheckpointScope(this);

    public void Dispose()
    {
        Array.ForEach(_registrations, registration => registration.Dispose());
        _source.Dispose();
    }

    private void Stop(PosixSignalContext context)
    {
        context.Cancel = true;
        if (Interlocked.Increment(ref _signals) > 1)
        {
            End();
        }

        // Not here: what waits for it may run on this thread, and would keep it.
        new Thread(EndLater) { IsBackground = true }.Start();
        _source.Cancel();
    }

    private void EndLater()
    {
        Thread.Sleep(Usual);
        if (_hasCheckpoint)
        {
            Console.Error.WriteLine("interrupted: ending the step and writing the checkpoint (a second interrupt ends at once)");
            var start = Environment.TickCount64;
            while (_hasCheckpoint && Environment.TickCount64 - start < Long.TotalMilliseconds)
            {
                Thread.Sleep(50);
            }

            Thread.Sleep(Usual);
        }

        End();
    }

    private static void End()
    {
        Console.Error.WriteLine("vaeda: interrupted");
        // After those that remove what is half-made, and before native libraries are taken down under threads that still run.
        AppDomain.CurrentDomain.ProcessExit += (_, _) => NativeProcess.End(ExitCode.Interrupted);
        Environment.Exit(ExitCode.Interrupted);
    }

    private sealed class CheckpointScope : IDisposable
    {
        private readonly Interruption _interruption;

        public CheckpointScope(Interruption interruption)
        {
            _interruption = interruption;
            interruption._hasCheckpoint = true;
        }

        public void Dispose() => _interruption._hasCheckpoint = false;
    }
}
