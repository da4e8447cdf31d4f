using GruGen.Kernels;

namespace GruGen.Tests.Training;

public class ModelSummaryTests
{
    [Fact]
    public void A_summary_is_the_table_that_Keras_prints()
    {
        ModelSchema schema = ModelSchema.ForTokens(
            "Sentiment", LayerSchema.Embedding(10_000, 32), LayerSchema.Gru(32, Steps.Every), LayerSchema.Gru(16, Steps.Last), LayerSchema.Dense(1, Activation.Sigmoid));
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
}
