namespace VaeDa.Files.Netcdf.Hdf5;

/// <summary>
/// An HDF5 file as netCDF-4 uses it: its variables, in groups, and their attributes. The format is given in the "HDF5 File Format
/// Specification", version 3.0. Whatever a file says of itself is held against its size before it is believed. Not safe from several threads.
/// </summary>
internal sealed class Hdf5File : IDisposable
{
    private const int MostGroups = 1000;
    private const int DeepestGroup = 10;
    private const int MostHops = 16;

    private readonly string _path;
    private readonly Hdf5Bytes _file;
    private readonly List<Hdf5Dataset> _datasets = [];
    private readonly Dictionary<long, string> _names = [];
    private readonly Dictionary<string, long> _addresses = [];
    private readonly Dictionary<string, (string Group, string Name, string Target)> _soft = [];
    private int _groups;

    /// <exception cref="InvalidDataException">It is broken.</exception>
    /// <exception cref="NotSupportedException">It is in a form that is not read.</exception>
    /// <exception cref="InvalidInputException">It has groups without end.</exception>
    public Hdf5File(string path)
    {
        _path = path;
        _file = new Hdf5Bytes(path);
        try
        {
            Heap = new GlobalHeap(_file);
            _file.Allow();
            var root = new ObjectHeader(_file, RootAddress());
            Attributes = Hdf5Attribute.Of(_file, root);
            Collect(root, "", 0);
            foreach (var link in _soft.Keys)
            {
                Follow(link);
            }
        }
        catch
        {
            _file.Dispose();
            throw;
        }
    }

    public IReadOnlyList<Hdf5Dataset> Datasets => _datasets;

    /// <summary>Of the file as a whole.</summary>
    public IReadOnlyList<Hdf5Attribute> Attributes { get; }

    public GlobalHeap Heap { get; }

    /// <summary>The most bytes that one variable should be made room for at once.</summary>
    public long MostMemory => _file.MostMemory;

    /// <summary>For each element of an attribute the name, without group, of the object that it refers to; null if there is none.</summary>
    public string?[] ReferredTo(Hdf5Attribute attribute) => [.. attribute.References(_file, Heap).Select(_names.GetValueOrDefault)];

    public void Dispose() => _file.Dispose();

    private static string Join(string group, string name) => group.Length == 0 ? name : $"{group}/{name}";

    private long RootAddress()
    {
        const int Signature = 8;
        var fields = _file.Fields(_file.AtMost(0, 128));
        fields.Skip(Signature);
        var version = fields.Byte();
        if (version > 3)
        {
            throw new NotSupportedException($"a superblock of version {version}");
        }

        fields.Skip(version < 2 ? 4 : 0);
        (_file.OffsetSize, _file.LengthSize) = (fields.Byte(), fields.Byte());
        if (_file.OffsetSize is not (2 or 4 or 8) || _file.LengthSize is not (2 or 4 or 8))
        {
            throw new InvalidDataException($"addresses of {_file.OffsetSize} and lengths of {_file.LengthSize} bytes");
        }

        fields = _file.Fields(_file.AtMost(version switch { 0 => 24, 1 => 28, _ => 12 }, 128));
        var based = fields.Offset();
        fields.Skip(_file.OffsetSize);
        var end = fields.Offset();
        if (based != 0)
        {
            throw new InvalidDataException("it begins elsewhere than at its beginning");
        }

        if (end > _file.Length)
        {
            throw new InvalidDataException(FormattableString.Invariant($"it was of {end:N0} bytes and has {_file.Length:N0}"));
        }

        if (version >= 2)
        {
            return fields.Offset();
        }

        if (fields.Offset() != Hdf5Bytes.Undefined)
        {
            throw new NotSupportedException("parts in other files");
        }

        fields.Skip(_file.OffsetSize);
        return fields.Offset();
    }

    private void Collect(ObjectHeader header, string path, int depth)
    {
        if (++_groups > MostGroups || depth > DeepestGroup)
        {
            throw new InvalidInputException($"{_path}: more than {MostGroups} groups, or groups more than {DeepestGroup} deep; 'ncks -g GROUP' takes one out");
        }

        foreach (var link in GroupLinks.Of(_file, header))
        {
            var full = Join(path, link.Name);
            if (link.Path is not null ? !_soft.TryAdd(full, (path, link.Name, link.Path)) : !_addresses.TryAdd(full, link.Address))
            {
                throw new InvalidDataException($"two members of a group called '{link.Name}'");
            }

            if (link.Path is null)
            {
                Add(link.Address, path, link.Name, depth);
            }
        }
    }

    private void Add(long address, string group, string name, int depth)
    {
        var header = new ObjectHeader(_file, address);
        if (Hdf5Dataset.IsDataset(header))
        {
            _names.TryAdd(address, name);
            _datasets.Add(new Hdf5Dataset(_file, header, group, name));
        }
        else if (GroupLinks.IsGroup(header))
        {
            Collect(header, Join(group, name), depth + 1);
        }
    }

    /// <summary>A soft link is one more name of a variable. One that leads nowhere stands for nothing; one to a group adds nothing.</summary>
    private void Follow(string path)
    {
        var (group, name, _) = _soft[path];
        for (var hops = 0; _soft.TryGetValue(path, out var link); hops++)
        {
            if (hops == MostHops)
            {
                throw new InvalidDataException($"a soft link '{name}' that leads to itself");
            }

            path = link.Target.StartsWith('/') ? link.Target.Trim('/') : Join(link.Group, link.Target.TrimEnd('/'));
        }

        if (_addresses.TryGetValue(path, out var address))
        {
            var header = new ObjectHeader(_file, address);
            if (Hdf5Dataset.IsDataset(header))
            {
                _datasets.Add(new Hdf5Dataset(_file, header, group, name));
            }
        }
    }
}
