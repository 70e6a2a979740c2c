using VaeDa.Plotting.Figures;
using Rectangle = SixLabors.ImageSharp.Rectangle;

namespace VaeDa.Plotting.Tests.Figures;

public sealed class TrainingFigureTests
{
    [Theory]
    [InlineData(4)]
    [InlineData(9)]
    public void The_best_epoch_is_marked_at_its_place_in_both_panels(int best)
    {
        var picture = Picture.Of(Training(best));
        for (var panel = 0; panel < 2; panel++)
        {
            var data = picture.Data(panel);
            var red = picture.Where(data, colour => colour.R > 150 && colour.G < 90 && colour.B < 90).Select(pixel => pixel.X).ToArray();
            Assert.True(red.Length > 60);
            // Ten epochs with a margin of half an epoch on either side.
            var expected = data.Left + (best - 0.5) / 10 * data.Width;
            Assert.InRange(red.Average(), expected - 4, expected + 4);
        }
    }

    [Fact]
    public void Losses_fall_from_the_upper_left_to_the_lower_right()
    {
        var picture = Picture.Of(Training(9));
        var data = picture.Data(0);
        double Level(double from, double to) => picture.Where(
            new Rectangle(data.Left + (int)(from * data.Width), data.Top, (int)((to - from) * data.Width), data.Height),
            colour => colour.B > colour.R + 60).Average(pixel => pixel.Y);
        Assert.True(Level(0, 0.3) < Level(0.4, 0.7) - 10);
    }

    [Fact]
    public void Epochs_that_were_not_validated_and_losses_below_zero_are_drawn_too()
    {
        var figure = new TrainingFigure
        {
            Epochs = [1, 2, 3, 4],
            TrainingLoss = [-1, -2, -3, -4],
            ValidationLoss = [double.NaN, -1.5, double.NaN, -2],
            ReconstructionRmse = [double.NaN, 1, double.NaN, 0.5],
            Units = "K",
            BestEpoch = 4,
        };
        var picture = Picture.Of(figure);
        Assert.True(picture.Count(picture.Data(1), colour => colour.B > colour.R + 60) > 100);
    }

    [Fact]
    public void A_single_epoch_can_be_drawn()
    {
        var figure = new TrainingFigure { Epochs = [1], TrainingLoss = [3], ValidationLoss = [4], ReconstructionRmse = [1], Units = "K", BestEpoch = 1 };
        Assert.True(Picture.Of(figure).Width > 1000);
    }

    [Fact]
    public void Every_epoch_needs_its_values_and_the_best_must_be_one_of_them()
    {
        TrainingFigure With(int losses, int best) => new()
        {
            Epochs = [1, 2, 3],
            TrainingLoss = new double[losses],
            ValidationLoss = new double[3],
            ReconstructionRmse = new double[3],
            Units = "K",
            BestEpoch = best,
        };
        Assert.Throws<ArgumentException>(() => With(2, 1).ToPng());
        Assert.Throws<ArgumentException>(() => With(3, 7).ToPng());
        With(3, 1).ToPng();
    }

    private static TrainingFigure Training(int best)
    {
        var epochs = Enumerable.Range(1, 10).ToArray();
        return new TrainingFigure
        {
            Epochs = epochs,
            TrainingLoss = [.. epochs.Select(epoch => 100.0 / epoch)],
            ValidationLoss = [.. epochs.Select(epoch => 120.0 / epoch)],
            ReconstructionRmse = [.. epochs.Select(epoch => 2.0 / epoch)],
            Units = "K",
            BestEpoch = best,
        };
    }
}
