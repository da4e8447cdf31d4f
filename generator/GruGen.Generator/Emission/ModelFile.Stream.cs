using GruGen.Generator.Planning;
using GruGen.Generator.Specs;
using static GruGen.Generator.Emission.Text;

namespace GruGen.Generator.Emission;

/// <content>The stream: one step through all layers, or a block of steps layer by layer.</content>
internal sealed partial class ModelFile
{
    private const string Optimized = "[global::System.Runtime.CompilerServices.MethodImpl(global::System.Runtime.CompilerServices.MethodImplOptions.AggressiveOptimization)]";

    private string Stream()
    {
        List<LayerPlan> dense = [.. _plan.Body.Where(layer => layer is DenseLayerPlan)];
        string fields = string.Concat(dense.Select(layer => $"private readonly {Kernels}AlignedBuffer {Field(layer)} = new {Kernels}AlignedBuffer({layer.OutputStride}); // y[{layer.OutputStride}] of one step\n"));
        return $$"""
            /// <summary>One sequence that arrives step by step.</summary>
            public sealed class StepStream : global::GruGen.SequenceStream<{{_input}}>
            {
                {{Lines(4, [fields + "private Block? _block;"])}}

                internal StepStream({{_model.TypeName}} model)
                    : base(model)
                {
                }

                {{Lines(4, [StepSurface()])}}

                /// <inheritdoc/>
                protected override void RunCore(global::System.ReadOnlySpan<{{_input}}> inputs, int steps, global::System.Span<float> outputs)
                {
                    Block block = _block ??= new Block();
                    {{Lines(8, [Dispatch("Run", "block, inputs, steps, outputs")])}}
                }

                {{Lines(4, [Step()])}}

                {{Lines(4, [Run()])}}

                /// <summary>The rows of {{ModelPlan.BlockSteps}} steps.</summary>
                private sealed class Block
                {
                    {{Lines(8, BlockRows().Select(rows => $"internal readonly {Kernels}AlignedBuffer {rows.Name} = new {Kernels}AlignedBuffer({ModelPlan.BlockSteps} * {rows.Stride});"))}}
                }
            }
            """;
    }

    private static string Dispatch(string method, string arguments) => $$"""
        switch (Weights.Lanes)
        {
            case 16:
                {{method}}<{{Kernels}}V512>({{arguments}});
                break;
            case 8:
                {{method}}<{{Kernels}}V256>({{arguments}});
                break;
            case 4:
                {{method}}<{{Kernels}}V128>({{arguments}});
                break;
            default:
                {{method}}<{{Kernels}}V1>({{arguments}});
                break;
        }
        """;

    private static string BlockName(LayerPlan layer) => char.ToUpperInvariant(layer.Name[0]) + layer.Name.Substring(1);

    private IEnumerable<(string Name, long Stride)> BlockRows()
    {
        if (_plan.Layers[0] is DenseLayerPlan)
        {
            yield return ("Input", KernelPlan.Padded(_plan.InputSize));
        }

        foreach (LayerPlan layer in _plan.OnSteps)
        {
            yield return (BlockName(layer), layer.OutputStride);
            if (layer is GruLayerPlan { Kernel: { Hoisted: true, ProjectedStride: var stride } })
            {
                yield return (BlockName(layer) + "Projected", stride);
            }
        }

        if (_plan.EveryStep && _plan.Head is not null)
        {
            yield return ("Output", _plan.OutputStride);
        }
    }

