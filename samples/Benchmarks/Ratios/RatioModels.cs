namespace GruGen.Benchmarks.Ratios;

/// <summary>As the layer of a speech denoiser that finds the noise.</summary>
[GruModel(inputSize: 90)]
[Gru(48, ResetAfter = false, Activation = Activation.Relu)]
internal sealed partial class SilentRelu;

[GruModel(inputSize: 32)]
[Gru(32)]
internal sealed partial class SilentTanh;

[GruModel(inputSize: 1)]
[Gru(8, Output = SequenceOutput.EveryStep)]
[Dense(1)]
internal sealed partial class EveryStep8;

[GruModel(inputSize: 16)]
[Gru(16, Output = SequenceOutput.EveryStep)]
internal sealed partial class EveryStep16;

[GruModel(inputSize: 64)]
[Conv1D(64, 5)]
internal sealed partial class Conv64x64;

[GruModel(inputSize: 32)]
[Conv1D(32, 3)]
internal sealed partial class Conv32x32;

/// <summary>A Dense layer: a convolution of single steps.</summary>
[GruModel(inputSize: 96)]
[Conv1D(32, 1)]
internal sealed partial class Conv96x32;

/// <summary>A model that is little but the vectors of four million tokens.</summary>
[GruModel]
[Embedding(4_000_000, 32)]
[Gru(8)]
[Dense(1, Activation.Sigmoid)]
internal sealed partial class LargeModel;
