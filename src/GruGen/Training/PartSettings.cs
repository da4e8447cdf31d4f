namespace GruGen;

/// <summary>How some parameters are trained, beside the optimiser's own numbers.</summary>
/// <param name="LearningRateFactor">What the learning rate is multiplied by.</param>
/// <param name="WeightDecay">λ of the decoupled decay.</param>
/// <param name="L2">λ of the decay by the gradient.</param>
internal readonly record struct PartSettings(double LearningRateFactor, double WeightDecay, double L2)
{
    /// <summary>Whether the parameters change where their gradients are zero.</summary>
    public bool Decays => WeightDecay != 0 || L2 != 0;

    /// <summary>Those of each tensor of a model.</summary>
    /// <exception cref="ArgumentException">A group names what is not there, or what another one names.</exception>
    public static PartSettings[] Of(ModelSchema schema, Optimizer optimizer, IReadOnlyList<ParameterGroup> groups)
    {
        var byName = new Dictionary<string, ParameterGroup>(StringComparer.Ordinal);
        foreach (ParameterGroup group in groups)
        {
            foreach (string name in group.Names)
            {
                if (!schema.Layers.Any(layer => layer.Name == name) && !schema.Tensors.Any(tensor => tensor.Name == name))
                {
                    throw Wrong($"has '{name}', but {schema.Name} has no such layer or tensor");
                }

                if (!byName.TryAdd(name, group))
                {
                    throw Wrong($"has '{name}' twice");
                }
            }
        }

        return [.. schema.Tensors.Select(Of)];

        PartSettings Of(TensorSchema tensor)
        {
            bool isNamed = byName.TryGetValue(tensor.Name, out ParameterGroup? group);
            group ??= byName.GetValueOrDefault(tensor.LayerName);
            bool decays = optimizer.DecaysAll || tensor.Shape.Length > 1;
            return new PartSettings(
                group?.LearningRateFactor ?? 1,
                Decay(group?.WeightDecay, optimizer.WeightDecay),
                Decay(group?.L2, optimizer.L2));

            double Decay(double? own, double other) => isNamed && own is { } named ? named : decays ? own ?? other : 0;
        }

        ArgumentException Wrong(string what) => new(
            $"'{nameof(TrainingOptions.ParameterGroups)}' {what}; there are the layers "
                + $"{string.Join(", ", schema.Layers.Select(layer => layer.Name))} and the tensors "
                + $"{string.Join(", ", schema.Tensors.Select(tensor => tensor.Name))}.",
            nameof(TrainingOptions.ParameterGroups));
    }

    /// <summary>The largest of each number.</summary>
    public static PartSettings Largest(IEnumerable<PartSettings> all) => all.Aggregate(default(PartSettings), (largest, next) => new(
        Math.Max(largest.LearningRateFactor, next.LearningRateFactor),
        Math.Max(largest.WeightDecay, next.WeightDecay),
        Math.Max(largest.L2, next.L2)));
}
