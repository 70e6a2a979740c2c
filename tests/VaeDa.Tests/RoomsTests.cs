using ArchUnitNET.Domain;
using ArchUnitNET.Loader;
using VaeDa.Fields.Grids;

namespace VaeDa.Tests;

/// <summary>The order of rooms in src/VaeDa/README.md, held against the compiled code.</summary>
public sealed class RoomsTests
{
    private static readonly Architecture Core = new ArchLoader().LoadAssemblies(typeof(Grid).Assembly).Build();
    private static readonly string[] Rooms = ["VaeDa", .. File.ReadLines(Path.Combine(SharedData.RepositoryRoot, "src/VaeDa/README.md"))
        .Where(line => line.StartsWith("| `", StringComparison.Ordinal)).Select(line => $"VaeDa.{line.Split('`')[1].Replace('/', '.')}")];

    [Fact]
    public void Every_room_is_listed_and_every_listed_room_is_there() =>
        Assert.Equal(Rooms.Order(StringComparer.Ordinal), Types().Select(type => type.Namespace.FullName).Distinct().Order(StringComparer.Ordinal));

    [Fact]
    public void A_room_uses_only_rooms_above_it() => Assert.Equal([], Backwards(Rooms));

    [Fact]
    public void An_import_that_runs_back_is_found()
    {
        string[] turned = [.. Rooms.Where(room => room != "VaeDa.Files"), "VaeDa.Files"];
        Assert.Contains(Backwards(turned), import => import.StartsWith("VaeDa.Files.Netcdf.", StringComparison.Ordinal) || import.StartsWith("VaeDa.Archives.", StringComparison.Ordinal));
    }

    [Fact]
    public void A_room_has_no_more_files_than_a_reader_can_take_in()
    {
        var folders = Directory.EnumerateFiles(Path.Combine(SharedData.RepositoryRoot, "src/VaeDa"), "*.cs", SearchOption.AllDirectories)
            .Where(file => !file.Contains("/obj/", StringComparison.Ordinal) && !file.Contains("/bin/", StringComparison.Ordinal))
            .GroupBy(file => Path.GetDirectoryName(file)!);
        Assert.All(folders, folder => Assert.InRange(folder.Count(), 1, 20));
    }

    private static IEnumerable<string> Backwards(string[] rooms) =>
        from type in Types()
        from target in type.Dependencies.Select(dependency => dependency.Target).Distinct()
        // A type parameter bears the name of the method that it was first read in, which may be another room's.
        where target is not GenericParameter && !target.FullName.Contains("::", StringComparison.Ordinal)
        let own = Array.IndexOf(rooms, type.Namespace.FullName)
        let other = Array.IndexOf(rooms, target.Namespace?.FullName ?? string.Empty)
        where other > own
        select $"{type.FullName} uses {target.FullName}";

    private static IEnumerable<IType> Types() => Core.Types.Where(type => type.Namespace.FullName == "VaeDa" || type.Namespace.FullName.StartsWith("VaeDa.", StringComparison.Ordinal));
}
