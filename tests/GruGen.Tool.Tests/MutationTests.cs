namespace GruGen.Tool.Tests;

/// <summary>A thousand damages of a file of each format: whatever is read or refused, nothing else happens.</summary>
public sealed class MutationTests
{
    private const int Count = 1000;
    private const long MostMemory = 200_000_000;

    public static TheoryData<string> Files =>
    [
        "torch/checkpoint.pt", "torch/protocol4.pt", "torch/whole_module.pt", "torch/legacy.pth", "torch/state_dict.safetensors",
        "npz/plain.npz", "npz/compressed.npz", "keras/keras2_gru_dense.h5", "keras/keras2_libver_latest.h5", "keras/keras2_gru_dense_gzip.h5",
        "keras/keras3_deflate_gzip.keras", "bad/control.keras", "rtneural/small.json",
    ];

    [Theory]
    [MemberData(nameof(Files))]
    public void A_damaged_file_is_read_or_refused(string name)
    {
        byte[] good = File.ReadAllBytes(Path.Combine(Cases.Folder, name));
        string folder = Cases.NewFolder(), path = Path.Combine(folder, Path.GetFileName(name));
        int refused = 0;
        for (int seed = 0; seed < Count; seed++)
        {
            File.WriteAllBytes(path, Damaged(good, seed));
            long before = GC.GetAllocatedBytesForCurrentThread();
            try
            {
                WeightFile file = WeightFiles.Open(path);
                foreach (StoredTensor tensor in file.Tensors)
                {
                    Assert.Equal(tensor.Length, tensor.Values.Length);
                }

                _ = file.Import(new ImportOptions());
            }
            catch (Exception exception) when (exception is InvalidDataException or NotSupportedException)
            {
                refused++;
            }

            Assert.InRange(GC.GetAllocatedBytesForCurrentThread() - before, 0, MostMemory);
        }

        Directory.Delete(folder, recursive: true);
        Assert.InRange(refused, Count / 10, Count);
        Assert.False(File.Exists("GRUGEN_PICKLE_RAN"));
    }

    /// <summary>Bits are turned, bytes set to their extremes, parts cut out, repeated or exchanged, the end is missing.</summary>
    private static byte[] Damaged(byte[] good, int seed)
    {
        var random = new Random(seed);
        List<byte> bytes = [.. good];
        for (int changes = random.Next(1, 4); changes > 0 && bytes.Count > 1; changes--)
        {
            int place = random.Next(bytes.Count), length = Math.Min(random.Next(1, 16), bytes.Count - place);
            switch (random.Next(7))
            {
                case 0 or 1:
                    bytes[place] ^= (byte)(1 << random.Next(8));
                    break;
                case 2:
                    bytes[place] = (byte)(random.Next(2) * 255);
                    break;
                case 3:
                    bytes.RemoveRange(place, length);
                    break;
                case 4:
                    bytes.InsertRange(place, bytes.GetRange(random.Next(bytes.Count - length + 1), length));
                    break;
                case 5:
                    bytes.RemoveRange(place, bytes.Count - place);
                    break;
                default:
                    byte[] other = [.. bytes.GetRange(random.Next(bytes.Count - length + 1), length)];
                    for (int i = 0; i < length; i++)
                    {
                        bytes[place + i] = other[i];
                    }

                    break;
            }
        }

        return [.. bytes];
    }
}
