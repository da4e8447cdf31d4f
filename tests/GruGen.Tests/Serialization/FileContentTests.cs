using GruGen.Tests.Emitted;

namespace GruGen.Tests.Serialization;

/// <summary>
/// A file says which layers its numbers are of, in words that no renaming of types changes, and is refused by a model of others.
/// </summary>
public class FileContentTests
{
    /// <summary>
    /// Pairs of models whose tensors have the same names and shapes, and what the second one says to the file of the first.
    /// </summary>
    public static TheoryData<string, SequenceModel<float>, SequenceModel<float>> Pairs => new()
    {
        { "'update' of gru1 is keep in the file, but replace in the model", new PlainLayers(), new ReplacingLayers() },
        { "'update' of gru1 is replace in the file, but keep in the model", new ReplacingLayers(), new PlainLayers() },
        { "'reset' of gru1 is after in the file, but before in the model", new LayersWithoutBias(), new LayersWithoutBiasResetBefore() },
        { "'direction' of gru1 is forward in the file, but reverse in the model", new PlainLayers(), new ReversedLayers() },
        { "'merge' of gru1 is sum in the file, but average in the model", new SummedLayers(), new AveragedLayers() },
        { "'activation' of gru1 is relu in the file, but linear in the model", new ReluState(), new LinearState() },
        { "'activation' of gru1 is sigmoid in the file, but softsign in the model", new SigmoidState(), new SoftsignState() },
        { "'gate_activation' of gru1 is hard_sigmoid_1/6 in the file, but hard_sigmoid_1/5 in the model", new HardGates(), new HardGatesOfKeras2() },
        { "'activation_alpha' of gru1 is 0.5 in the file, but 0.25 in the model", new EluLayers(), new OtherEluLayers() },
        { "'activation' of gru1 is elu in the file, but tanh in the model", new EluLayers(), new PlainLayers() },
        { "'clip' of gru1 is not given in the file, but 0.5 in the model", new PlainLayers(), new ClippedLayers() },
        { "'clip' of gru1 is 0.5 in the file, but not known in the model", new ClippedLayers(), new PlainLayers() },
        { "'gate_activation' of gru1 is hard_sigmoid in the file, but sigmoid in the model", new SteepLayers(), new PlainLayers() },
        { "'reverse_activation' of gru1 is relu in the file, but not known in the model", new OtherwiseReversedLayers(), new SummedLayers() },
        { "'value' of mask is not given in the file, but 0 in the model", new PlainLayersEveryStep(), new MaskedLayers() },
        { "'output' of mask is repeat in the file, but not known in the model", new RepeatingLayers(), new MaskedLayers() },
        { "'residual' of gru1 is false in the file, but true in the model", new SquareLayers(), new ResidualLayers() },
        { "'activation' of dense1 is linear in the file, but tanh in the model", new PlainLayers(), new TanhLayers() },
        { "'residual' of dense1 is true in the file, but false in the model", new ResidualLayers(), new ResidualStates() },
        { "'epsilon' of layernorm1 is 1E-05 in the file, but 0.001 in the model", new NormalisedLayers(), new KerasNormalisedLayers() },
        { "'pooling' of pool1 is mean in the file, but max in the model", new PooledToTheMean(), new PooledToTheMax() },
        { "'dilation' of conv1 is 1 in the file, but 2 in the model", new ConvolvedLayers(), new DilatedLayers() },
        { "'padding' of conv1 is causal in the file, but same in the model", new ConvolvedLayers(), new LayersConvolvedBothSides() },
        { "'activation' of conv1 is linear in the file, but relu in the model", new ConvolvedLayers(), new ReluLayers() },
        { "its layers are gru1 dense1, but the model's are gru1 pool1 dense1", new PlainLayers(), new PooledLayers() },
        { "its layers are gru1 pool1 dense1, but the model's are gru1 dense1 pool1", new PooledLayers(), new LayersPooledAbove() },
    };

