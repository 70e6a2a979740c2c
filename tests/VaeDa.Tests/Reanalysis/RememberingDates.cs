using VaeDa.Model.Memory;
using VaeDa.Tests.Assimilation.Time;

namespace VaeDa.Tests.Reanalysis;

/// <summary>The same, of a model that remembers.</summary>
public sealed class RememberingDates : ManyDates
{
    public RememberingDates()
        : base(d => RandomMatrix.SecondOrder(d, seed: 4, least: 0.3, most: 0.9, remainder: 0.4))
    {
    }
}
