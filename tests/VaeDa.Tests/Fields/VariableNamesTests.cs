using VaeDa.Fields;

namespace VaeDa.Tests.Fields;

public class VariableNamesTests
{
    [Theory]
    [InlineData("t")]
    [InlineData("t2m_mean")]
    [InlineData("2t")]
    [InlineData("_t")]
    [InlineData("air.2m-above+ground@0")]
    [InlineData("Température")]
    [InlineData("温度")]
    [InlineData("तापमान")]
    [InlineData("console")]
    [InlineData("times")]
    public void What_all_files_can_carry_may_be_a_name(string name) => Check(name);

    [Theory]
    [InlineData("")]
    [InlineData(" ")]
    [InlineData("t m")]
    [InlineData("x/../../NAME")]
    [InlineData("..")]
    [InlineData(".t")]
    [InlineData("t.")]
    [InlineData("a\\b")]
    [InlineData("a:b")]
    [InlineData("t=x")]
    [InlineData("t,u")]
    [InlineData("-t")]
    [InlineData("--out")]
    [InlineData("t\n")]
    [InlineData("t\u001b[31m")]
    [InlineData("t\0")]
    [InlineData("NUL")]
    [InlineData("com1.t")]
    [InlineData("aux")]
    public void What_some_cannot_is_refused_in_one_line_without_its_control_characters(string name)
    {
        var message = Refused(name);
        Assert.StartsWith("in.nc: a variable cannot be called '", message);
        Assert.Contains("'ncrename -v OLD,NEW FILE'", message);
        Assert.DoesNotContain(message, char.IsControl);
    }

    [Fact]
    public void A_name_has_100_bytes_at_most_and_a_longer_one_is_shown_in_part()
    {
        Check(new string('t', 100));
        Check(new string('é', 50));
        Assert.Contains($"'{new string('t', 40)}…'", Refused(new string('t', 101)));
        Assert.Contains($"'{new string('é', 40)}…'", Refused(new string('é', 51)));
    }

    [Theory]
    [InlineData("time")]
    [InlineData("latitude")]
    [InlineData("lat")]
    [InlineData("x")]
    [InlineData("Y")]
    [InlineData("member")]
    [InlineData("fraction")]
    [InlineData("time_bnds")]
    [InlineData("lat_bnds")]
    public void Coordinates_of_our_files_are_no_names(string name) =>
        Assert.StartsWith($"in.nc: '{name}' cannot be the name of a variable here: '{name}' is a coordinate of the files that are made; 'ncrename -v {name},NEW FILE'", Refused(name), StringComparison.OrdinalIgnoreCase);

    [Theory]
    [InlineData("t2m", "t2m_mean", "a field of 't2m'")]
    [InlineData("t2m_mean", "t2m", "another variable")]
    [InlineData("t2m", "t2m_spread", "a field of 't2m'")]
    [InlineData("t2m", "t2m_analysis", "a field of 't2m'")]
    [InlineData("t2m", "t2m_standard_deviation", "a field of 't2m'")]
    [InlineData("t2m", "t2m_climatological", "a field of 't2m'")]
    [InlineData("t2m", "T2M", "another variable")]
    [InlineData("t2m", "t2m", "another variable")]
    public void Two_names_that_are_one_in_some_file_do_not_go_together(string first, string second, string because) =>
        Assert.Contains(because, Refused(first, second));

    [Fact]
    public void Names_that_only_begin_alike_do() => Check("t2m", "t2m_mean_", "t2m_means", "t", "t_2", "mean", "spread");

    [Fact]
    public void The_grid_mapping_is_a_variable_too()
    {
        var error = Assert.Throws<InvalidInputException>(() => VariableNames.Check(Named("crs"), "crs", _ => "in.nc"));
        Assert.Contains("'crs' is the grid mapping", error.Message);
        Assert.Throws<InvalidInputException>(() => VariableNames.Check(Named("t"), "a/b", _ => "in.nc"));
        Assert.Throws<InvalidInputException>(() => VariableNames.Check(Named("t"), "x", _ => "in.nc"));
    }

    [Fact]
    public void The_file_of_the_variable_at_fault_is_named() => Assert.StartsWith("1.nc: 'u_mean'", Assert.Throws<InvalidInputException>(() =>
        VariableNames.Check(Named("u", "u_mean", "v"), null, v => $"{v}.nc")).Message);

    [Fact]
    public void Units_are_forty_printed_letters_at_most()
    {
        foreach (var units in new[] { "K", "1", "°C", "kg m**-2 s**-1", "micromol photons m-2 s-1", new string('K', 40), "" })
        {
            VariableNames.Check([new Variable { Name = "t", Units = units }], null, _ => "in.nc");
        }

        // The last is °C in Latin-1, read as UTF-8.
        foreach (var units in new[] { new string('K', 41), "K\nb", "\u001b[31m", "\uFFFDC" })
        {
            var message = Assert.Throws<InvalidInputException>(() => VariableNames.Check([new Variable { Name = "t", Units = units }], null, _ => "in.nc")).Message;
            Assert.StartsWith("in.nc: the units of 't' are '", message);
            Assert.Contains("'ncatted -a units,t,o,c,K'", message);
            Assert.DoesNotContain(message, char.IsControl);
        }
    }

    private static Variable[] Named(params string[] names) => [.. names.Select(name => new Variable { Name = name, Units = "K" })];

    private static void Check(params string[] names) => VariableNames.Check(Named(names), null, _ => "in.nc");

    private static string Refused(params string[] names) => Assert.Throws<InvalidInputException>(() => Check(names)).Message;
}
