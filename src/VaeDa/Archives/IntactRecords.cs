using VaeDa.Files.Netcdf;

namespace VaeDa.Archives;

/// <summary>
/// Compares records of an archive's file with the checksums that the archive lists, each when it is first read: what a field of one day costs does
/// not hang on how many are in the file. It may be used from several threads.
/// </summary>
/// <param name="dataset">The file, which stays open.</param>
/// <param name="listed">Its entry, without a <see cref="ArchiveFile.Fault"/>.</param>
internal sealed class IntactRecords(ClassicNetcdfDataset dataset, ArchiveFile listed)
{
    // Of what stands before the first record, and of the records. Two threads may check the same one: it costs twice, and no more.
    private readonly bool[] _isChecked = new bool[listed.Records + 1];

    /// <exception cref="InvalidInputException">The record, or what stands before the first, is not as it was written.</exception>
    public void Require(int record)
    {
        Check(-1);
        if (listed.Records > 0)
        {
            Check(record);
        }
    }

    private void Check(int record)
    {
        if (Volatile.Read(ref _isChecked[record + 1]))
        {
            return;
        }

        if (!listed.IsIntact(dataset, record))
        {
            throw new InvalidInputException(
                $"{dataset.Path}: damaged, or changed since it was written: {(record < 0 ? "its beginning" : $"record {record}")} has not the checksum that {ArchiveDescription.FileName} lists; copy it anew, or prepare the archive again");
        }

        Volatile.Write(ref _isChecked[record + 1], true);
    }
}
