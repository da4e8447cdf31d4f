namespace GruGen.Tests.Reference;

/// <summary>
/// What others computed: a model, its values by the names of our parameters, a batch, and those of the results that they wrote down.
/// </summary>
internal sealed record Case(ModelSchema Schema, Func<string, double[]> Parameter, Batch Batch, Results Results)
{
    /// <summary>The results of the reference.</summary>
    public Results RunReference() => Batch.Run(new ReferenceModel(Schema, Parameter));

    /// <summary>The results of the model that an implementation has.</summary>
    public Results Run(string factory) => Schema.ReadsTokens ? Run<int>(factory) : Run<float>(factory);

    private Results Run<TInput>(string factory)
        where TInput : unmanaged
    {
        SequenceModel<TInput> model = ModelFactory.ByName(factory).Create<TInput>(Schema);
        foreach (TensorSchema tensor in Schema.Tensors)
        {
            model.Parameters.Set(tensor.Name, Batch.Floats(Parameter(tensor.Name)));
        }

        return Batch.Run(model);
    }
}
