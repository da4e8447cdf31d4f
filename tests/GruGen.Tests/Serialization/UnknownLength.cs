namespace GruGen.Tests.Serialization;

/// <summary>A stream that, like a network's, does not know its length, and gives a few bytes at a time.</summary>
internal sealed class UnknownLength(byte[] bytes) : MemoryStream(bytes)
{
    public override bool CanSeek => false;

    public override int Read(Span<byte> buffer) => base.Read(buffer[..Math.Min(buffer.Length, 3)]);
}