    private string StepSurface()
    {
        string check = _plan.ReadsTokens
            ? $$"""
            if ((uint)token >= {{Literal(_plan.InputSize)}}u)
            {
                throw BadToken(token, {{Literal(_plan.InputSize)}});
            }


            """
            : "";
        string tokenError = """/// <exception cref="global::System.ArgumentOutOfRangeException">The token is not in the vocabulary.</exception>""";
        string tokenText = $"/// <param name=\"token\">The token, 0 to {KernelPlan.Number(_plan.InputSize - 1)}.</param>";
        int step = _plan.ReadsTokens ? 1 : _plan.InputSize;
        string span = $"global::System.ReadOnlySpan<{_input}>";
        return (_plan.ReadsTokens, _plan.OutputSize == 1) switch
        {
            (true, true) => $$"""
                /// <summary>Takes one step.</summary>
                {{tokenText}}
                /// <returns>The output after this step.</returns>
                {{tokenError}}
                {{Optimized}}
                public float Step(int token)
                {
                    {{Lines(4, [check + Dispatch("Step", "token")])}}

                    return Output;
                }

                /// <inheritdoc/>
                public override void Step({{span}} input, global::System.Span<float> output)
                {
                    CheckStep(input.Length, {{step}}, output.Length, {{_plan.OutputSize}});
                    output[0] = Step(input[0]);
                }
                """,
            (true, false) => $$"""
                /// <summary>Takes one step.</summary>
                {{tokenText}}
                /// <param name="output">Receives the {{_plan.OutputSize}} outputs after this step.</param>
                {{tokenError}}
                /// <exception cref="global::System.ArgumentException"><paramref name="output"/> has not {{_plan.OutputSize}} elements.</exception>
                {{Optimized}}
                public void Step(int token, global::System.Span<float> output)
                {
                    CheckStep(1, 1, output.Length, {{_plan.OutputSize}});
                    {{Lines(4, [check + Dispatch("Step", "token, output")])}}
                }

                /// <inheritdoc/>
                public override void Step({{span}} input, global::System.Span<float> output)
                {
                    CheckStep(input.Length, {{step}}, output.Length, {{_plan.OutputSize}});
                    Step(input[0], output);
                }
                """,
            (false, true) => $$"""
                /// <summary>Takes one step.</summary>
                /// <param name="input">The {{(_plan.InputSize == 1 ? "feature" : _plan.InputSize + " features")}} of the step.</param>
                /// <returns>The output after this step.</returns>
                /// <exception cref="global::System.ArgumentException"><paramref name="input"/> has not {{_plan.InputSize}} elements.</exception>
                {{Optimized}}
                public float Step({{span}} input)
                {
                    CheckStep(input.Length, {{step}}, 1, 1);
                    {{Lines(4, [Dispatch("Step", "ref global::System.Runtime.InteropServices.MemoryMarshal.GetReference(input)")])}}

                    return Output;
                }

                /// <inheritdoc/>
                public override void Step({{span}} input, global::System.Span<float> output)
                {
                    CheckStep(input.Length, {{step}}, output.Length, {{_plan.OutputSize}});
                    output[0] = Step(input);
                }
                """,
            _ => $$"""
                /// <inheritdoc/>
                {{Optimized}}
                public override void Step({{span}} input, global::System.Span<float> output)
                {
                    CheckStep(input.Length, {{step}}, output.Length, {{_plan.OutputSize}});
                    {{Lines(4, [Dispatch("Step", "ref global::System.Runtime.InteropServices.MemoryMarshal.GetReference(input), output")])}}
                }
                """,
        };
    }

    /// <summary>One step: each layer reads what the one below has just written.</summary>
    private string Step()
    {
        IEnumerable<string> Layer(LayerPlan layer)
        {
            switch (layer)
            {
                case GruLayerPlan gru:
                    yield return Kernel(layer, "Step") + $"({StepSource(layer)}, {At("states", gru.StateOffset)}, {At("next", gru.StateOffset)}, {Packed(layer.PackedOffset)}, {Packed(BiasOffset(layer))});";
                    break;
                case DenseLayerPlan dense:
                    string target = layer == _plan.Head ? "ref Output" : $"ref {Field(layer)}.Start";
                    yield return Kernel(layer, "Forward") + $"({StepSource(layer)}, {target}, 1, {Packed(layer.PackedOffset)}, {Packed(BiasOffset(layer))});";
                    if (dense.Activation != Curve.Linear)
                    {
                        yield return $"{Kernels}Activations.Apply<TVector>(global::GruGen.Activation.{dense.Activation}, {target}, 1, {dense.Kernel.Units});";
                    }

                    break;
            }
        }

        IEnumerable<string> lines = _plan.Layers.SelectMany(Layer);
        if (_plan.OutputSize > 1)
        {
            string result = _plan.Head is null ? At("next", _plan.Top.StateOffset) : "ref Output";
            lines = lines.Append($"global::System.Runtime.InteropServices.MemoryMarshal.CreateReadOnlySpan({result}, {_plan.OutputSize}).CopyTo(output);");
        }
        else if (_plan.Head is null)
        {
            lines = lines.Append($"Output = {At("next", _plan.Top.StateOffset).Substring("ref ".Length)};");
        }

        string input = (_plan.ReadsTokens ? "int token" : "ref float features") + (_plan.OutputSize > 1 ? ", global::System.Span<float> output" : "");
        return $$"""
            {{Optimized}}
            private void Step<TVector>({{input}})
                where TVector : struct, {{Kernels}}ISimd<TVector>
            {
                ref float states = ref States, next = ref NextStates;
                {{Lines(4, lines)}}
                Advance();
            }
            """;
    }

    private static string StepSource(LayerPlan layer) => layer.Below switch
    {
        null => "ref features",
        EmbeddingLayerPlan { Kernel.Size: var size } => $"ref Weights.Table.At((nint)token * {size})",
        GruLayerPlan gru => At("next", gru.StateOffset),
        { } below => $"ref {Field(below)}.Start",
    };

