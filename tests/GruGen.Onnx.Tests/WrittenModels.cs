namespace GruGen.Onnx.Tests;

/// <summary>Models of every layer and option that is written.</summary>
internal static class WrittenModels
{
    /// <summary>A model with parameters drawn from a seed.</summary>
    public static ModelRun Drawn(string name, int seed)
    {
        ModelRun model = All[name](seed);
        model.Draw(seed); // what starts as ones or zeros too
        return model;
    }

    /// <summary>All by their names.</summary>
    public static IReadOnlyDictionary<string, Func<int, ModelRun>> All { get; } = new Dictionary<string, Func<int, ModelRun>>
    {
        [nameof(Plain)] = seed => ModelRun.Of(new Plain(seed)),
        [nameof(StackEvery)] = seed => ModelRun.Of(new StackEvery(seed)),
        [nameof(BiFinal)] = seed => ModelRun.Of(new BiFinal(seed)),
        [nameof(StackBidirectionalEvery)] = seed => ModelRun.Of(new StackBidirectionalEvery(seed)),
        [nameof(BiEverySoftmax)] = seed => ModelRun.Of(new BiEverySoftmax(seed)),
        [nameof(TorchStackedBidirectional)] = seed => ModelRun.Of(new TorchStackedBidirectional(seed)),
        [nameof(TorchSentiment)] = seed => ModelRun.Of(new TorchSentiment(seed)),
        [nameof(TorchLanguageModel)] = seed => ModelRun.Of(new TorchLanguageModel(seed)),
        [nameof(ConvGru)] = seed => ModelRun.Of(new ConvGru(seed)),
        [nameof(DilatedConv)] = seed => ModelRun.Of(new DilatedConv(seed)),
        [nameof(NoBias)] = seed => ModelRun.Of(new NoBias(seed)),
        [nameof(ResetBefore)] = seed => ModelRun.Of(new ResetBefore(seed)),
        [nameof(ResidualGru)] = seed => ModelRun.Of(new ResidualGru(seed)),
        [nameof(BidirectionalActivations)] = seed => ModelRun.Of(new BidirectionalActivations(seed)),
        [nameof(ReverseClip)] = seed => ModelRun.Of(new ReverseClip(seed)),
        [nameof(LearnedStates)] = seed => ModelRun.Of(new LearnedStates(seed)),
        [nameof(Masked)] = seed => ModelRun.Of(new Masked(seed)),
        [nameof(EveryReplaced)] = seed => ModelRun.Of(new EveryReplaced(seed)),
        [nameof(MergedBySum)] = seed => ModelRun.Of(new MergedBySum(seed)),
        [nameof(MergedByProduct)] = seed => ModelRun.Of(new MergedByProduct(seed)),
        [nameof(MergedByMean)] = seed => ModelRun.Of(new MergedByMean(seed)),
        [nameof(OtherFunctions)] = seed => ModelRun.Of(new OtherFunctions(seed)),
        [nameof(LinearFunctions)] = seed => ModelRun.Of(new LinearFunctions(seed)),
        [nameof(LearnedBidirectional)] = seed => ModelRun.Of(new LearnedBidirectional(seed)),
        [nameof(AllActivations)] = seed => ModelRun.Of(new AllActivations(seed)),
        [nameof(Convolutions)] = seed => ModelRun.Of(new Convolutions(seed)),
        [nameof(MaskedFeatures)] = seed => ModelRun.Of(new MaskedFeatures(seed)),
        [nameof(MaskedEvery)] = seed => ModelRun.Of(new MaskedEvery(seed)),
        [nameof(Rnnoise)] = seed => ModelRun.Of(new Rnnoise(seed)),
        [nameof(TwoHeads)] = seed => ModelRun.Of(new TwoHeads(seed)),
        [nameof(Amplifier)] = seed => ModelRun.Of(new Amplifier(seed)),
        [nameof(Paths)] = seed => ModelRun.Of(new Paths(seed)),
        [nameof(Vectors)] = seed => ModelRun.Of(new Vectors(seed)),
        [nameof(Ensemble)] = seed => ModelRun.Of(new Ensemble(seed)),
        [nameof(StridedConv)] = seed => ModelRun.Of(new StridedConv(seed)),
        [nameof(WindowsOfSteps)] = seed => ModelRun.Of(new WindowsOfSteps(seed)),
        [nameof(MaxOfSteps)] = seed => ModelRun.Of(new MaxOfSteps(seed)),
        [nameof(MeanOfSteps)] = seed => ModelRun.Of(new MeanOfSteps(seed)),
    };
}

[GruModel(inputSize: 5), Gru(6, Bidirectional = true, Merge = Merge.Sum), Gru(4, Bidirectional = true, Merge = Merge.Sum), Dense(2)]
internal sealed partial class MergedBySum;

[GruModel(inputSize: 5), Gru(6, Bidirectional = true, Merge = Merge.Multiply), Gru(4, Bidirectional = true, Merge = Merge.Multiply),
    Dense(2)]
internal sealed partial class MergedByProduct;

[GruModel(inputSize: 5), Gru(6, Bidirectional = true, Merge = Merge.Average), Gru(4, Bidirectional = true, Merge = Merge.Average), Dense(2)]
internal sealed partial class MergedByMean;