    [Theory]
    [MemberData(nameof(Pairs))]
    public void Layers_of_other_options_are_refused_by_name_unless_the_file_does_not_say(string message, SequenceModel<float> saved, SequenceModel<float> other)
    {
        byte[] bytes = FileTests.Save(saved);
        float[] before = other.Parameters.All.ToArray();
        InvalidDataException refused = Assert.Throws<InvalidDataException>(() => other.LoadParameters(bytes));
        Assert.Equal($"The file does not fit {other.Schema.Name}: {message}.", refused.Message);
        Assert.Equal(before, other.Parameters.All);

        other.LoadParameters(With(bytes, _ => null));
        Assert.Equal(saved.Parameters.All, other.Parameters.All);
        using Trainer<float> trainer = other.BeginTraining();
        Assert.Contains(message, Assert.Throws<InvalidDataException>(() => trainer.Restore(new MemoryStream(SavedTrainer(saved)))).Message, StringComparison.Ordinal);
    }

    [Fact]
    public void Padding_tokens_are_compared() => Assert.Contains(
        "'padding_token' of embedding is none in the file, but 2 in the model",
        Assert.Throws<InvalidDataException>(() => new PaddedTokens().LoadParameters(FileTests.Save(new PlainTokens()))).Message,
        StringComparison.Ordinal);

    [Fact]
    public void What_changes_no_number_of_a_prediction_is_not_compared()
    {
        byte[] plain = FileTests.Save(new PlainLayers(seed: 3));
        new DroppingLayers().LoadParameters(plain);
        new PlainLayers().LoadParameters(FileTests.Save(new DroppingLayers()));
        var every = new PlainLayersEveryStep();
        every.LoadParameters(plain);
        Assert.Equal(new PlainLayers(seed: 3).Predict([1, 2, 3, 4, 5, 6]), every.Predict([1, 2, 3, 4, 5, 6])[2..]);
        new DynamicModel<float>(ModelSchema.ForFeatures("Generic", 3, LayerSchema.Gru(4, SequenceOutput.Final), LayerSchema.Dense(2))).LoadParameters(plain);
    }

    [Fact]
    public void The_words_are_the_format()
    {
        Assert.Equal(
            """
            content=model
            dense1.activation=linear
            dense1.residual=false
            format=pt
            gru1.activation=tanh
            gru1.direction=forward
            gru1.gate_activation=sigmoid
            gru1.reset=after
            gru1.residual=false
            gru1.update=keep
            layers=gru1 dense1
            layers.version=1
            """,
            Words(FileTests.Save(new DroppingLayers())));
        Assert.Equal(
            """
            content=model
            dense1.activation=softmax
            dense1.residual=false
            embedding.padding_token=none
            format=pt
            gru1.activation=tanh
            gru1.direction=both
            gru1.gate_activation=sigmoid
            gru1.merge=concat
            gru1.reset=after
            gru1.residual=false
            gru1.update=keep
            layers=embedding gru1 dense1
            layers.version=1
            """,
            Words(FileTests.Save(new BothWaysTokens())));
        Assert.Equal(
            """
            content=model
            dense1.activation=linear
            dense1.residual=false
            format=pt
            gru1.activation=hard_sigmoid_1/6
            gru1.clip=0.5
            gru1.direction=both
            gru1.gate_activation=hard_sigmoid
            gru1.gate_activation_alpha=0.3
            gru1.gate_activation_beta=0.45
            gru1.merge=sum
            gru1.reset=after
            gru1.residual=false
            gru1.reverse_activation=scaled_tanh
            gru1.reverse_activation_alpha=1.7159
            gru1.reverse_activation_beta=0.6666667
            gru1.reverse_gate_activation=hard_sigmoid_1/5
            gru1.update=keep
            layers=gru1 dense1
            layers.version=1
            """,
            Words(FileTests.Save(new NumberedLayers())));

        static string Words(byte[] file) =>
            string.Join('\n', SafetensorsFile.Read(file).Metadata.OrderBy(pair => pair.Key, StringComparer.Ordinal).Select(pair => $"{pair.Key}={pair.Value}"));
    }

