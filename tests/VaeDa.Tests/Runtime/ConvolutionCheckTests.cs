using VaeDa.Runtime;
using Xunit;

namespace VaeDa.Tests.Runtime;

public class ConvolutionCheckTests
{
    [Fact]
    public void Convolutions_and_their_gradients_are_right_on_any_processor()
    {
        TorchLibrary.Load();
        // With oneDNN put aside where it errs.
        Assert.True(ConvolutionCheck.IsRight());
    }

    [Fact]
    public void Where_the_processor_hides_its_caches_oneDNN_is_not_taken()
    {
        TorchLibrary.Load();
        Assert.False(ProcessorCaches.AreHidden() && TorchLibrary.ConvolvesByOneDnn && Environment.GetEnvironmentVariable(ConvolutionCheck.Variable) != "on");
    }

    [Fact]
    public void The_check_leaves_the_random_numbers_as_they_were()
    {
        TorchLibrary.Load();
        TorchSharp.torch.manual_seed(3);
        var expected = TorchSharp.torch.randn(4).data<float>().ToArray();
        TorchSharp.torch.manual_seed(3);
        ConvolutionCheck.IsRight();
        Assert.Equal(expected, TorchSharp.torch.randn(4).data<float>().ToArray());
    }
}
