using GruGen.Kernels;

namespace GruGen.Tests.Training;

public class ModelSummaryTests
{
    [Fact]
    public void A_summary_is_the_table_that_Keras_prints()
    {
        ModelSchema schema = ModelSchema.ForTokens(
            "Sentiment", LayerSchema.Embedding(10_000, 32), LayerSchema.Gru(32, SequenceOutput.EveryStep), LayerSchema.Gru(16, SequenceOutput.Final), LayerSchema.Dense(1, Activation.Sigmoid));
        Assert.Equal(
            $"""
            Model: "Sentiment"
            ┏━━━━━━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━━┳━━━━━━━━━━━━━━━━━┓
            ┃ Layer (type)          ┃ Output Shape     ┃         Param # ┃
            ┡━━━━━━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━━╇━━━━━━━━━━━━━━━━━┩
            │ embedding (Embedding) │ (None, None, 32) │         320,000 │
            ├───────────────────────┼──────────────────┼─────────────────┤
            │ gru1 (GRU)            │ (None, None, 32) │           6,336 │
            ├───────────────────────┼──────────────────┼─────────────────┤
            │ gru2 (GRU)            │ (None, 16)       │           2,400 │
            ├───────────────────────┼──────────────────┼─────────────────┤
            │ dense1 (Dense)        │ (None, 1)        │              17 │
            └───────────────────────┴──────────────────┴─────────────────┘
             Total params: 328,753 (1.25 MB)
             Vectors: {Simd.Lanes} floats ({32 * Simd.Lanes} bit)

            """.ReplaceLineEndings("\n"),
            ModelSummary.Write(schema));
    }

    [Fact]
    public void Each_layer_of_the_family_has_its_type_its_shape_and_its_parameters()
    {
        ModelSchema schema = ModelSchema.ForTokens(
            "Family",
            LayerSchema.Embedding(50, 8, paddingToken: 0),
            LayerSchema.Dropout(0.2),
            LayerSchema.Conv1D(8, 3, dilation: 2),
            LayerSchema.Gru(16, SequenceOutput.EveryStep, new GruOptions { Bidirectional = true, InitialState = InitialState.Learned }),
            LayerSchema.LayerNorm(),
            LayerSchema.Gru(16, SequenceOutput.EveryStep, new GruOptions { Bidirectional = true, Merge = Merge.Sum, Bias = false }),
            LayerSchema.Gru(16, SequenceOutput.EveryStep, new GruOptions { ResetAfter = false, Residual = true }),
            LayerSchema.PReLU(),
            LayerSchema.BatchNorm(),
            LayerSchema.Pool(Pooling.Max),
            LayerSchema.Dense(3, Activation.Softmax),
            LayerSchema.Dense(2, bias: false));

        Assert.Equal(
            [
                ("embedding", "Embedding", "(None, None, 8)", 400),
                ("dropout1", "Dropout", "(None, None, 8)", 0),
                ("conv1", "Conv1D", "(None, None, 8)", (8 * 8 * 3) + 8),
                ("gru1", "Bidirectional GRU", "(None, None, 32)", 2 * ((48 * (8 + 16)) + (2 * 48) + 16)),
                ("layernorm1", "LayerNorm", "(None, None, 32)", 64),
                ("gru2", "Bidirectional GRU", "(None, None, 16)", 2 * 48 * (32 + 16)),
                ("gru3", "GRU", "(None, None, 16)", (48 * (16 + 16)) + 48),
                ("prelu1", "PReLU", "(None, None, 16)", 16),
                ("batchnorm1", "BatchNorm", "(None, None, 16)", 64),
                ("pool1", "Max pooling", "(None, 16)", 0),
                ("dense1", "Dense", "(None, 3)", 51),
                ("dense2", "Dense", "(None, 2)", 6),
            ],
            ModelSummary.Layers(schema).Select(layer => (layer.Name, layer.Type, layer.OutputShape, layer.ParameterCount)));
        Assert.Contains("│ gru1 (Bidirectional GRU) │ (None, None, 32) │", ModelSummary.Write(schema), StringComparison.Ordinal);
    }
}
