namespace GruGen.Tool;

/// <summary>In which order modules are applied: each reads what the one before gives, so their sizes say much of it.</summary>
internal static class ModuleOrder
{
    private const int MaximumTries = 200_000, MaximumModules = 200;

    /// <summary>The modules in an order that a user gives.</summary>
    /// <exception cref="InvalidDataException">It has others than the file, or they do not follow each other.</exception>
    public static IReadOnlyList<Module> Given(IReadOnlyList<Module> modules, IReadOnlyList<string> given, string source)
    {
        Module[] ordered =
        [
            .. given.Select(name => modules.FirstOrDefault(module => module.Name == name)
                ?? throw new InvalidDataException($"{source} has no module '{name}'; it has {string.Join(", ", modules)}.")),
        ];
        if (ordered.Length != modules.Count || ordered.Distinct().Count() < ordered.Length)
        {
            throw new InvalidDataException(
                $"The given order has {string.Join(", ", given)}, but {source} has {string.Join(", ", modules)}; '--ignore' leaves one "
                    + $"out.");
        }

        return Misfit(ordered) is not { } misfit ? ordered : throw new InvalidDataException(
            $"{misfit.Module} of {source} cannot follow in the given order: what is before it gives {misfit.Size} numbers."
                + (ordered[0].IsMatrix ? $" '--embedding {ordered[0].Name}' takes that as a table of vectors." : ""));
    }

    /// <summary>Checks that there are not more modules than are put in an order.</summary>
    /// <exception cref="InvalidDataException">There are.</exception>
    public static void CheckCount(IReadOnlyList<Module> modules, string source)
    {
        if (modules.Count > MaximumModules)
        {
            throw new InvalidDataException($"{source} has {modules.Count} modules; up to {MaximumModules} are put in an order.");
        }
    }

    /// <summary>The modules in an order in which their sizes follow each other; null if there is none.</summary>
    /// <param name="modules">The modules in the order of the file.</param>
    /// <param name="source">The file, for messages.</param>
    /// <param name="others">Whether the sizes allow another order too.</param>
    /// <exception cref="InvalidDataException">They are too many.</exception>
    public static IReadOnlyList<Module>? BySizes(IReadOnlyList<Module> modules, string source, out bool others)
    {
        CheckCount(modules, source);
        var chain = new List<Module>();
        Module[]? first = null;
        int found = 0, tries = 0;
        Search(0);
        others = found > 1;
        return first;

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

    /// <summary>The first module that does not read what the one before it gives, and the size of that; null if all do.</summary>
    public static (Module Module, int Size)? Misfit(IReadOnlyList<Module> ordered)
    {
        int size = 0;
        foreach (Module module in ordered)
        {
            if (size != 0 && (module.Kind == ModuleKind.Embedding || (module.InputSize != 0 && module.InputSize != size)))
            {
                return (module, size);
            }

            size = module.OutputSize == 0 ? size : module.OutputSize;
        }

        return null;
    }
}
