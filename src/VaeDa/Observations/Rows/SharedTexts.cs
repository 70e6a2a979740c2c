namespace VaeDa.Observations.Rows;

/// <summary>Equal texts that come again and again, such as names of variables, as one object. It keeps the last of them and not all, so that a million different ones cost nothing.</summary>
internal sealed class SharedTexts
{
    private const int Kept = 1 << 14;

    private readonly string?[] _kept = new string?[Kept];

    public string? Of(string? text)
    {
        if (text is null)
        {
            return null;
        }

        ref var kept = ref _kept[text.GetHashCode() & (Kept - 1)];
        return kept == text ? kept : kept = text;
    }
}
