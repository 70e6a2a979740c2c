namespace VaeDa.Files;

/// <summary>
/// Passes CSV on, and refuses what would swallow rows without a word: a quote that is never closed, and one that is opened within a cell
/// (such as inches) and not closed on its line.
/// </summary>
/// <param name="text">The CSV; not disposed here.</param>
/// <param name="path">What the file is called in messages.</param>
/// <param name="above">The lines above what is passed on.</param>
/// <param name="separator">Between cells.</param>
internal sealed class QuoteWatch(TextReader text, string path, int above, char separator) : TextReader
{
    private int _line = above + 1;
    private int _opened; // on which line; 0 while none is open
    private bool _isWithin; // whether it stands within a cell
    private char _before = '\n';

    public override int Read(char[] buffer, int index, int count) => Read(buffer.AsSpan(index, count));

    /// <exception cref="InvalidInputException">A quote is not closed.</exception>
    public override int Read(Span<char> buffer)
    {
        var count = text.Read(buffer);
        Watch(buffer[..count]);
        return count > 0 || _opened == 0 || buffer.Length == 0 ? count
            : throw new InvalidInputException($"{path}:{_opened}: a quote is opened here and closed nowhere");
    }

    private void Watch(ReadOnlySpan<char> read)
    {
        for (var place = 0; place < read.Length;)
        {
            var next = read[place..].IndexOfAny('"', '\n');
            if (next < 0)
            {
                break;
            }

            var at = place + next;
            if (read[at] == '\n')
            {
                if (_opened > 0 && _isWithin)
                {
                    throw new InvalidInputException($"{path}:{_opened}: a quote stands within a cell and is not closed on the line; a cell with quotes in it is quoted as a whole, and they are doubled");
                }

                _line++;
            }
            else if (_opened > 0)
            {
                _opened = 0;
            }
            else
            {
                var before = at > 0 ? read[at - 1] : _before;
                (_opened, _isWithin) = (_line, before != separator && before != '"' && !char.IsWhiteSpace(before));
            }

            place = at + 1;
        }

        _before = read.Length > 0 ? read[^1] : _before;
    }
}
