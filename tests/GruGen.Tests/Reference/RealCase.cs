namespace GruGen.Tests.Reference;

/// <summary>
/// GRUs that others trained and that run in products, with what they gave: the speech and music detector of Opus, and the speech enhancer
/// GTCRN. Their weights stay outside the repository, in <c>../shared/reference/real</c>.
/// </summary>
internal static class RealCase
{
    private const string Opus = "opus", OpusStates = "opus, states";

    private static readonly string? Folder = SharedFolder.Find("reference", "real");

    public static string? Missing => Folder is null ? "The weights that others trained are not here (../shared/reference/real)." : null;

    /// <summary>GTCRN's by their names in it.</summary>
    public static IEnumerable<string> Names { get; } =
    [
        Opus, OpusStates,
        .. new[] { 2, 3, 4 }.Select(i => $"encoder.en_convs.{i}.tra.att_gru"),
        .. new[] { 0, 1, 2 }.Select(i => $"decoder.de_convs.{i}.tra.att_gru"),
        .. from block in new[] { 1, 2 } from path in new[] { "intra", "inter" } from half in new[] { 1, 2 } select $"dpgrnn{block}.{path}_rnn.rnn{half}",
    ];

    /// <summary>The model of a case, which is known without its file.</summary>
    public static ModelSchema SchemaOf(string name)
    {
        LayerSchema[] opus =
        [
            LayerSchema.Dense(32, Activation.Tanh),
            LayerSchema.Gru(24, SequenceOutput.EveryStep, new GruOptions { ResetAfter = false }),
            LayerSchema.Dense(2, Activation.Sigmoid),
        ];
        return name switch
        {
            Opus => ModelSchema.ForFeatures("Opus", 25, opus),
            OpusStates => ModelSchema.ForFeatures("Opus", 25, opus[..2]),
            _ when name.Contains("att_gru", StringComparison.Ordinal) => Gtcrn(LayerSchema.Gru(16, SequenceOutput.EveryStep)),
            _ when name.Contains("inter_rnn", StringComparison.Ordinal) => Gtcrn(LayerSchema.Gru(8, SequenceOutput.EveryStep)),
            _ => Gtcrn(LayerSchema.Gru(4, SequenceOutput.EveryStep, new GruOptions { Bidirectional = true })),
        };

        static ModelSchema Gtcrn(LayerSchema gru) => ModelSchema.ForFeatures("Gtcrn", 8, gru);
    }

    public static Case Read(string name) => name is Opus or OpusStates
        ? OfOpus(Open("opus_analysis_mlp"), SchemaOf(name), name == Opus ? "golden.y" : "golden.h")
        : OfGtcrn(Open("gtcrn_grus"), SchemaOf(name), name);

    /// <summary>One sequence, forward.</summary>
    private static Case OfOpus(ReferenceFile file, ModelSchema schema, string output)
    {
        double[] outputs = file[output].Values;
        var batch = new Batch(schema, 1, file["golden.x"].Shape[0], file["golden.x"].Values, new double[outputs.Length]);
        return new Case(schema, Parameter, batch, new Results(new() { ["output"] = outputs }));

        // dense1, gru1 and dense2 are dense0, gru and dense2 there
        double[] Parameter(string tensor) => KerasWeights.Of(
            tensor, (layer, kerasName, _) => file[$"{(layer == "dense1" ? "dense0" : layer == "gru1" ? "gru" : layer)}.{kerasName}"]);
    }

    /// <summary>Forward, and backward from the loss Σ y².</summary>
    private static Case OfGtcrn(ReferenceFile file, ModelSchema schema, string name)
    {
        double[] outputs = Golden("y").Values;
        int[] shape = Golden("x").Shape;
        var batch = new Batch(schema, shape[0], shape[1], Golden("x").Values, [.. outputs.Select(y => 2 * y)]);
        var results = new Dictionary<string, double[]>
        {
            ["output"] = outputs,
            ["h_n"] = Golden("hn").Values,
            ["grad.input"] = Golden("dx_sumsq").Values,
        };
        foreach (TensorSchema tensor in schema.Tensors)
        {
            results.Add("grad." + tensor.Name, Golden("grad_" + TorchName(tensor.Name)).Values);
        }

        return new Case(schema, tensor => file[$"{name}.{TorchName(tensor)}"].Values, batch, new Results(results));

        ReferenceFile.Tensor Golden(string tensor) => file[$"golden.{name}.{tensor}"];
        static string TorchName(string tensor) => tensor["gru1.".Length..];
    }

    private static ReferenceFile Open(string name) => ReferenceFile.Read(File.ReadAllBytes(Path.Combine(Folder!, name + ".safetensors")));
}