    /// <summary>Blocks of steps: each layer takes all steps of a block before the next one does.</summary>
    private string Run()
    {
        List<string> body = [];
        string Rows(LayerPlan layer) => $"ref block.{BlockName(layer)}.Start";
        string Input(LayerPlan layer) => layer.Below is null ? (layer is DenseLayerPlan ? "ref block.Input.Start" : "ref input") : Rows(layer.Below);
        foreach (LayerPlan layer in _plan.OnSteps)
        {
            switch (layer)
            {
                case EmbeddingLayerPlan:
                    body.Add(Kernel(layer, "Gather") + $"(ref input, ref Weights.Table.Start, {Rows(layer)}, count);");
                    break;
                case GruLayerPlan gru:
                    int stride = layer.Below?.OutputStride ?? layer.InputSize;
                    body.Add(Kernel(layer, "Sequence") + $"({Input(layer)}, {stride}, {At("States", gru.StateOffset)}, {Rows(layer)}, count, {Packed(layer.PackedOffset)}, {Packed(BiasOffset(layer))}{(gru.Kernel.Hoisted ? $", ref block.{BlockName(layer)}Projected.Start" : "")});");
                    body.Add($"{Kernels}Packing.Copy(ref block.{BlockName(layer)}.At((count - 1) * {gru.Kernel.HiddenStride}), {At("States", gru.StateOffset)}, {gru.Kernel.HiddenStride});");
                    break;
                case DenseLayerPlan dense:
                    if (layer.Below is null)
                    {
                        body.Add($"{Kernels}Packing.CopyRows(ref input, {_plan.InputSize}, ref block.Input.Start, {KernelPlan.Padded(_plan.InputSize)}, count, {_plan.InputSize});");
                    }

                    body.AddRange(Dense(dense, Input(layer), Rows(layer), "count"));
                    break;
            }
        }

        if (_plan.EveryStep)
        {
            string rows = _plan.Head is null ? BlockName(_plan.Top) : "Output";
            if (_plan.Head is { } head)
            {
                body.AddRange(Dense(head, Input(head), "ref block.Output.Start", "count"));
            }

            body.Add($"{Kernels}Packing.CopyRows(ref block.{rows}.Start, {_plan.OutputStride}, ref output, {_plan.OutputSize}, count, {_plan.OutputSize});");
            body.Add($"output = ref At(ref output, count * {Literal(_plan.OutputSize)});");
        }

        List<string> after = [];
        if (!_plan.EveryStep)
        {
            foreach (DenseLayerPlan dense in _plan.OnFinal.Append(_plan.Head!).OfType<DenseLayerPlan>())
            {
                string source = dense.Below is GruLayerPlan gru ? At("States", gru.StateOffset) : $"ref {Field(dense.Below!)}.Start";
                after.AddRange(Dense(dense, source, dense == _plan.Head ? "ref Output" : $"ref {Field(dense)}.Start", "1"));
            }

            if (_plan.Head is null)
            {
                after.Add($"{Kernels}Packing.Copy({At("States", _plan.Top.StateOffset)}, ref Output, {_plan.OutputStride});");
            }

            after.Add("CopyOutputTo(outputs);");
        }

        return $$"""
            {{Optimized}}
            private void Run<TVector>(Block block, global::System.ReadOnlySpan<{{_input}}> inputs, int steps, global::System.Span<float> outputs)
                where TVector : struct, {{Kernels}}ISimd<TVector>
            {
                ref {{_input}} input = ref global::System.Runtime.InteropServices.MemoryMarshal.GetReference(inputs);
                {{(_plan.EveryStep ? "ref float output = ref global::System.Runtime.InteropServices.MemoryMarshal.GetReference(outputs);\n    " : "")}}for (int first = 0; first < steps; first += {{ModelPlan.BlockSteps}})
                {
                    int count = global::System.Math.Min({{ModelPlan.BlockSteps}}, steps - first);
                    {{Lines(8, body)}}
                    input = ref global::System.Runtime.CompilerServices.Unsafe.Add(ref input, count{{(_plan.ReadsTokens || _plan.InputSize == 1 ? "" : $" * {_plan.InputSize}")}});
                }
                {{(after.Count == 0 ? "" : "\n    " + Lines(4, after))}}
            }
            """;
    }

    private static IEnumerable<string> Dense(DenseLayerPlan layer, string source, string target, string rows)
    {
        yield return Kernel(layer, "Forward") + $"({source}, {target}, {rows}, {Packed(layer.PackedOffset)}, {Packed(BiasOffset(layer))});";
        if (layer.Activation != Curve.Linear)
        {
            yield return $"{Kernels}Activations.Apply<TVector>(global::GruGen.Activation.{layer.Activation}, {target}, {rows}, {layer.Kernel.Units});";
        }
    }
}
