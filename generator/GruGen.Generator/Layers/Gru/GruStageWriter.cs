using GruGen.Generator.Planning;
using GruGen.Generator.Values;
using static GruGen.Generator.Emission.Text;
using static GruGen.Generator.Layers.ModelText;
using static GruGen.Generator.Layers.Work;

namespace GruGen.Generator.Layers;

/// <summary>Writes one direction of a recurrent layer in a pass, in a step and in a block of steps.</summary>
internal sealed class GruStageWriter(GruStage stage) : StageWriter(stage.Source, stage.Target)
{
    private readonly GruPlan _kernel = stage.Kernel;
    private readonly GruDirectionPlan _direction = stage.Direction;
    private readonly GruLayerPlan _layer = stage.Direction.Layer;
    private readonly string _name = Field(stage.Direction.Name);

    /// <inheritdoc/>
    protected override string Letter => "h";

    private string State => $"State({_direction.StateIndex})";

    private int Clock => stage.States.Clock;

    /// <summary>How many sequences run at each step of its clock.</summary>
    private string Running => $"ActiveOf({Clock})";

    private string Weights => Packed(_direction.Start.Packed, _direction.Label + " weights");

    private string Bias => Packed(_direction.BiasOffset, _direction.Label + " biases");

    private string TokenBiases => Prepared(_direction.Start.Prepared, _direction.Label + " biases of tokens");

    /// <summary>The weights that a step reads.</summary>
    private string StepWeights => _kernel.Variant.Pairs ? Prepared(_direction.Start.Prepared, _direction.Label + " pairs") : Weights;

    private string Between => _kernel.Variant.ResetAfter ? "" : $", ref {_name}Between.Start";

    /// <summary>What it keeps for the backward pass.</summary>
    private string Saved => $"ref {_name}Saved.Start"
        + (_kernel.Variant.ResetAfter ? "" : $", ref {_name}Reset.Start")
        + (_kernel.Variant.Masked ? $", ref {_name}Mask.Start, ref {_name}Masked.Start, Drops" : "");

    /// <inheritdoc/>
    public override IEnumerable<Memory> Buffers()
    {
        IEnumerable<Memory> states = stage.EveryStep ? [] : [Buffer(stage.States)];
        return states.Concat(base.Buffers()).Concat(OfTokens()).Concat(Kept()).Append(Gates());
    }

