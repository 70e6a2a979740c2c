namespace VaeDa.Cli.Tests.Cases;

/// <summary>Seconds and peak memory of the last command beside those of another check's.</summary>
internal sealed record CostLimit(string RelativeTo, double SecondsAtMostTimes, double PeakMemoryAtMostTimes)
{
    // Half as much again: a machine that does other things takes more of both.
    private const double Slack = 1.5;

    public IEnumerable<string> FaultsOf(CheckRun run)
    {
        using var other = run.Beside(RelativeTo);
        if (other.Ended.ExitCode != 0)
        {
            yield return $"'{RelativeTo}' failed: {other.Ended.Error}";
        }

        if (run.Cost.Seconds > Slack * SecondsAtMostTimes * other.Cost.Seconds)
        {
            yield return FormattableString.Invariant($"{run.Cost.Seconds:0.0} s, more than {SecondsAtMostTimes} times {other.Cost.Seconds:0.0}");
        }

        if (run.Cost.Megabytes > Slack * PeakMemoryAtMostTimes * other.Cost.Megabytes)
        {
            yield return FormattableString.Invariant($"{run.Cost.Megabytes:0} MB, more than {PeakMemoryAtMostTimes} times {other.Cost.Megabytes:0}");
        }
    }
}
