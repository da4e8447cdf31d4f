#pragma warning disable GRU046 // the graphs are as they are
using GruGen.Onnx.Format;
using static GruGen.Onnx.GraphBuilder;
using DataType = GruGen.Onnx.Format.TensorProto.Types.DataType;

namespace GruGen.Onnx.Tests;

/// <content>Tokens in reverse, outputs without an axis for their one feature, and what attention computes.</content>
public sealed partial class ExporterTests
{
    /// <summary>Reversed steps stay so in an embedding: the GRU above reads from the end.</summary>
    [OracleFact]
    public void A_graph_that_reverses_tokens_before_their_embedding()
    {
        _graph.Graph.Input.Add(Value("tokens", DataType.Int64, "b", "t"));
        string reversed = _graph.Add("Slice", "reversed", "tokens", _graph.Numbers(-1), _graph.Numbers(long.MinValue + 1),
            _graph.Numbers(1), _graph.Numbers(-1));
        NodeProto gru = GruNode(Transpose(_graph.Add("Gather", "rows", Weights(10, 3), reversed), 1, 0, 2), 3);
        Output(Dense(Squeezed(gru.Output[1], 0), 2));
        Compare(ModelRun.Of(new ReversedTokens()));
    }

    [Fact]
    public void Pooling_along_another_axis_than_time_is_refused()
    {
        Input("x", 'b', 't', 3);
        Output(_graph.Add("GlobalMaxPool", "pool", Transpose(Squeezed(Gru(Transpose("x", 1, 0, 2), 3), 1), 1, 0, 2)));
        Assert.Contains("pools [batch, time, 4 features], where [batch, features, time] is expected",
            Assert.Throws<NotSupportedException>(() => Read(File())).Message, StringComparison.Ordinal);
    }

    [OracleTheory]
    [InlineData("squeeze")]
    [InlineData("view")]
    [InlineData("index")]
    public void An_output_without_an_axis_for_its_feature_has_the_same_numbers(string how)
    {
        Input("x", 'b', 't', 3);
        string one = Dense(Squeezed(GruNode(Transpose("x", 1, 0, 2), 3).Output[1], 0), 1);
        Output(how switch
        {
            "squeeze" => Squeezed(one, -1),
            "view" => _graph.Add("Reshape", "flat", one, _graph.Numbers(-1)),
            _ => _graph.Add("Gather", "only", [one, _graph.WholeNumber(0)], [Attribute("axis", 1)]),
        });
        Assert.Contains(Read(File()).Notes, note => note.Contains("one feature", StringComparison.Ordinal));
        Compare(ModelRun.Of(new OneNumber()));
    }

    [OracleFact]
    public void An_output_of_every_step_without_an_axis_for_its_feature_has_the_same_numbers()
    {
        Input("x", 'b', 't', 3);
        string y = Transpose(Squeezed(Gru(Transpose("x", 1, 0, 2), 3), 1), 1, 0, 2);
        Output(Squeezed(_graph.Add("Add", "biased", _graph.Add("MatMul", "product", y, Weights(4, 1)), Weights(1)), -1));
        Assert.Equal<string>(["batch", "time"], Read(File()).Outputs[0].Axes.AsEnumerable());
        Compare(ModelRun.Of(new OneNumberEach()));
    }

    [Theory]
    [InlineData("scores", "MatMul 'scores' multiplies two values that the model computes")]
    [InlineData("weighted", "Mul 'weighted' multiplies two values that the model computes")]
    [InlineData("heads", "Reshape 'heads' puts parts of the features of [time, batch, 4 features] beside the batch, as attention")]
    [InlineData("over_time", "Softmax 'over_time' is over the steps of a sequence")]
    public void What_attention_computes_is_refused_in_plain_words(string what, string message)
    {
        Input("x", 'b', 't', 3);
        string y = Transpose(Squeezed(Gru(Transpose("x", 1, 0, 2), 3), 1), 1, 0, 2);
        Output(what switch
        {
            "heads" => _graph.Add("Reshape", "heads", Transpose(y, 1, 0, 2), _graph.Numbers(0, -1, 2)),
            "scores" => _graph.Add("MatMul", "scores", y, Transpose(y, 0, 2, 1)),
            "weighted" => _graph.Add("Mul", "weighted", y, _graph.Add("MatMul", "product", y, Weights(4, 4))),
            _ => _graph.Add("Softmax", "over_time", y, [Attribute("axis", 1)]),
        });
        Assert.Contains(message, Assert.Throws<NotSupportedException>(() => Read(File())).Message, StringComparison.Ordinal);
    }

    private string Dense(string x, int units) =>
        _graph.Add("Gemm", "fc", [x, Weights(units, 4), Weights(units)], [Attribute("transB", 1)]);
}

[GruModel, Embedding(10, 3), Gru(4, Reverse = true), Dense(2)]
internal sealed partial class ReversedTokens;

[GruModel(inputSize: 3), Gru(4), Dense(1)]
internal sealed partial class OneNumber;

[GruModel(inputSize: 3), Gru(4, Output = SequenceOutput.EveryStep), Dense(1)]
internal sealed partial class OneNumberEach;
