namespace VaeDa.Fields.Climatologies;

/// <summary>Which fields a climatology is made of.</summary>
public enum ClimatologyScope
{
    /// <summary>It is made of the fields of the training part: held-out fields have no say in it.</summary>
    Training,

    /// <summary>It is made of the fields of the years that were named.</summary>
    NamedYears,

    /// <summary>It is made of all fields, since the training part does not reach round the year, as in an archive of a year or two.</summary>
    AllFields,
}
