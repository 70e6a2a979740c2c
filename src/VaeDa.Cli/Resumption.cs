namespace VaeDa.Cli;

/// <summary>Whether a training goes on from a checkpoint.</summary>
internal static class Resumption
{
    /// <param name="asked">For going on; one command then serves a queue that starts it again and again.</param>
    /// <param name="checkpoint">Where it would be.</param>
    /// <returns>Whether it is there; where it is asked for and is not, stderr says that the training starts.</returns>
    public static bool IsFrom(string checkpoint, bool asked)
    {
        if (asked && !File.Exists(checkpoint))
        {
            Console.Error.WriteLine($"there is no checkpoint {checkpoint} yet: the training starts");
            return false;
        }

        return asked;
    }
}
