namespace GruGen.Tool;

/// <summary>In which order modules are applied: each reads what the one before gives, so their sizes say much of it.</summary>
internal static class ModuleOrder
{
    private const int MaximumTries = 200_000, MaximumModules = 200;

    /// <summary>The modules in order.</summary>
    /// <param name="modules">The modules in the order of the file.</param>
    /// <param name="given">Their names in the order that the user gives; empty if none is given.</param>
    /// <param name="source">The file, for messages.</param>
    /// <param name="others">Whether the sizes allow another order too.</param>
    /// <exception cref="InvalidDataException">No order fits, or the given one does not.</exception>
    public static IReadOnlyList<Module> Find(IReadOnlyList<Module> modules, IReadOnlyList<string> given, string source, out bool others)
    {
        others = false;
        if (given.Count > 0)
        {
            Module[] ordered =
            [
                .. given.Select(name => modules.FirstOrDefault(module => module.Name == name)
                    ?? throw new InvalidDataException($"{source} has no module '{name}'; it has {string.Join(", ", modules)}.")),
            ];
            return ordered.Length == modules.Count && ordered.Distinct().Count() == ordered.Length
                ? Follows(ordered, source)
                : throw new InvalidDataException(
                    $"The given order has {string.Join(", ", given)}, but {source} has {string.Join(", ", modules)}; '--ignore' leaves one "
                        + $"out.");
        }

        if (modules.Count > MaximumModules)
        {
            throw new InvalidDataException($"{source} has {modules.Count} modules; up to {MaximumModules} are put in an order.");
        }

        var chain = new List<Module>();
        Module[]? first = null;
        int found = 0, tries = 0;
        Search(0);
        others = found > 1;
        return first ?? throw new InvalidDataException(
            $"The modules of {source} do not follow each other by their sizes, so that it is more than one path or other layers lie "
                + $"between them: "
                + $"{string.Join(", ", modules)}. '--part' and '--ignore' choose some of them.");

        void Search(int size)
        {
            if (chain.Count == modules.Count)
            {
                first ??= [.. chain];
                found++;
                return;
            }

            foreach (Module module in modules.Where(module => !chain.Contains(module)))
            {
                bool fits = module.InputSize == 0 || size == 0 || module.InputSize == size;
                bool isTablesPlace = chain.Count == 0 && modules.Any(any => any.Kind == ModuleKind.Embedding);
                bool isPlaced = (module.Kind == ModuleKind.Embedding) == isTablesPlace;
                if (fits && isPlaced && found < 2 && ++tries < MaximumTries)
                {
                    chain.Add(module);
                    Search(module.OutputSize == 0 ? size : module.OutputSize);
                    chain.RemoveAt(chain.Count - 1);
                }
            }
        }
    }

    private static Module[] Follows(Module[] ordered, string source)
    {
        int size = 0;
        foreach (Module module in ordered)
        {
            if (size != 0 && module.InputSize != 0 && module.InputSize != size && module.Kind != ModuleKind.Embedding)
            {
                throw new InvalidDataException(
                    $"{module} of {source} cannot follow in the given order: what is before it gives {size} numbers.");
            }

            size = module.OutputSize == 0 ? size : module.OutputSize;
        }

        return ordered;
    }
}
