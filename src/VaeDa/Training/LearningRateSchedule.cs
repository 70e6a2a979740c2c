namespace VaeDa.Training;

/// <summary>A linear warm-up, then half a cosine down to a hundredth (Loshchilov and Hutter 2017).</summary>
internal sealed record LearningRateSchedule(double Highest, long WarmUpSteps, long TotalSteps)
{
    public double At(long step)
    {
        if (step < WarmUpSteps)
        {
            return Highest * (step + 1) / WarmUpSteps;
        }

        var progress = (double)(step - WarmUpSteps) / Math.Max(1, TotalSteps - WarmUpSteps);
        return Highest * (0.01 + 0.99 * 0.5 * (1 + Math.Cos(Math.PI * Math.Min(progress, 1))));
    }
}
