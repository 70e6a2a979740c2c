using VaeDa.Runtime;

namespace VaeDa.Tests.Runtime;

public class TorchRuntimeTests
{
    [Theory]
    [InlineData("gpu")]
    [InlineData("cuda:")]
    [InlineData("cuda:x")]
    [InlineData("cuda:-1")]
    [InlineData("CPU")]
    public void A_device_that_there_cannot_be_is_refused_in_one_line(string device)
    {
        var refusal = Assert.Throws<InvalidInputException>(() => TorchRuntime.Start(device));
        Assert.Equal($"device '{device}': it must be auto, cpu, cuda or cuda:N", refusal.Message);
        Assert.Equal("device", refusal.Setting);
    }

    [Fact]
    public void The_processor_is_always_there() => Assert.Equal(TorchSharp.DeviceType.CPU, TorchRuntime.Start().type);
}
