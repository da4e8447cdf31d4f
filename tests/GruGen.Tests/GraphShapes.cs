namespace GruGen.Tests;

/// <content>Layers that are more than a stack: paths that part and meet, sums, several outputs; and models without a recurrent layer.</content>
internal sealed partial record Shape
{
    private static IEnumerable<Shape> Graphs()
    {
        GruOptions relu = Before with { Activation = Activation.Relu };
        yield return Six("graph, noise", Features(
            5,
            Dense(4, Activation.Tanh),
            Gru(3, relu) with { Name = "vad" },
            Dense(1, Activation.Sigmoid) with { Name = "voice", IsOutput = true },
            Gru(6, relu) with { Name = "noise", From = ["dense1", "vad", "input"] },
            Gru(17) with { From = ["vad", "noise", "input"] },
            Dense(3, Activation.Sigmoid) with { Name = "gains" }));
        yield return Six("graph, sum", Features(
            3, Gru(5) with { Name = "a" }, Gru(5) with { Name = "b", From = ["input"] }, Dense(3) with { From = ["a", "b"], Combine = Combine.Sum }));
        yield return Six("graph, sum of three with the input", Features(
            5,
            Gru(5) with { Name = "a" },
            Dense(5, Activation.Tanh) with { Name = "b", From = ["input"] },
            LayerSchema.Join() with { From = ["a", "input", "b"], Combine = Combine.Sum }));
        yield return Six("graph, final state and pool", Features(
            3,
            Last(6) with { Name = "last" },
            Gru(4) with { Name = "row", From = ["input"] },
            LayerSchema.Pool(Pooling.Max) with { Name = "pooled" },
            Dense(3, Activation.Softmax) with { From = ["last", "pooled"] }));
        yield return Six("graph, final states", Features(
            2,
            Last(5) with { Name = "one" },
            Last(17, Backwards) with { Name = "two", From = ["input"] },
            Dense(4, Activation.Tanh) with { From = ["two"] },
            Dense(2) with { From = ["one", "dense1", "two"] }));
        yield return Six("graph, tokens", Tokens(
            9,
            4,
            Gru(5) with { Name = "up" },
            Gru(4, Backwards) with { Name = "down", From = ["embedding"] },
            Dense(2) with { From = ["up", "down", "embedding"] }));
        yield return Six("graph, tokens, one reader", Tokens(9, 4, Gru(5), Gru(6) with { Name = "more" }, Dense(3, Activation.Softmax) with { From = ["gru1", "more"] }));
        yield return Six("graph, two outputs of one state", Features(
            3,
            Last(6) with { Name = "memory" },
            Dense(1, Activation.Sigmoid) with { Name = "moving", IsOutput = true },
            Dense(17, Activation.Softmax) with { From = ["memory"] }));
        yield return Six("graph, two outputs of one row", Features(
            3,
            Gru(6) with { Name = "memory" },
            Dense(1, Activation.Sigmoid) with { Name = "moving", IsOutput = true },
            Dense(3, Activation.Silu) with { From = ["memory"] }));
        yield return Six("graph, an output that is read", Features(
            4, Dense(3, Activation.Tanh) with { Name = "first", IsOutput = true }, Gru(5), Dense(2, Activation.Softmax) with { From = ["gru1", "first"] }));
        yield return Six("graph, states as outputs", Features(3, Gru(4) with { Name = "state", IsOutput = true }, Gru(17) with { IsOutput = true }, Gru(3)));
        yield return Six("graph, final states as outputs", Features(3, Last(4) with { Name = "state", IsOutput = true }, Last(5) with { From = ["input"] }));
        yield return Six("graph, residual", Features(
            5, Gru(5, Residual) with { Name = "a" }, Dense(5, Activation.Relu, residual: true) with { Name = "b" }, Gru(4) with { From = ["a", "b", "input"] }, Dense(2)));
        yield return Six("graph, dropout", Features(
            3,
            Gru(6) with { Name = "a" },
            LayerSchema.Dropout(0.3) with { Name = "dropped" },
            Gru(5, Plain with { Dropout = 0.2, RecurrentDropout = 0.1 }) with { From = ["dropped", "a"] },
            LayerSchema.LayerNorm(0.1),
            Dense(2) with { From = ["layernorm1", "dropped"] }));
        yield return Six("graph, convolved", Features(
            3,
            Conv(4, 3, Activation.Tanh) with { Name = "near" },
            Conv(5, 2, dilation: 3) with { Name = "far", From = ["input"] },
            Gru(6, Both) with { From = ["near", "far"] },
            Dense(2)));
        yield return Six("graph, input added to the output", Features(1, Gru(9), Dense(1) with { Name = "wet" }, LayerSchema.Join() with { From = ["wet", "input"], Combine = Combine.Sum }));
        yield return Six("graph, masked", Features(
            3, Gru(4) with { Name = "a" }, Gru(5) with { From = ["a", "input"] }, Dense(2, Activation.Sigmoid)).WithMaskValue(0));
        yield return Six("graph, learned states", Features(3, Gru(4, Learned) with { Name = "a" }, Last(5, Learned) with { From = ["a", "input"] }, Dense(2)));
        yield return Six("graph, two pools", Features(
            3,
            Gru(8) with { Name = "a" },
            LayerSchema.Pool(Pooling.Mean) with { Name = "mean" },
            LayerSchema.Pool(Pooling.Max) with { Name = "most", From = ["a"] },
            LayerSchema.Pool(Pooling.Last) with { Name = "end", From = ["a"] },
            Dense(1) with { From = ["mean", "most", "end"] }));
        yield return Six("graph, pooled input", Features(
            3, Last(8) with { Name = "a" }, LayerSchema.Pool(Pooling.Mean) with { Name = "p", From = ["input"] }, Dense(1) with { From = ["a", "p"] }));
        yield return Six("graph, an output of the input", Features(
            3, Gru(5) with { Name = "a", IsOutput = true }, Dense(2) with { From = ["input"] }));
        yield return Six("graph, normalised", Features(
            3, LayerSchema.BatchNorm() with { Name = "own" }, Gru(4), Dense(2) with { From = ["gru1", "own"] }));
        yield return Six("graph, in place", Features(
            5,
            Dense(16, Activation.Tanh) with { Name = "a" },
            Dense(32, Activation.Softmax) with { Name = "b", From = ["input"] },
            Gru(17) with { From = ["a", "b", "input"] },
            Dense(2)));
        yield return Six("graph, in place, the last with padding", Features(
            3,
            Dense(16, Activation.Sigmoid) with { Name = "a" },
            Gru(16) with { Name = "hidden", From = ["input"] },
            Dense(5, Activation.Relu) with { Name = "b", From = ["input"] },
            Dense(3, Activation.Softmax) with { From = ["a", "hidden", "b"] }));
        yield return Six("graph, in place of both directions", Features(
            4,
            Dense(32) with { Name = "a" },
            Dense(7, Activation.Elu) with { Name = "b", From = ["input"] },
            Gru(6, Both) with { From = ["a", "b"] },
            LayerSchema.Dropout(0.2),
            Dense(2)));
        yield return Six("graph, in place, one row a sequence", Features(
            3,
            Last(6) with { Name = "end" },
            Dense(16, Activation.Tanh) with { Name = "up" },
            Dense(9, Activation.Softmax) with { Name = "down", From = ["end"] },
            LayerSchema.Join() with { From = ["up", "down"], IsOutput = true },
            Dense(2, Activation.Silu)));
        yield return Six("graph, in place of a convolution and of two readers", Features(
            3,
            Dense(16, Activation.Tanh) with { Name = "a" },
            Dense(16, Activation.Tanh) with { Name = "b", From = ["input"] },
            Conv(5, 3) with { Name = "near", From = ["a", "b"] },
            Dense(16, Activation.LeakyRelu) with { Name = "c", From = ["b"] },
            Gru(4) with { From = ["c", "near"] },
            Dense(2)));
        yield return new("rows, many", Features(5, Dense(3, Activation.Softmax)), 20, 40);
        yield return Six("rows, dense alone", Features(5, Dense(17, Activation.Tanh), Dense(3)));
        yield return Six("rows, one dense layer", Features(5, Dense(3, Activation.Softmax)));
        yield return Six("rows, convolution and dense", Features(3, Conv(5, 3, Activation.Relu), Dense(2, Activation.Sigmoid)));
        yield return Six("rows, tokens", Tokens(7, 4, Dense(3, Activation.Softmax)));
        yield return Six("rows, pooled", Features(4, Dense(5, Activation.Relu), LayerSchema.Pool(Pooling.Mean), Dense(2)));
    }
}
