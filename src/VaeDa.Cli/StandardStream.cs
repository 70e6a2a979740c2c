using System.Text;

namespace VaeDa.Cli;

/// <summary>
/// stdout or stderr, whatever has become of it. Where it is closed, what is written is lost and the work goes on, as it is where a reader has gone. Where it
/// cannot be written otherwise, its disk being full, messages are lost, and results are an error.
/// </summary>
/// <param name="stream">As .NET has it.</param>
/// <param name="name">In words, where that is an error; null where it is none.</param>
internal sealed class StandardStream(TextWriter stream, string? name) : TextWriter
{
    public override Encoding Encoding => stream.Encoding;

    public override void Write(char value) => Try(() => stream.Write(value));

    public override void Write(string? value) => Try(() => stream.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => stream.Write(buffer, index, count));

    public override void WriteLine(string? value) => Try(() => stream.WriteLine(value));

    public override void Flush() => Try(stream.Flush);

    private void Try(Action write)
    {
        try
        {
            write();
        }
        catch (UnauthorizedAccessException)
        {
            // What .NET makes of a closed descriptor.
        }
        catch (IOException e)
        {
            if (name is not null)
            {
                throw new IOException($"{name}: {e.Message.TrimEnd('.')}", e);
            }
        }
    }
}
