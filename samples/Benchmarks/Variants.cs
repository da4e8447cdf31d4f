namespace GruGen.Benchmarks;

/// <summary>The layers of <see cref="Models"/> in their variants.</summary>
internal static class Variants
{
    /// <summary>The model of these sizes that resets before the product.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No model of these sizes is declared below.</exception>
    public static SequenceModel<float> ResetBefore(int inputSize, int hiddenSize) => (inputSize, hiddenSize) switch
    {
        (8, 16) => new Before8x16(),
        (16, 16) => new Before16x16(),
        (32, 32) => new Before32x32(),
        (64, 64) => new Before64x64(),
        (128, 128) => new Before128x128(),
        (256, 256) => new Before256x256(),
        _ => throw Missing(inputSize, hiddenSize),
    };

    /// <summary>A stream of it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No model of these sizes is declared below.</exception>
    public static SequenceStream<float> OpenStream(int inputSize, int hiddenSize) => (inputSize, hiddenSize) switch
    {
        (8, 16) => new Before8x16().OpenStream(),
        (16, 16) => new Before16x16().OpenStream(),
        (32, 32) => new Before32x32().OpenStream(),
        (64, 64) => new Before64x64().OpenStream(),
        (128, 128) => new Before128x128().OpenStream(),
        (256, 256) => new Before256x256().OpenStream(),
        _ => throw Missing(inputSize, hiddenSize),
    };

    /// <summary>The bidirectional model of these sizes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No model of these sizes is declared below.</exception>
    public static SequenceModel<float> Bidirectional(int inputSize, int hiddenSize) => (inputSize, hiddenSize) switch
    {
        (16, 16) => new Both16x16(),
        (32, 32) => new Both32x32(),
        (64, 64) => new Both64x64(),
        (128, 128) => new Both128x128(),
        _ => throw Missing(inputSize, hiddenSize),
    };

    /// <summary>A stream of the model of these sizes whose weights are bfloat16.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No model of these sizes is declared below.</exception>
    public static SequenceStream<float> OpenBFloat16(int inputSize, int hiddenSize) => (inputSize, hiddenSize) switch
    {
        (32, 32) => new Half32x32().OpenStream(),
        (64, 64) => new Half64x64().OpenStream(),
        (128, 128) => new Half128x128().OpenStream(),
        (256, 256) => new Half256x256().OpenStream(),
        _ => throw Missing(inputSize, hiddenSize),
    };

    /// <summary>The model of these sizes that reads tokens, a hundred of them.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No model of these sizes is declared below.</exception>
    public static SequenceModel<int> Tokens(int inputSize, int hiddenSize) => (inputSize, hiddenSize) switch
    {
        (32, 32) => new Tokens32x32(),
        (64, 64) => new Tokens64x64(),
        _ => throw Missing(inputSize, hiddenSize),
    };

    /// <summary>A stream of it.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No model of these sizes is declared below.</exception>
    public static SequenceStream<int> OpenTokens(int inputSize, int hiddenSize) => (inputSize, hiddenSize) switch
    {
        (32, 32) => new Tokens32x32().OpenStream(),
        (64, 64) => new Tokens64x64().OpenStream(),
        _ => throw Missing(inputSize, hiddenSize),
    };

    private static ArgumentOutOfRangeException Missing(int inputSize, int hiddenSize) =>
        new(nameof(hiddenSize), hiddenSize, $"There is no variant of the sizes {inputSize} and {hiddenSize}.");
}

[GruModel(inputSize: 8)]
[Gru(16, ResetAfter = false)]
internal sealed partial class Before8x16;

[GruModel(inputSize: 16)]
[Gru(16, ResetAfter = false)]
internal sealed partial class Before16x16;

[GruModel(inputSize: 32)]
[Gru(32, ResetAfter = false)]
internal sealed partial class Before32x32;

[GruModel(inputSize: 64)]
[Gru(64, ResetAfter = false)]
internal sealed partial class Before64x64;

[GruModel(inputSize: 128)]
[Gru(128, ResetAfter = false)]
internal sealed partial class Before128x128;

[GruModel(inputSize: 256)]
[Gru(256, ResetAfter = false)]
internal sealed partial class Before256x256;

[GruModel(inputSize: 16)]
[Gru(16, Bidirectional = true)]
internal sealed partial class Both16x16;

[GruModel(inputSize: 32)]
[Gru(32, Bidirectional = true)]
internal sealed partial class Both32x32;

[GruModel(inputSize: 64)]
[Gru(64, Bidirectional = true)]
internal sealed partial class Both64x64;

[GruModel(inputSize: 128)]
[Gru(128, Bidirectional = true)]
internal sealed partial class Both128x128;

[GruModel(inputSize: 32, WeightFormat = WeightFormat.BFloat16)]
[Gru(32)]
internal sealed partial class Half32x32;

[GruModel(inputSize: 64, WeightFormat = WeightFormat.BFloat16)]
[Gru(64)]
internal sealed partial class Half64x64;

[GruModel(inputSize: 128, WeightFormat = WeightFormat.BFloat16)]
[Gru(128)]
internal sealed partial class Half128x128;

[GruModel(inputSize: 256, WeightFormat = WeightFormat.BFloat16)]
[Gru(256)]
internal sealed partial class Half256x256;

[GruModel]
[Embedding(100, 32)]
[Gru(32)]
internal sealed partial class Tokens32x32;

[GruModel]
[Embedding(100, 64)]
[Gru(64)]
internal sealed partial class Tokens64x64;
