namespace VaeDa.Cli;

/// <summary>
/// libtorch on its way into memory, a fifth of a second, while a verb reads its input on another core.
/// <see cref="TorchRuntime.Start"/> waits for it and says what is wrong with it.
/// </summary>
internal sealed class TorchLoading : IDisposable
{
    private readonly Task _load;

    public TorchLoading()
    {
        NativeHeap.KeepLargeBlocks();
        _load = Task.Run(TorchLibrary.Load);
    }

    // A process that ends while a library starts may crash.
    public void Dispose() => ((IAsyncResult)_load).AsyncWaitHandle.WaitOne();
}
