namespace GruGen.Onnx.Tests;

/// <summary>For each file the model that it is of.</summary>
internal static class FileModels
{
    public static IReadOnlyDictionary<string, Func<ModelRun>> All { get; } = new Dictionary<string, Func<ModelRun>>
    {
        ["exported/bi_every_ln17.onnx"] = () => ModelRun.Of(new BiEveryNorm()),
        ["exported/bi_every_softmax_ln14.onnx"] = () => ModelRun.Of(new BiEverySoftmax()),
        ["exported/bi_hncat.onnx"] = () => ModelRun.Of(new BiFinal()),
        ["exported/conv_bn_gru.onnx"] = () => ModelRun.Of(new ConvGru()),
        ["exported/hn_emb_sig.onnx"] = () => ModelRun.Of(new EmbeddedSigmoid()),
        ["exported/hnsq_op11.onnx"] = () => ModelRun.Of(new Plain()),
        ["exported/last_bf.onnx"] = () => ModelRun.Of(new Plain()),
        ["exported/last_bf_dyn.onnx"] = () => ModelRun.Of(new Plain()),
        ["exported/last_tf.onnx"] = () => ModelRun.Of(new Plain()),
        ["exported/max.onnx"] = () => ModelRun.Of(new MaxPooled()),
        ["exported/mean.onnx"] = () => ModelRun.Of(new MeanPooled()),
        ["exported/residual.onnx"] = () => ModelRun.Of(new ResidualGru()),
        ["exported/stack2.onnx"] = () => ModelRun.Of(new StackEvery()),
        ["exported/stack2_hn.onnx"] = () => ModelRun.Of(new StackFinal()),
        ["exported/stream.onnx"] = () => ModelRun.Of(new Streamed()),
        ["first/torch_gru_linear.onnx"] = () => ModelRun.Of(new TorchGruLinear()),
        ["first/torch_lm.onnx"] = () => ModelRun.Of(new TorchLanguageModel()),
        ["first/torch_sentiment.onnx"] = () => ModelRun.Of(new TorchSentiment()),
        ["first/torch_stacked_bidirectional.onnx"] = () => ModelRun.Of(new TorchStackedBidirectional()),
        ["second/bidirectional_activations_state.onnx"] = () => ModelRun.Of(new BidirectionalActivations()),
        ["second/bn_conv_gru.onnx"] = () => ModelRun.Of(new StridedConv()),
        ["second/conv_bn_gru.onnx"] = () => ModelRun.Of(new CausalConv()),
        ["second/conv_dilated_bidirectional.onnx"] = () => ModelRun.Of(new DilatedConv()),
        ["second/encodings_gemm_alpha.onnx"] = () => ModelRun.Of(new FinalSoftmax()),
        ["second/keras_masked.onnx"] = () => ModelRun.Of(new Masked()),
        ["second/layernorm_decomposed.onnx"] = () => ModelRun.Of(new Final()),
        ["second/layernorm_op.onnx"] = () => ModelRun.Of(new NormEvery()),
        ["second/layout1_state_nobias.onnx"] = () => ModelRun.Of(new NoBias()),
        ["second/learned_state.onnx"] = () => ModelRun.Of(new LearnedStates()),
        ["second/max_bn_after.onnx"] = () => ModelRun.Of(new ScaledMax()),
        ["second/opset11_mean.onnx"] = () => ModelRun.Of(new MeanSoftmax()),
        ["second/opset9_stack.onnx"] = () => ModelRun.Of(new StackBidirectional()),
        ["second/reset_before.onnx"] = () => ModelRun.Of(new ResetBefore()),
        ["second/reverse_lengths_activations_clip.onnx"] = () => ModelRun.Of(new ReverseClip()),
        ["second/states_2layers_bidirectional.onnx"] = () => ModelRun.Of(new StackBidirectionalEvery()),
        ["second/states_in_and_out.onnx"] = () => ModelRun.Of(new Every()),
        ["second/opset22_residual_two_heads.onnx"] = () => ModelRun.Of(new TwoHeads()),
        ["second/rnnoise_two_outputs.onnx"] = () => ModelRun.Of(new Rnnoise()),
        ["second/weights_by_slices.onnx"] = () => ModelRun.Of(new Every()),
    };

    /// <summary>Files of what no layer does, and what the message names.</summary>
    public static IReadOnlyDictionary<string, string[]> Refused { get; } = new Dictionary<string, string[]>
    {
        ["exported/grucell.onnx"] = ["'x', 'h'"],
    };
}
