using GruGen.Tests.Reference;

namespace GruGen.Tests.Numbers;

/// <summary>Outputs, final states and every gradient against what <c>torch.nn.GRU</c> computed.</summary>
public class TorchGruTests
{
    private static readonly string[] Names =
    [
        "gru_t1_b1", "gru_i1_h8", "gru_i3_h5_odd", "gru_i10_h20", "gru_i16_h16", "gru_i7_h33_nobias", "gru_i32_h64_b17", "gru_i64_h128", "gru_2layers",
        "gru_lengths",
    ];

    public static TheoryData<string> Cases => [.. Names];

    public static TheoryData<string, string> Models => ModelFactory.With(Names, name => TorchCase.Read(name).GruSchema());

    [Theory]
    [MemberData(nameof(Models))]
    public void A_pass_computes_what_PyTorch_computes(string factory, string name)
    {
        ReferenceFile file = TorchCase.Read(name);
        ModelSchema schema = file.GruSchema();
        SequenceModel<float> model = ModelFactory.ByName(factory).Create<float>(schema);
        foreach (TensorSchema tensor in schema.Tensors)
        {
            model.Parameters.Set(tensor.Name, Batch.Floats(file.GruParameter(schema, tensor.Name)));
        }

        Results results = file.GruBatch(schema).Run(model);

        results.AssertEqual(file.GruResults(schema));
    }

    [Theory]
    [MemberData(nameof(Cases))]
    public void The_reference_computes_what_PyTorch_computes(string name)
    {
        ReferenceFile file = TorchCase.Read(name);
        ModelSchema schema = file.GruSchema();

        Results results = file.GruBatch(schema).Run(new ReferenceModel(schema, tensor => file.GruParameter(schema, tensor)));

        // the file has rounded both its inputs and its results to floats
        results.AssertEqual(file.GruResults(schema), outputs: 1e-7, gradients: 1e-7);
    }

    [Fact]
    public void The_reference_computes_what_PyTorch_computes_in_double_precision()
    {
        ReferenceFile file = TorchCase.Read("gru_f64");
        ModelSchema schema = file.GruSchema();

        Results results = file.GruBatch(schema).Run(new ReferenceModel(schema, tensor => file.GruParameter(schema, tensor)));

        results.AssertEqual(file.GruResults(schema), outputs: 1e-12, gradients: 1e-12);
    }
}
