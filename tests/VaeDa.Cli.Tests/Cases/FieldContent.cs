using VaeDa.Files.Netcdf;

namespace VaeDa.Cli.Tests.Cases;

/// <summary>The mean square of a variable of a netCDF file, unweighted.</summary>
internal sealed record FieldContent(string File, string Variable, double MeanSquare, double Tolerance) : IContent
{
    public string Path => File;

    public IEnumerable<string> FaultsOf(CheckRun run)
    {
        using var file = NetcdfDataset.Open(run.PathOf(File));
        var found = file.Find(Variable) is { } variable ? file.ReadAll(variable).Average(value => value * value) : double.NaN;
        if (!(Math.Abs(found - MeanSquare) <= Tolerance))
        {
            yield return FormattableString.Invariant($"{Variable}'s mean square: {found:0.#####}, not {MeanSquare} ± {Tolerance}");
        }
    }
}
