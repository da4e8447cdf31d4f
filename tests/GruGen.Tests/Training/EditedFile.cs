using GruGen.Kernels;

namespace GruGen.Tests.Training;

/// <summary>Files of trainers that somebody has edited, and given the right checksum.</summary>
internal static class EditedFile
{
    public static void Save(Stream stream, IEnumerable<SafetensorsTensor> tensors, IReadOnlyDictionary<string, string> metadata)
    {
        SafetensorsTensor[] all = [.. tensors];
        double[] doubles = [.. all.Where(tensor => tensor.Type == "F64").SelectMany(tensor => System.Runtime.InteropServices.MemoryMarshal.Cast<byte, double>(tensor.Bytes).ToArray())];
        string checksum = FileChecksum.Of(metadata, all.Where(tensor => tensor.Type != "F64").Select(Floats), doubles);
        new SafetensorsFile(all, new Dictionary<string, string>(metadata) { [FileChecksum.Key] = checksum }).Save(stream);
    }

    private static (string Name, AlignedBuffer Buffer, int Offset, int Length) Floats(SafetensorsTensor tensor)
    {
        float[] values = tensor.ToSingles();
        var buffer = new AlignedBuffer(values.Length);
        values.CopyTo(buffer.Span);
        return (tensor.Name, buffer, 0, values.Length);
    }
}
