using VaeDa.Fields;
using VaeDa.Fields.Grids;
using VaeDa.Plotting.Figures;
using VaeDa.Plotting.Maps;
using VaeDa.Runtime;

namespace VaeDa.Cli;

/// <summary>
/// What takes a while until it is ready, beside a verb's other work: libtorch, a fifth of a second
/// (<see cref="TorchRuntime.Start"/> waits for it and says what is wrong with it), and then what draws, another quarter, by drawing a
/// small figure that nobody sees.
/// </summary>
internal sealed class Loading : IDisposable
{
    private readonly Task _load;
    private volatile bool _isOver;

    public Loading()
    {
        NativeHeap.AskForLargePages();
        _load = Task.Run(() =>
        {
            TorchLibrary.Load();
            if (!_isOver)
            {
                Draw();
            }
        });
    }

    /// <summary>Until then no other figure may be drawn.</summary>
    public void Wait() => ((IAsyncResult)_load).AsyncWaitHandle.WaitOne();

    // A process that ends while a library starts may crash.
    public void Dispose()
    {
        _isOver = true;
        Wait();
    }

    /// <summary>Draws a small figure that nobody sees.</summary>
    public static void Draw()
    {
        var grid = new Grid([45, 0, -45], [0, 90, 180, 270]);
        var values = new float[grid.Cells];
        new AnalysisFigure
        {
            Grid = grid,
            Variable = new Variable { Name = "ta", Units = "K" },
            Date = "",
            Mean = values,
            Spread = values,
            ClimatologicalDeviation = [.. Enumerable.Repeat(1f, grid.Cells)],
            Observations = new ObservationDots { Latitudes = [0], Longitudes = [0] },
            Members = 2,
        }.ToPng(width: 200);
    }
}