    [Fact]
    public void What_this_version_does_not_know_is_refused()
    {
        byte[] file = FileTests.Save(new PlainLayers());
        Refused("version 2 of the format", ("layers.version", "2"));
        Refused("'clip' of gru1 is 3 in the file, but not known in the model", ("gru1.clip", "3"));
        Refused("'peephole' of gru1 is true in the file, but not known in the model", ("gru1.peephole", "true"));
        Refused("'activation' of gru1 is gelu in the file, but tanh in the model", ("gru1.activation", "gelu"));
        Refused("'activation' of gru1 is not given in the file, but tanh in the model", ("gru1.activation", null));
        Refused("has 'stream' as its content", ("content", "stream"));
        new PlainLayers().LoadParameters(With(file, words => words.Append(new("author", "nobody")).Append(new("run.seed", "7"))));
        new PlainLayers().LoadParameters(With(file, words => words.Where(word => word.Key != "layers.version").Append(new("optimizer", "AdamW"))));

        void Refused(string message, (string Key, string? Value) change)
        {
            byte[] changed = With(file, words =>
                words.Where(word => word.Key != change.Key).Concat(change.Value is null ? [] : [new KeyValuePair<string, string>(change.Key, change.Value)]));
            Assert.Contains(message, Assert.Throws<InvalidDataException>(() => new PlainLayers().LoadParameters(changed)).Message, StringComparison.Ordinal);
        }
    }

    [Fact]
    public void A_trainers_file_is_no_models_nor_the_other_way_round()
    {
        foreach (Optimizer optimizer in new Optimizer[] { new Sgd(), new Adam() })
        {
            var model = new PlainLayers();
            byte[] file = SavedTrainer(new PlainLayers(seed: 5), optimizer);
            float[] before = model.Parameters.All.ToArray();
            Assert.Contains("is a trainer's", Assert.Throws<InvalidDataException>(() => model.LoadParameters(file)).Message, StringComparison.Ordinal);
            Assert.Contains("Trainer.Restore", Assert.Throws<InvalidDataException>(() => PlainLayers.Load(file)).Message, StringComparison.Ordinal);
            Assert.Equal(before, model.Parameters.All);

            using Trainer<float> trainer = model.BeginTraining(new TrainingOptions { Optimizer = optimizer });
            string message = Assert.Throws<InvalidDataException>(() => trainer.Restore(new MemoryStream(FileTests.Save(new PlainLayers())))).Message;
            Assert.Contains("is a model's", message, StringComparison.Ordinal);
            trainer.Restore(new MemoryStream(file));
            Assert.Equal(new PlainLayers(seed: 5).Parameters.All, model.Parameters.All);
        }
    }

    private static byte[] SavedTrainer(SequenceModel<float> model, Optimizer? optimizer = null)
    {
        using Trainer<float> trainer = model.BeginTraining(new TrainingOptions { Optimizer = optimizer ?? new Adam() });
        using var stream = new MemoryStream();
        trainer.Save(stream);
        return stream.ToArray();
    }

    private static byte[] With(byte[] bytes, Func<IReadOnlyDictionary<string, string>, IEnumerable<KeyValuePair<string, string>>?> change)
    {
        SafetensorsFile file = SafetensorsFile.Read(bytes);
        using var stream = new MemoryStream();
        new SafetensorsFile(file.Tensors, change(file.Metadata)?.ToDictionary(StringComparer.Ordinal)).Save(stream);
        return stream.ToArray();
    }
}

[GruModel(inputSize: 3), Gru(4), Dense(2)]
internal sealed partial class PlainLayers;

[GruModel(inputSize: 3), Gru(4, Output = SequenceOutput.EveryStep), Dense(2)]
internal sealed partial class PlainLayersEveryStep;

[GruModel(inputSize: 3), Dropout(0.3), Gru(4, Dropout = 0.2, RecurrentDropout = 0.1), Dropout(0.5), Dense(2)]
internal sealed partial class DroppingLayers;

[GruModel(inputSize: 3), Gru(4, UpdateGate = UpdateGate.Replace), Dense(2)]
internal sealed partial class ReplacingLayers;

