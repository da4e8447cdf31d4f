using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;

namespace GruGen.Tool;

/// <summary>Writes parameters as <c>numpy.savez</c> does: a zip archive with an array for each tensor.</summary>
internal static class NpzWriter
{
    private const int Alignment = 64;

    /// <summary>Writes a file.</summary>
    public static void Write(string path, ModelSchema schema, ParameterSet parameters) =>
        AtomicFile.Write(path, stream => Write(stream, schema, parameters));

    private static void Write(Stream file, ModelSchema schema, ParameterSet parameters)
    {
        using var archive = new ZipArchive(file, ZipArchiveMode.Create, leaveOpen: true);
        foreach (TensorSchema tensor in schema.Tensors)
        {
            ZipArchiveEntry entry = archive.CreateEntry(tensor.Name + NpyArray.Extension, CompressionLevel.NoCompression);
            entry.LastWriteTime = new DateTimeOffset(1980, 1, 1, 0, 0, 0, TimeSpan.Zero); // the same weights are the same bytes
            using Stream stream = entry.Open();
            stream.Write(Header(tensor));
            byte[] bytes = new byte[4];
            foreach (float value in parameters[tensor.Name])
            {
                BinaryPrimitives.WriteSingleLittleEndian(bytes, value);
                stream.Write(bytes);
            }
        }
    }

    private static byte[] Header(TensorSchema tensor)
    {
        string shape = tensor.Shape.Length == 1 ? $"{tensor.Shape[0]}," : string.Join(", ", tensor.Shape);
        string text = $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({shape}), }}";
        int length = Alignment - 10;
        while (length < text.Length + 1)
        {
            length += Alignment;
        }

        byte[] header = new byte[10 + length];
        ((ReadOnlySpan<byte>)[0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0]).CopyTo(header);
        BinaryPrimitives.WriteUInt16LittleEndian(header.AsSpan(8), (ushort)length);
        Encoding.ASCII.GetBytes(text.PadRight(length - 1) + "\n").CopyTo(header, 10);
        return header;
    }
}
