using System;
using System.IO;
using System.Text;
using Microsoft.Build.Framework;
using Microsoft.Build.Utilities;

/// <summary>
/// Lets libLibTorchSharp.so load on Debian 12, Ubuntu 22.04 and RHEL 9, whose libstdc++ lacks GLIBCXX_3.4.32.
/// </summary>
/// <remarks>
/// The only symbol of that version is <c>_ZSt21ios_base_library_initv</c>, which gcc 13's &lt;iostream&gt; names to
/// force the newer library and which nothing calls. Setting VER_FLG_WEAK on the version's entry in
/// <c>.gnu.version_r</c> makes the loader accept a libstdc++ without it. Only the copy in an output folder is
/// changed, two bytes of it, and only where the system's libstdc++ needs the change; a second run changes nothing.
/// </remarks>
public sealed class WeakenGlibcxxNeed : Task
{
    private const uint SectionVersionNeeds = 0x6ffffffe;
    private const ushort WeakFlag = 0x2;
    private const string Version = "GLIBCXX_3.4.32";

    public string Library { get; set; }

    public override bool Execute()
    {
        if (!File.Exists(Library) || SystemHasVersion())
        {
            return true;
        }

        var elf = File.ReadAllBytes(Library);
        if (elf.Length < 64 || elf[0] != 0x7f || elf[1] != 'E' || elf[4] != 2 || elf[5] != 1)
        {
            Log.LogWarning("{0} is not a little-endian 64-bit ELF file; left as it is.", Library);
            return true;
        }

        var sections = BitConverter.ToInt64(elf, 0x28);
        var sectionSize = BitConverter.ToUInt16(elf, 0x3a);
        var sectionCount = BitConverter.ToUInt16(elf, 0x3c);
        for (var s = 0; s < sectionCount; s++)
        {
            var header = (int)sections + s * sectionSize;
            if (BitConverter.ToUInt32(elf, header + 4) != SectionVersionNeeds)
            {
                continue;
            }

            var strings = (int)BitConverter.ToInt64(elf, (int)sections + BitConverter.ToInt32(elf, header + 40) * sectionSize + 24);
            var need = (int)BitConverter.ToInt64(elf, header + 24);
            while (true)
            {
                var entry = need + (int)BitConverter.ToUInt32(elf, need + 8);
                var entries = BitConverter.ToUInt16(elf, need + 2);
                for (var e = 0; e < entries; e++)
                {
                    var flags = BitConverter.ToUInt16(elf, entry + 4);
                    if (NameAt(elf, strings + (int)BitConverter.ToUInt32(elf, entry + 8)) == Version && (flags & WeakFlag) == 0)
                    {
                        BitConverter.GetBytes((ushort)(flags | WeakFlag)).CopyTo(elf, entry + 4);
                        // Aside and renamed: an interrupted build never leaves half a library, and a hard link to
                        // the package cache is broken, not written through.
                        var aside = Library + ".tmp";
                        File.WriteAllBytes(aside, elf);
                        File.Delete(Library);
                        File.Move(aside, Library);
                        Log.LogMessage(MessageImportance.Normal, "{0}: {1} made optional.", Library, Version);
                        return true;
                    }

                    entry += (int)BitConverter.ToUInt32(elf, entry + 12);
                }

                var next = (int)BitConverter.ToUInt32(elf, need + 12);
                if (next == 0)
                {
                    break;
                }

                need += next;
            }
        }

        return true;
    }

    private static string NameAt(byte[] elf, int start)
    {
        return Encoding.ASCII.GetString(elf, start, Array.IndexOf(elf, (byte)0, start) - start);
    }

    private static bool SystemHasVersion()
    {
        var folders = new[] { "/usr/lib/x86_64-linux-gnu", "/usr/lib64", "/lib/x86_64-linux-gnu", "/usr/lib" };
        foreach (var folder in folders)
        {
            var path = Path.Combine(folder, "libstdc++.so.6");
            if (File.Exists(path))
            {
                return Encoding.ASCII.GetString(File.ReadAllBytes(path)).Contains(Version + "\0");
            }
        }

        return false;
    }
}
