using System.Buffers.Binary;
using System.Numerics;
using System.Runtime.InteropServices;
using System.Security.Cryptography;

namespace VaeDa.Runtime;

/// <summary>
/// The hash SHA-256 of bytes that come one after another (FIPS 180-4): .NET's, or, on a Linux without OpenSSL, own code. There .NET ends the
/// process that asks for a hash, and a bare system has no OpenSSL.
/// </summary>
public sealed class Sha256 : IDisposable
{
    private const int Block = 64;

    private static readonly bool IsInSystem = !OperatingSystem.IsLinux() || NativeLibrary.TryLoad("libssl.so.3", out _) || NativeLibrary.TryLoad("libssl.so.1.1", out _);

    // The first 32 bits of the fractional parts of the cube roots of the first 64 primes, and of the square roots of the first 8.
    private static readonly uint[] Constants = [.. Primes(64).Select(p => Fraction(Math.Cbrt(p), p, 3))];
    private static readonly uint[] Start = [.. Primes(8).Select(p => Fraction(Math.Sqrt(p), p, 2))];

    private readonly IncrementalHash? _system;
    private readonly uint[] _state = [.. Start];
    private readonly byte[] _rest = new byte[Block];
    private long _length;

    /// <summary>Of nothing yet.</summary>
    public Sha256()
        : this(!IsInSystem)
    {
    }

    /// <param name="isOwn">Whether to use own code, whatever the system has.</param>
    internal Sha256(bool isOwn) => _system = isOwn ? null : IncrementalHash.CreateHash(HashAlgorithmName.SHA256);

    /// <summary>Of bytes that are all there.</summary>
    /// <param name="bytes">The bytes.</param>
    /// <returns>64 hexadecimal digits.</returns>
    public static string Of(ReadOnlySpan<byte> bytes)
    {
        using var hash = new Sha256();
        hash.Append(bytes);
        return hash.ToHex();
    }

    /// <summary>Of all that a stream has left.</summary>
    /// <param name="stream">Read to its end; not closed.</param>
    /// <returns>64 hexadecimal digits.</returns>
    public static string Of(Stream stream)
    {
        ArgumentNullException.ThrowIfNull(stream);
        using var hash = new Sha256();
        var part = new byte[1 << 20];
        for (int count; (count = stream.Read(part)) > 0;)
        {
            hash.Append(part.AsSpan(0, count));
        }

        return hash.ToHex();
    }

    /// <summary>Goes on.</summary>
    /// <param name="bytes">What comes next.</param>
    public void Append(ReadOnlySpan<byte> bytes)
    {
        if (_system is not null)
        {
            _system.AppendData(bytes);
            return;
        }

        while (bytes.Length > 0)
        {
            var at = (int)(_length % Block);
            var count = Math.Min(Block - at, bytes.Length);
            bytes[..count].CopyTo(_rest.AsSpan(at));
            _length += count;
            bytes = bytes[count..];
            if (_length % Block == 0)
            {
                Compress();
            }
        }
    }

    /// <summary>The hash of all that was appended; nothing may be appended after it.</summary>
    /// <returns>32 bytes.</returns>
    public byte[] ToBytes()
    {
        if (_system is not null)
        {
            return _system.GetHashAndReset();
        }

        var bits = 8 * _length;
        Append([0x80]);
        while (_length % Block != Block - sizeof(long))
        {
            Append([0]);
        }

        var end = new byte[sizeof(long)];
        BinaryPrimitives.WriteInt64BigEndian(end, bits);
        Append(end);
        var hash = new byte[_state.Length * sizeof(uint)];
        for (var i = 0; i < _state.Length; i++)
        {
            BinaryPrimitives.WriteUInt32BigEndian(hash.AsSpan(i * sizeof(uint)), _state[i]);
        }

        return hash;
    }

    /// <summary>The same as 64 hexadecimal digits.</summary>
    /// <returns>The digits, in lower case.</returns>
    public string ToHex() => Convert.ToHexStringLower(ToBytes());

    /// <inheritdoc/>
    public void Dispose() => _system?.Dispose();

    private void Compress()
    {
        Span<uint> w = stackalloc uint[Block];
        for (var t = 0; t < 16; t++)
        {
            w[t] = BinaryPrimitives.ReadUInt32BigEndian(_rest.AsSpan(t * sizeof(uint)));
        }

        for (var t = 16; t < Block; t++)
        {
            w[t] = Mixed(w[t - 2], 17, 19, 10) + w[t - 7] + Mixed(w[t - 15], 7, 18, 3) + w[t - 16];
        }

        var (a, b, c, d, e, f, g, h) = (_state[0], _state[1], _state[2], _state[3], _state[4], _state[5], _state[6], _state[7]);
        for (var t = 0; t < Block; t++)
        {
            var first = h + Turned(e, 6, 11, 25) + ((e & f) ^ (~e & g)) + Constants[t] + w[t];
            var second = Turned(a, 2, 13, 22) + ((a & b) ^ (a & c) ^ (b & c));
            (h, g, f, e, d, c, b, a) = (g, f, e, d + first, c, b, a, first + second);
        }

        uint[] added = [a, b, c, d, e, f, g, h];
        for (var i = 0; i < added.Length; i++)
        {
            _state[i] += added[i];
        }
    }

    private static uint Turned(uint x, int i, int j, int k) => BitOperations.RotateRight(x, i) ^ BitOperations.RotateRight(x, j) ^ BitOperations.RotateRight(x, k);

    private static uint Mixed(uint x, int i, int j, int shift) => BitOperations.RotateRight(x, i) ^ BitOperations.RotateRight(x, j) ^ (x >> shift);

    private static IEnumerable<int> Primes(int count) => Enumerable.Range(2, 400).Where(n => Enumerable.Range(2, (int)Math.Sqrt(n) - 1).All(m => n % m != 0)).Take(count);

    // Exact: 2³² times the root, as the largest integer whose power is not above 2^(32·degree) times the prime.
    private static uint Fraction(double root, int prime, int degree)
    {
        var scaled = new BigInteger(root * (1L << 32)) + 4;
        while (BigInteger.Pow(scaled, degree) > (BigInteger)prime << (32 * degree))
        {
            scaled -= 1;
        }

        return (uint)(scaled & uint.MaxValue);
    }
}
