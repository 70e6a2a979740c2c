namespace VaeDa.Observations.OnDisk;

/// <summary>Texts that many rows share, such as the names of stations: each once, with a number.</summary>
internal sealed class StoredTexts
{
    private const int None = -1;

    private readonly Dictionary<string, int> _numbers = [];
    private readonly List<string> _texts = [];

    public string? this[int number] => number == None ? null : _texts[number];

    public int NumberOf(string? text)
    {
        if (text is null)
        {
            return None;
        }

        if (!_numbers.TryGetValue(text, out var number))
        {
            _numbers[text] = number = _texts.Count;
            _texts.Add(text);
        }

        return number;
    }
}
