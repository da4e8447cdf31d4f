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

/// <summary>A model that is little but the vectors of four million tokens.</summary>
[GruModel]
[Embedding(4_000_000, 32)]
[Gru(8)]
[Dense(1, Activation.Sigmoid)]
internal sealed partial class LargeModel;
