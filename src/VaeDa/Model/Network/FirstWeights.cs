using static TorchSharp.torch;

namespace VaeDa.Model.Network;

/// <summary>
/// The process's random numbers, lent to a network that is made. TorchSharp's layers draw their first weights from libtorch's own generator on
/// the CPU, and from no other; so that is set to the seed while they are made, and then back to where its owner, the program,
/// had it.
/// </summary>
/// <remarks>
/// One network at a time in the process: another thread that makes one waits. A thread that draws from libtorch's own generator meanwhile
/// cannot be kept from it; it then draws of this seed, and shifts the weights.
/// </remarks>
internal sealed class FirstWeights : IDisposable
{
    private static readonly object Turn = new();
    private readonly Tensor _owners; // the generator's state

    private FirstWeights(Tensor owners) => _owners = owners;

    /// <summary>To be disposed on the same thread, once the layers are made.</summary>
    public static FirstWeights From(long seed)
    {
        Monitor.Enter(Turn);
        try
        {
            using var own = new Generator((ulong)seed);
            using var state = own.get_state();
            var owners = random.get_rng_state().DetachFromDisposeScope();
            random.set_rng_state(state);
            return new FirstWeights(owners);
        }
        catch
        {
            Monitor.Exit(Turn);
            throw;
        }
    }

    public void Dispose()
    {
        random.set_rng_state(_owners);
        _owners.Dispose();
        Monitor.Exit(Turn);
    }
}