    /// <inheritdoc/>
    public override IEnumerable<Memory> StepMemory(bool streams)
    {
        int hp = _kernel.HiddenStride;
        if (!_kernel.Variant.ResetAfter)
        {
            yield return new Memory(_name + "Between", $"r ∘ h | z | n[3, {hp}] of one step", Literal(3L * hp));
        }
        else if (_kernel.StepParts > 1 && streams)
        {
            string shape = $"[{_kernel.StepBlocks}, {_kernel.StepParts}, 3, {Simd.MaxLanes}], parts of the sums of a tile";
            yield return new Memory(_name + "Sums", shape, Literal(_kernel.StepSumsLength));
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<(string Name, long Stride)> BlockMemory()
    {
        yield return (BlockName(stage.States), stage.States.Stride);
        if (_kernel.Hoisted)
        {
            yield return (BlockName(stage.States) + "Projected", _kernel.ProjectedStride);
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<Work> Forward()
    {
        if (_kernel.Variant.Masked)
        {
            string rate = Real(_layer.Spec.Options.RecurrentDropout);
            yield return First($"FillMask({stage.MaskIndex}, {rate}, {_kernel.HiddenSize}, ref {_name}Mask.Start);");
        }

        (string input, string bias) = (At(Source), Bias);
        if (stage.Table is { } table)
        {
            yield return new Work(Sharing.Met, ProjectTokens(table));
            (input, bias) = ("ref RowTokens", $"ref Training ? ref {_name}Biases.Start : {TokenBiases}");
        }

        yield return Sequences($$"""
            {{Kernel(_direction.KernelName, "Forward")}}(
                {{input}}, ref {{State}}.Initial.Start, {{At(stage.States)}}, {{Saved}},
                {{Weights}}, {{bias}}, {{(Clock == 0 ? "Active(first, end)" : Running)}}, Training, share);
            KeepFinalStates({{_direction.StateIndex}}, {{At(stage.States)}}, {{(Clock == 0 ? "first, end" : $"{Clock}")}}, share);
            """);
    }

    /// <inheritdoc/>
    public override IEnumerable<Work> Backward()
    {
        string output = stage.EveryStep ? $"{GradientAt(Target)}, everyStep: true" : $"ref {State}.Gradient.Start, everyStep: false";
        string inputs = Source.AreInputs ? "InputGradients" : "true";
        string scratch = (_kernel.Variant.ResetAfter ? "" : $"ref {_name}ResetGradient.Start, ")
            + (_kernel.Variant.Masked ? $"ref {_name}MaskedGradient.Start, " : "");
        string input = At(Source), dInput = $"{GradientAt(Source)}, inputs: {inputs}, add: {Flag(stage.Adds)}";
        if (stage.Table is { } table)
        {
            yield return First($"{Kernels}Packing.Clear(ref {_name}TokenGates.Start, BatchTokenCount * {_kernel.GateStride});");
            input = $"ref RowTokens, ref {Field(table)}.Start, ({UnsignedNative})BatchTokenCount";
            dInput = $"ref {GradientField(table.Name)}.Start";
            scratch += $"ref {_name}TokenGates.Start, ";
        }

        string gates = $"ref {_name}Gates.Start, {_kernel.ChunkRows} + ({UnsignedNative})MaxBatch";
        string sums = GradientSums(_direction.Start.Gradients, _direction.Label);
        string weights = PackedBackward(_direction.Start.Backward, _direction.Label + " weights");
        yield return new Work(Sharing.Met, $$"""
            {{Kernel(_direction.KernelName, "Backward")}}(
                {{input}}, ref {{State}}.Initial.Start, {{At(stage.States)}}, {{Saved}},
                {{output}}, ref {{State}}.Gradient.Start,
                {{dInput}},
                {{gates}}, {{scratch}}{{sums}}, {{weights}}, {{(Clock == 0 ? "Active(0, StepCount)" : Running)}}, share);
            """);
        if (_layer.Spec.LearnsInitialState)
        {
            string sum = GradientSums(_direction.InitialStateGradientOffset, _direction.NameOf(GruTensor.InitialState));
            yield return First($"AddStateGradient<TVector>({_direction.StateIndex}, {_kernel.HiddenStride}, {sum});");
        }
    }

    /// <inheritdoc/>
    public override IEnumerable<string> Trace()
    {
        string rows = $"{At(stage.States)}, ref {_name}Saved.Start, {Literal(_kernel.SavedStride)}";
        return [$"trace.Gates(\"{_layer.Name}\", {rows});"];
    }

    /// <inheritdoc/>
    public override string StepPlace(Places places) => At("next", _direction.Start.States, _direction.Label);

    /// <inheritdoc/>
    public override IEnumerable<string> Step(Places places)
    {
        string states = $"{At("states", _direction.Start.States, _direction.Label)}, {places[Target]}";
        if (stage.Table is not null)
        {
            string first = Named(_direction.Start.Prepared, _direction.Label + " biases of tokens");
            string bias = $"ref Prepared({first} + (({Native})token * {_kernel.ProjectedStride}))";
            string order = !_kernel.BothWays ? "" : _kernel.StepsTakeTurns ? ", Back, depthBack: false" : ", back: false, depthBack: false";
            return [Kernel(_direction.KernelName, "Step") + $"({states}, {StepWeights}, {bias}{order});"];
        }

        string sums = _kernel.StepParts > 1 ? $", ref {_name}Sums.Start, Back" : "";
        return [Kernel(_direction.KernelName, "Step") + $"({places[Source]}, {states}, {StepWeights}, {Bias}{Between}{sums});"];
    }

    /// <inheritdoc/>
    public override string BlockPlace(Places places) => Target.IsFinalState
        ? At("States", _direction.Start.States, _direction.Label)
        : base.BlockPlace(places);

    /// <inheritdoc/>
    public override IEnumerable<string> Block(Places places, string rows)
    {
        string block = $"block.{BlockName(stage.States)}", states = At("States", _direction.Start.States, _direction.Label);
        string projected = _kernel.Hoisted ? $", ref {block}Projected.Start" : "";
        yield return Kernel(_direction.KernelName, "Sequence") + (stage.Table is not null
            ? $"(ref input, {states}, ref {block}.Start, {rows}, {StepWeights}, {TokenBiases});"
            : $"({places[Source]}, {places.StrideOf(Source)}, {states}, ref {block}.Start, {rows}, "
                + $"{StepWeights}, {Bias}{Between}{projected});");
        yield return $"{Kernels}Packing.Copy(ref {block}.At(({rows} - 1) * {_kernel.HiddenStride}), {states}, {_kernel.HiddenStride});";
    }

    /// <summary>In training, the inputs' part of all gates for the tokens that a batch has.</summary>
    private string ProjectTokens(EmbeddingLayerPlan table)
    {
        string gather = new EmbeddingWriter(table).Gather("ref BatchTokens", $"ref {Field(table)}.Start", "BatchTokenCount");
        string rows = $"ref {Field(table)}.Start, {table.OutputStride}, ref {_name}Biases.Start, BatchTokenCount";
        return $$"""
            if (Training)
            {
                {{Lines(4, [IfFirst(gather)])}}

                share.Wait();
                {{Kernel(_direction.KernelName, "Project")}}({{rows}}, {{Weights}}, {{Bias}}, share);
                share.Wait();
            }

            """;
    }

    private IEnumerable<Memory> OfTokens()
    {
        if (stage.Table is { Kernel: var table } layer)
        {
            (long projected, int gates) = (_kernel.ProjectedStride, _kernel.GateStride);
            yield return new Memory(Field(layer), $"x[tokens, {table.Stride}]", $"memory.TrainingTokens * {table.Stride}");
            yield return new Memory(GradientField(layer.Name), $"dx[tokens, {table.Stride}]", $"memory.TrainingTokens * {table.Stride}");
            yield return new Memory(_name + "Biases", $"W_i·x + b[tokens, {projected}]", $"memory.TrainingTokens * {projected}");
            yield return new Memory(_name + "TokenGates", $"dG[tokens, {gates}]", $"memory.TrainingTokens * {gates}");
        }
    }

    /// <summary>What the backward pass reads of the forward one.</summary>
    private IEnumerable<Memory> Kept()
    {
        (int hp, long saved) = (_kernel.HiddenStride, _kernel.SavedStride);
        if (_kernel.Variant.ResetAfter)
        {
            yield return new Memory(_name + "Saved", $"saved[rows, r | z | n | q, {hp}]", $"memory.TrainingRows * {saved}");
        }
        else
        {
            yield return new Memory(_name + "Saved", $"saved[rows, r | z | n, {hp}], or those of one step", $"memory.StepRows * {saved}");
            yield return new Memory(_name + "Reset", $"r ∘ h[rows, {hp}], or those of one step", $"memory.StepRows * {hp}");
            yield return new Memory(_name + "ResetGradient", $"d(r ∘ h)[sequences, {hp}]", $"memory.TrainingBatch * {hp}");
        }

        if (_kernel.Variant.Masked)
        {
            yield return new Memory(_name + "Mask", $"mask[sequences, {hp}]", $"memory.TrainingBatch * {hp}");
            yield return new Memory(_name + "Masked", $"mask ∘ h[rows, {hp}]", $"memory.TrainingRows * {hp}");
            yield return new Memory(_name + "MaskedGradient", $"d(mask ∘ h)[sequences, {hp}]", $"memory.TrainingBatch * {hp}");
        }
    }

    private Memory Gates()
    {
        string columns = _kernel.Variant.ResetAfter ? "dn | dr | dz | dq" : "dn | dr | dz";
        return new Memory(
            _name + "Gates",
            $"dG[{_kernel.ExtraGateRows} + sequences, {columns}, {_kernel.HiddenStride}], {_kernel.GateStride} a row",
            $"memory.Training ? ({_kernel.ExtraGateRows}L + memory.MaxBatch) * {_kernel.GateStride} : 0");
    }
}
