namespace VaeDa.Archives;

/// <param name="Name">File name, without its folder.</param>
/// <param name="Variable">The variable taken from it.</param>
/// <param name="Fields">Fields found in it.</param>
public sealed record SourceFile(string Name, string Variable, int Fields);
