namespace VaeDa.Cli;

/// <summary>Under which heading of a verb's help an option stands, in this order.</summary>
internal enum OptionGroup
{
    Input,
    Climatology,
    Dates,
    Training,
    Scores,
    Ensemble,
    Errors,
    QualityControl,
    Drawing,
    Map,
    Output,
    Machine,
}
