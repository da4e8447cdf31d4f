namespace GruGen.Tool;

/// <summary>
/// Finds the order of modules, and with it which matrix is a table of vectors where no name says so: a layer without a bias has the same
/// tensor.
/// </summary>
/// <param name="modules">The modules in the order of the file.</param>
/// <param name="isOrdered">Whether that is the order in which they are registered.</param>
/// <param name="given">Their names in the order that the user gives; empty if none is given.</param>
/// <param name="source">The file, for messages.</param>
/// <param name="notes">Takes what is assumed.</param>
internal sealed class OrderSearch(
    IReadOnlyList<Module> modules, bool isOrdered, IReadOnlyList<string> given, string source, List<string> notes)
{
    private const int MaximumTables = 8; // matrices that are tried as tables

    /// <summary>What may be a table of vectors; nothing where one is known.</summary>
    private Module[] Matrices => modules.Any(module => module.Kind == ModuleKind.Embedding) ? []
        : [.. modules.Where(module => module.IsMatrix)];

    /// <summary>The order of modules whose tensors alone are known.</summary>
    /// <exception cref="InvalidDataException">None fits, or the given one does not.</exception>
    public IReadOnlyList<Module> Find()
    {
        if (given.Count > 0)
        {
            return ModuleOrder.Given(modules, given, source);
        }

        if (TableBeforeGru() is { } first && BySizes(first) is { } read)
        {
            return read;
        }

        Module[] matrices = Matrices;
        if (BySizes(table: null) is { } ordered)
        {
            if (matrices.Contains(ordered[0]))
            {
                notes.Add($"Assumed: '{ordered[0].Name}' is a Linear layer without a bias; '--embedding {ordered[0].Name}' takes it as a "
                    + "table of vectors, one for each token.");
            }

            return ordered;
        }

        Module[] tables = matrices.Length > MaximumTables ? []
            : [.. matrices.Where(matrix => ModuleOrder.BySizes(With(matrix), source, out _) is not null)];
        return tables is [var only] ? BySizes(only)! : throw Unordered();
    }

    /// <summary>The order of modules whose classes are known too.</summary>
    /// <param name="torch">What is said of them.</param>
    /// <exception cref="InvalidDataException">None fits, or the given one does not.</exception>
    public IReadOnlyList<Module> Find(TorchModules torch)
    {
        ModuleOrder.CheckCount(modules, source);
        (Module Module, int Size)? misfit = ModuleOrder.Misfit(modules);
        if (torch.Owner is null && given.Count == 0)
        {
            return misfit is not { } wrong ? modules : throw new InvalidDataException(
                $"{wrong.Module} of {source} cannot follow what is before it, which gives {wrong.Size} numbers.");
        }

        (IReadOnlyList<Module> ordered, string order) =
            given.Count > 0 ? (ModuleOrder.Given(modules, given, source), "that is given")
            : misfit is null ? (modules, "in which they are registered")
            : (ModuleOrder.BySizes(modules, source, out _) ?? throw Unordered(), "that their sizes give");
        if (torch.Owner is { } owner)
        {
            notes.Add($"Assumed, since the code of {owner} is not in the file: its modules are applied in the order {order}, "
                + $"{string.Join(", ", ordered.Select(torch.Describe))}; '--order' and '--activation' say otherwise.");
        }

        return ordered;
    }

    /// <summary>The matrix at the front of a file, if a GRU that reads what its rows have comes behind it; otherwise null.</summary>
    private Module? TableBeforeGru() => isOrdered && modules is [var first, { Kind: ModuleKind.Recurrent } gru, ..]
        && Matrices.Contains(first) && first.InputSize == gru.InputSize && first.OutputSize != gru.InputSize ? first : null;

    private IReadOnlyList<Module>? BySizes(Module? table)
    {
        IReadOnlyList<Module>? ordered = ModuleOrder.BySizes(With(table), source, out bool others);
        if (ordered is not null && table is not null)
        {
            notes.Add($"Assumed: '{table.Name}' is a table of {table.OutputSize} vectors, whose {table.InputSize} numbers the layer behind "
                + "it reads.");
        }

        if (others)
        {
            string names = string.Join(',', ordered!.Select(module => module.Name));
            notes.Add($"Assumed: the modules are applied in the order {names}; '--order' gives another one.");
        }

        return ordered;
    }

    private IReadOnlyList<Module> With(Module? table) =>
        table is null ? modules : [.. modules.Select(module => module == table ? module.AsTable() : module)];

    private InvalidDataException Unordered()
    {
        Module[] matrices = Matrices;
        string tables = matrices.Length == 0 ? ""
            : $" '--embedding {matrices[0].Name}' says that {string.Join(" or ", matrices.Select(matrix => $"'{matrix.Name}'"))} is a "
                + "table of vectors, one for each token.";
        (Module? conv, int groups) = Grouped();
        string advice = conv is null ? ""
            : $" '{conv.Name}' may have {groups} groups, of which its tensors say nothing: '--set {conv.Name}.groups={groups}'.";
        return new InvalidDataException(
            $"The modules of {source} do not follow each other by their sizes, so that it is more than one path or other layers lie "
                + $"between them: {string.Join(", ", modules)}. '--part' and '--ignore' choose some of them.{tables}{advice}");
    }

    /// <summary>A convolution that would read what another module gives if it had groups, and how many.</summary>
    private (Module? Convolution, int Groups) Grouped() =>
        (from conv in modules.Where(module => module is { Kind: ModuleKind.Convolution, Groups: 1, InputSize: > 0 })
         from other in modules.Where(module => module != conv && module.OutputSize > conv.InputSize)
         let groups = other.OutputSize / conv.InputSize
         where other.OutputSize % conv.InputSize == 0 && conv.OutputSize % groups == 0
         select ((Module?)conv, groups)).FirstOrDefault();
}
