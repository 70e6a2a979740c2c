namespace VaeDa.Observations.Rows;

/// <summary>Why one row of a table cannot be read. It stays within the reading of tables: users see <see cref="Error"/>, or the row's flag.</summary>
/// <param name="place">The row's file and line.</param>
/// <param name="problem">What is wrong with it.</param>
internal sealed class RowFault(string place, string problem) : Exception($"{place}: {problem}")
{
    /// <summary>What is wrong, without the place.</summary>
    public string Problem { get; } = problem;

    /// <summary>The same as an error that ends the reading.</summary>
    public InvalidInputException Error => new(Message, this);
}
