namespace GruGen.Benchmarks;

/// <summary>One recurrent layer for every size that is measured: the layer alone, with its last state as the output.</summary>
internal static class Models
{
    /// <summary>The emitted model of these sizes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No model of these sizes is declared below.</exception>
    public static SequenceModel<float> Create(int inputSize, int hiddenSize) => (inputSize, hiddenSize) switch
    {
        (1, 8) => new Gru1x8(),
        (1, 16) => new Gru1x16(),
        (1, 32) => new Gru1x32(),
        (8, 16) => new Gru8x16(),
        (16, 16) => new Gru16x16(),
        (16, 32) => new Gru16x32(),
        (32, 32) => new Gru32x32(),
        (32, 64) => new Gru32x64(),
        (64, 64) => new Gru64x64(),
        (64, 128) => new Gru64x128(),
        (128, 128) => new Gru128x128(),
        (128, 256) => new Gru128x256(),
        (256, 256) => new Gru256x256(),
        (256, 512) => new Gru256x512(),
        _ => throw Missing(inputSize, hiddenSize),
    };

    /// <summary>A stream of the emitted model of these sizes.</summary>
    /// <exception cref="ArgumentOutOfRangeException">No model of these sizes is streamed.</exception>
    public static SequenceStream<float> OpenStream(int inputSize, int hiddenSize) => (inputSize, hiddenSize) switch
    {
        (1, 8) => new Gru1x8().OpenStream(),
        (1, 16) => new Gru1x16().OpenStream(),
        (1, 32) => new Gru1x32().OpenStream(),
        (8, 16) => new Gru8x16().OpenStream(),
        (16, 32) => new Gru16x32().OpenStream(),
        (32, 32) => new Gru32x32().OpenStream(),
        (32, 64) => new Gru32x64().OpenStream(),
        (64, 64) => new Gru64x64().OpenStream(),
        (64, 128) => new Gru64x128().OpenStream(),
        (128, 128) => new Gru128x128().OpenStream(),
        (128, 256) => new Gru128x256().OpenStream(),
        (256, 256) => new Gru256x256().OpenStream(),
        _ => throw Missing(inputSize, hiddenSize),
    };

    private static ArgumentOutOfRangeException Missing(int inputSize, int hiddenSize) =>
        new(nameof(hiddenSize), hiddenSize, $"There is no model of the sizes {inputSize} and {hiddenSize}.");
}

[GruModel(inputSize: 1)]
[Gru(8)]
internal sealed partial class Gru1x8;

[GruModel(inputSize: 1)]
[Gru(16)]
internal sealed partial class Gru1x16;

[GruModel(inputSize: 1)]
[Gru(32)]
internal sealed partial class Gru1x32;

[GruModel(inputSize: 8)]
[Gru(16)]
internal sealed partial class Gru8x16;

[GruModel(inputSize: 16)]
[Gru(16)]
internal sealed partial class Gru16x16;

[GruModel(inputSize: 16)]
[Gru(32)]
internal sealed partial class Gru16x32;

[GruModel(inputSize: 32)]
[Gru(32)]
internal sealed partial class Gru32x32;

[GruModel(inputSize: 32)]
[Gru(64)]
internal sealed partial class Gru32x64;

[GruModel(inputSize: 64)]
[Gru(64)]
internal sealed partial class Gru64x64;

[GruModel(inputSize: 64)]
[Gru(128)]
internal sealed partial class Gru64x128;

[GruModel(inputSize: 128)]
[Gru(128)]
internal sealed partial class Gru128x128;

[GruModel(inputSize: 128)]
[Gru(256)]
internal sealed partial class Gru128x256;

[GruModel(inputSize: 256)]
[Gru(256)]
internal sealed partial class Gru256x256;

[GruModel(inputSize: 256)]
[Gru(512)]
internal sealed partial class Gru256x512;

/// <summary>The text classifier among the training rows.</summary>
[GruModel]
[Embedding(10_000, 32)]
[Gru(32)]
[Dense(1, Activation.Sigmoid)]
internal sealed partial class TextClassifier;