[GruModel(inputSize: 3), Gru(4, Bias = false), Dense(2)]
internal sealed partial class LayersWithoutBias;

[GruModel(inputSize: 3), Gru(4, Bias = false, ResetAfter = false), Dense(2)]
internal sealed partial class LayersWithoutBiasResetBefore;

[GruModel(inputSize: 3), Gru(4, Reverse = true), Dense(2)]
internal sealed partial class ReversedLayers;

[GruModel(inputSize: 3), Gru(4, Bidirectional = true, Merge = Merge.Sum), Dense(2)]
internal sealed partial class SummedLayers;

[GruModel(inputSize: 3), Gru(4, Bidirectional = true, Merge = Merge.Average), Dense(2)]
internal sealed partial class AveragedLayers;

[GruModel(inputSize: 3), Gru(4), Dense(2, Activation.Tanh)]
internal sealed partial class TanhLayers;

[GruModel(inputSize: 3), Gru(4, Activation = Activation.Elu, ActivationAlpha = 0.5), Dense(2)]
internal sealed partial class EluLayers;

[GruModel(inputSize: 3), Gru(4, Activation = Activation.Elu, ActivationAlpha = 0.25), Dense(2)]
internal sealed partial class OtherEluLayers;

[GruModel(inputSize: 3, MaskValue = 0), Gru(4, Output = SequenceOutput.EveryStep), Dense(2)]
internal sealed partial class MaskedLayers;

[GruModel(inputSize: 3, MaskValue = 0, MaskedOutput = MaskedOutput.Repeat), Gru(4, Output = SequenceOutput.EveryStep), Dense(2)]
internal sealed partial class RepeatingLayers;

[GruModel(inputSize: 3), Gru(4, Clip = 0.5), Dense(2)]
internal sealed partial class ClippedLayers;

[GruModel(inputSize: 3), Gru(4, GateActivation = GateActivation.HardSigmoid, GateActivationAlpha = 0.9), Dense(2)]
internal sealed partial class SteepLayers;

[GruModel(inputSize: 3), Gru(4, Bidirectional = true, Merge = Merge.Sum, ReverseActivation = Activation.Relu), Dense(2)]
internal sealed partial class OtherwiseReversedLayers;

[GruModel(inputSize: 3)]
[Gru(4, Bidirectional = true, Merge = Merge.Sum, Clip = 0.5, Activation = Activation.HardSigmoid, GateActivation = GateActivation.HardSigmoid,
    GateActivationAlpha = 0.3, GateActivationBeta = 0.45, ReverseActivation = Activation.ScaledTanh,
    ReverseGateActivation = GateActivation.HardSigmoidKeras2)]
[Dense(2)]
internal sealed partial class NumberedLayers;

[GruModel(inputSize: 3), Gru(4), Pool(Pooling.Last), Dense(2)]
internal sealed partial class PooledLayers;

[GruModel(inputSize: 3), Gru(4), Dense(2), Pool(Pooling.Last)]
internal sealed partial class LayersPooledAbove;

[GruModel(inputSize: 4), Gru(4, Output = SequenceOutput.EveryStep), Dense(4, Residual = true)]
internal sealed partial class SquareLayers;

[GruModel(inputSize: 4), Gru(4, Output = SequenceOutput.EveryStep, Residual = true), Dense(4, Residual = true)]
internal sealed partial class ResidualLayers;

[GruModel(inputSize: 4), Gru(4, Output = SequenceOutput.EveryStep, Residual = true), Dense(4)]
internal sealed partial class ResidualStates;

[GruModel(inputSize: 3), Gru(4), LayerNorm, Dense(2)]
internal sealed partial class NormalisedLayers;

[GruModel(inputSize: 3), Gru(4), LayerNorm(Epsilon = 1e-3), Dense(2)]
internal sealed partial class KerasNormalisedLayers;

[GruModel, Embedding(5, 3), Gru(4), Dense(2)]
internal sealed partial class PlainTokens;

[GruModel, Embedding(5, 3, PaddingToken = 2), Gru(4), Dense(2)]
internal sealed partial class PaddedTokens;
