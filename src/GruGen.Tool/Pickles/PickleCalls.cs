using System.Collections.Immutable;

namespace GruGen.Tool;

/// <summary>The calls of a pickle that are known, and what stands for their results. There are no others.</summary>
internal static class PickleCalls
{
    private const string Utils = "torch._utils";
    private const int MaximumRank = 16;
    private const int MaximumExpanded = 1 << 20; // the elements of a tensor that has one of its storage many times

    /// <summary>Calls whose result only has to be there.</summary>
    private static readonly HashSet<string> s_inert =
    [
        "torch.device", "torch.Size", "_codecs.encode", "numpy.dtype", "numpy.core.multiarray.scalar", "numpy._core.multiarray.scalar",
    ];

    /// <summary>The types of elements by the storages of PyTorch.</summary>
    private static readonly Dictionary<string, string> s_types = new(StringComparer.Ordinal)
    {
        ["FloatStorage"] = "F32",
        ["DoubleStorage"] = "F64",
        ["HalfStorage"] = "F16",
        ["BFloat16Storage"] = "BF16",
        ["LongStorage"] = "I64",
        ["IntStorage"] = "I32",
        ["ShortStorage"] = "I16",
        ["CharStorage"] = "I8",
        ["ByteStorage"] = "U8",
        ["BoolStorage"] = "BOOL",
    };

    /// <summary>The result of a call.</summary>
    /// <exception cref="InvalidDataException">It is none of those that are known.</exception>
    public static object? Call(PickleGlobal function, List<object?> arguments, string source)
    {
        switch (function.ToString())
        {
            case "collections.OrderedDict" or "collections.defaultdict":
                return Dictionary(function, arguments, source);
            case "builtins.set" or "__builtin__.set" or "builtins.frozenset" or "__builtin__.frozenset":
                return new PickleList();
            case Utils + "._rebuild_tensor_v2" or Utils + "._rebuild_tensor":
                return Tensor(arguments, source);
            case Utils + "._rebuild_parameter" or Utils + "._rebuild_parameter_with_state":
                return arguments is [PickleTensor tensor, ..] ? tensor : throw Wrong(function, source);
            case var name when s_inert.Contains(name):
                return new PickleObject(function);
            default:
                throw new InvalidDataException(
                    $"{source} calls {function}, which no file of weights has to call. Nothing was run, and the file is not read. "
                        + "If it comes from where you trust, save the weights alone: torch.save(model.state_dict(), path).");
        }
    }

    /// <summary>A storage by what refers to it: <c>('storage', type, key, location, length[, part])</c>.</summary>
    /// <exception cref="InvalidDataException">It is no such thing.</exception>
    public static PickleStorage Storage(IReadOnlyList<object?> reference, string source)
    {
        if (reference is not ["storage", PickleGlobal type, string key, string, long and >= 0, ..] || reference.Count > 6)
        {
            throw new InvalidDataException($"{source} refers to something that is no storage of numbers.");
        }

        string element = type.Module == "torch" ? s_types.GetValueOrDefault(type.Name, "") : "";
        if (element.Length == 0)
        {
            throw new InvalidDataException($"{source} has numbers of the type {type}, which is none that is read.");
        }

        // before PyTorch 1.6 a storage could be a part of another one: (key, first element, number of elements)
        var storage = new PickleStorage(key, element, (long)reference[4]!);
        return reference.Count < 6 || reference[5] is null ? storage
            : reference[5] is PickleList { Items: [string, long and >= 0, long and >= 0] part }
                && (long)part[1]! <= storage.Length && (long)part[2]! <= storage.Length - (long)part[1]!
                ? storage with { Start = (long)part[1]! }
            : throw new InvalidDataException($"{source} has a part of the storage '{key}' that does not lie in it.");
    }

    private static PickleDictionary Dictionary(PickleGlobal function, List<object?> arguments, string source)
    {
        var dictionary = new PickleDictionary();
        if (function.Name == "defaultdict")
        {
            return arguments is [] or [PickleGlobal] ? dictionary : throw Wrong(function, source);
        }

        if (arguments is [PickleList { Items: var pairs }])
        {
            foreach (object? pair in pairs)
            {
                if (pair is not PickleList { Items: [{ } key, var value] })
                {
                    throw Wrong(function, source);
                }

                dictionary.Set(key, value);
            }

            return dictionary;
        }

        return arguments.Count == 0 ? dictionary : throw Wrong(function, source);
    }

    private static PickleTensor Tensor(List<object?> arguments, string source)
    {
        if (arguments is not [PickleStorage storage, long offset, PickleList { Items: var sizes }, PickleList { Items: var strides }, ..])
        {
            throw new InvalidDataException($"{source} has a tensor that is not described by a storage, an offset, sizes and strides.");
        }

        if (sizes.Count != strides.Count || sizes.Count > MaximumRank
            || sizes.Exists(size => size is not (long and >= 0 and <= int.MaxValue))
                || strides.Exists(stride => stride is not (long and >= 0)))
        {
            throw new InvalidDataException(
                $"{source} has a tensor of the sizes [{string.Join(", ", sizes)}] and the strides [{string.Join(", ", strides)}].");
        }

        ImmutableArray<int> shape = [.. sizes.Select(size => (int)(long)size!)];
        ImmutableArray<long> steps = [.. strides.Select(stride => (long)stride!)];
        Int128 count = shape.Aggregate((Int128)1, (product, size) => product > long.MaxValue ? product : product * size);
        Int128 first = (Int128)storage.Start + offset;
        Int128 last = count == 0 ? -1
            : shape.Zip(steps).Aggregate(first, (place, axis) => place + ((Int128)(axis.First - 1) * axis.Second));
        return offset >= 0 && last < storage.Length && count <= Math.Max(storage.Length, MaximumExpanded)
            ? new PickleTensor(storage, (long)first, shape, steps)
            : throw new InvalidDataException(
                $"{source} has a tensor [{string.Join(", ", shape)}] from {offset} on with the strides [{string.Join(", ", steps)}], "
                    + $"which does not lie in the {storage.Length} elements of '{storage.Key}'.");
    }

    private static InvalidDataException Wrong(PickleGlobal function, string source) =>
        new($"{source} calls {function} with other arguments than PyTorch writes.");
}