[GruModel(inputSize: 5)]
[Gru(6, Activation = Activation.ScaledTanh, GateActivation = GateActivation.HardSigmoidKeras2, ResetAfter = false)]
[Gru(6, Activation = Activation.HardSigmoid, GateActivation = GateActivation.HardSigmoid, Reverse = true)]
[Gru(6, Activation = Activation.Softsign, GateActivation = GateActivation.Softsign, UpdateGate = UpdateGate.Keep)]
[Gru(4, Activation = Activation.Elu, ActivationAlpha = 0.7, GateActivation = GateActivation.HardSigmoid, UpdateGate = UpdateGate.Replace)]
internal sealed partial class OtherFunctions;

[GruModel(inputSize: 5)]
[Gru(6, Activation = Activation.Linear, Output = SequenceOutput.EveryStep)]
[Gru(6, Activation = Activation.Affine, ActivationAlpha = 0.5, ActivationBeta = 0.1, Residual = true, Output = SequenceOutput.EveryStep)]
[Gru(6, Activation = Activation.Relu, Bias = false, ResetAfter = false, UpdateGate = UpdateGate.Replace, Output = SequenceOutput.EveryStep)]
internal sealed partial class LinearFunctions;

[GruModel(inputSize: 5), Gru(6, Bidirectional = true, InitialState = InitialState.Learned), Dense(2)]
internal sealed partial class LearnedBidirectional;

[GruModel(inputSize: 5)]
[Dense(6, Activation.Silu), Dense(6, Activation.Gelu), Dense(6, Activation.Elu), Dense(6, Activation.LeakyRelu)]
[Dense(6, Activation.Softsign, Residual = true), Dense(6, Bias = false), PReLU, LayerNorm(Epsilon = 0.01)]
[Gru(6, Output = SequenceOutput.EveryStep), Dropout(0.5), Dense(6, Activation.Tanh, Residual = true), Dense(3, Activation.Softmax)]
internal sealed partial class AllActivations;

[GruModel(inputSize: 5)]
[Conv1D(6, 4, Padding = ConvPadding.Same, Activation = Activation.Silu), Conv1D(4, 2, Dilation = 3, Bias = false)]
[Conv1D(4, 1, Activation = Activation.Softmax), Conv1D(4, 3), PReLU, Pool(Pooling.Last), Dense(3, Activation.Gelu), PReLU]
internal sealed partial class Convolutions;

[GruModel(inputSize: 5, MaskValue = 0.5), Gru(6, Bidirectional = true), Gru(4), Dense(2, Activation.Sigmoid)]
internal sealed partial class MaskedFeatures;

[GruModel, Embedding(20, 5, PaddingToken = 2), Gru(6, Bidirectional = true, Output = SequenceOutput.EveryStep),
    Dense(2, Activation.Sigmoid)]
internal sealed partial class MaskedEvery;

[GruModel(inputSize: 1), Gru(9, Output = SequenceOutput.EveryStep), Dense(1, Name = "wet")]
[Join(From = ["wet", "input"], Combine = Combine.Sum)]
internal sealed partial class Amplifier;

[GruModel(inputSize: 5)]
[Conv1D(6, 3, Name = "local"), Gru(6, Name = "global", Output = SequenceOutput.EveryStep)]
[Dense(6, Name = "mixed", From = ["local", "global"], Combine = Combine.Sum)]
[Join(Name = "all", From = ["mixed", "input"], IsOutput = true)]
[Gru(4, From = ["global", "all"], Output = SequenceOutput.EveryStep), LayerNorm(From = ["local"], Name = "norm", IsOutput = true)]
[Dense(3, Activation.Softmax, From = ["gru2", "norm"])]
internal sealed partial class Paths;

[GruModel, Embedding(9, 5), Gru(6, Bidirectional = true, Name = "both"), Gru(4, From = ["embedding"], Reverse = true, Name = "back")]
[Pool(Pooling.Mean, From = ["embedding"], Name = "mean"), Dense(4, From = ["both", "mean"], Name = "first", IsOutput = true)]
[Dense(2, Activation.Sigmoid, From = ["first", "back"], Combine = Combine.Sum)]
internal sealed partial class Vectors;

[GruModel(inputSize: 3), Gru(4, Name = "one"), Gru(4, From = ["input"], Name = "other"), Gru(4, From = ["input"], Name = "third")]
[Join(From = ["one", "other", "third"], Combine = Combine.Sum)]
internal sealed partial class Ensemble;

[GruModel(inputSize: 5), Conv1D(6, 2, Stride = 2), BatchNorm(Epsilon = 0.001), Pool(Pooling.Max, Window = 2, Stride = 1)]
[Gru(4, Output = SequenceOutput.EveryStep), Pool(Pooling.Mean, Window = 2), Pool(Pooling.Max), BatchNorm]
internal sealed partial class WindowsOfSteps;

[GruModel(inputSize: 5), Gru(6), Pool(Pooling.Max), Dense(2, Activation.Elu)]
internal sealed partial class MaxOfSteps;

[GruModel(inputSize: 5, WeightFormat = WeightFormat.Float32), Conv1D(4, 2), Pool(Pooling.Mean)]
internal sealed partial class MeanOfSteps;

[GruModel, Embedding(9, 3, PaddingToken = 0), Gru(4), Pool(Pooling.Mean)]
internal sealed partial class MaskedPool;

[GruModel(inputSize: 3, MaskValue = 0), Conv1D(4, 2), Gru(4)]
internal sealed partial class MaskedConv;

[GruModel(inputSize: 3, MaskValue = 0, MaskedOutput = MaskedOutput.Repeat), Gru(4, Output = SequenceOutput.EveryStep)]
internal sealed partial class MaskedRepeat;

[GruModel(inputSize: 3), Gru(4, GateActivation = GateActivation.Softsign, UpdateGate = UpdateGate.Replace)]
internal sealed partial class ReplacedTanh;
