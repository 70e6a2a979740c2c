namespace VaeDa.Fields.Climatologies;

/// <summary>Which fields a climatology is made of.</summary>
public enum ClimatologyScope
{
    /// <summary>Those of the training part: held-out fields have no say in it.</summary>
    Training,

    /// <summary>Those of the years that were named.</summary>
    NamedYears,

    /// <summary>All, since the training part does not reach round the year, as in an archive of a year or two.</summary>
    AllFields,
}
