using System.Text;

namespace GruGen.Tool.Tests;

/// <summary>Pickles that are written here, operation by operation, because PyTorch writes no such.</summary>
public sealed class PickleTests
{
    [Fact]
    public void Dictionaries_that_are_made_of_one_list_many_times_are_refused()
    {
        byte[] pickle =
        [
            0x80, 2, (byte)']', (byte)'(',
            .. Enumerable.Range(0, 1000).SelectMany(i => (byte[])[.. Text($"{i}"), (byte)'N', 0x86]),
            (byte)'e', (byte)'q', 0, (byte)'0',
            .. Enumerable.Range(0, 2000).SelectMany(_ =>
                (byte[])[.. Global("collections", "OrderedDict"), (byte)'h', 0, 0x85, (byte)'R', (byte)'0']),
            (byte)'N', (byte)'.',
        ];
        Assert.Contains("objects", Assert.Throws<InvalidDataException>(() =>
            PickleReader.Read(pickle, "'file'", _ => null, out _)).Message, StringComparison.Ordinal);
    }

    /// <summary>Before PyTorch 1.6 a storage has its type from those that refer to it.</summary>
    [Theory]
    [InlineData("FloatStorage", true)]
    [InlineData("DoubleStorage", false)]
    public void A_storage_has_one_type(string second, bool isRead)
    {
        byte[] file =
        [
            .. Pickle(0x8a, 10, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19), .. Pickle([.. Number(1001)]),
            .. Pickle([(byte)'}', .. Text("little_endian"), 0x88, (byte)'s']),
            .. Pickle([(byte)'}', (byte)'(', .. Text("a"), .. Tensor(second), .. Text("b"), .. Tensor("FloatStorage"), (byte)'u']),
            .. Pickle([(byte)']', .. Text("0"), (byte)'a']),
            .. BitConverter.GetBytes(2L), .. BitConverter.GetBytes(1.5f), .. BitConverter.GetBytes(2.5f),
        ];
        if (isRead)
        {
            Assert.Equal([1.5, 2.5], TorchFile.ReadLegacy(file, "'file'").Tensors[1].Values.ToArray());
        }
        else
        {
            Assert.Contains("F64", Assert.Throws<InvalidDataException>(() => TorchFile.ReadLegacy(file, "'file'")).Message, StringComparison.Ordinal);
        }
    }

    private static byte[] Tensor(string storage) =>
    [
        .. Global("torch._utils", "_rebuild_tensor_v2"), (byte)'(',
        (byte)'(', .. Text("storage"), .. Global("torch", storage), .. Text("0"), .. Text("cpu"), .. Number(2), (byte)'N', (byte)'t', (byte)'Q',
        .. Number(0), .. Number(2), 0x85, .. Number(1), 0x85, 0x89, (byte)'N', (byte)'t', (byte)'R',
    ];

    private static byte[] Pickle(params byte[] operations) => [0x80, 2, .. operations, (byte)'.'];

    private static byte[] Text(string text) => [(byte)'X', .. BitConverter.GetBytes(text.Length), .. Encoding.ASCII.GetBytes(text)];

    private static byte[] Number(int value) => [(byte)'J', .. BitConverter.GetBytes(value)];

    private static byte[] Global(string module, string name) => [(byte)'c', .. Encoding.ASCII.GetBytes($"{module}\n{name}\n")];
}
