namespace GruGen.Tool;

/// <summary>
/// Finds tensors and modules in what a pickle holds: in state dictionaries, in checkpoints around them and in whole modules.
/// </summary>
internal static class TorchTensors
{
    private const int MaximumDepth = 40, MaximumVisits = 1_000_000, MaximumName = 1_000, MaximumLetters = 1 << 24;

    /// <summary>What a module keeps its tensors and its parts in, whose names are not part of theirs.</summary>
    private static readonly string[] s_ofModules = ["_parameters", "_buffers", "_modules"];

    /// <summary>The tensors and modules with their names.</summary>
    /// <param name="root">What the pickle holds.</param>
    /// <param name="source">What is read, for messages.</param>
    /// <param name="bytes">Reads the bytes of a storage.</param>
    /// <exception cref="InvalidDataException">There is no tensor; two have one name; or things hold each other.</exception>
    public static TorchContent Find(object? root, string source, Func<PickleStorage, ReadOnlyMemory<byte>> bytes)
    {
        var found = new List<(string Name, PickleTensor Tensor)>();
        var modules = new List<TorchModule>();
        var storages = new Dictionary<PickleStorage, ReadOnlyMemory<byte>>();
        int visits = 0, letters = 0;
        Visit(root, "", 0, null);
        if (found.Count == 0)
        {
            throw new InvalidDataException(
                $"{source} has no tensors that have names. Save the weights with torch.save(model.state_dict(), path).");
        }

        found.ForEach(each => Bytes(each.Tensor.Storage)); // one that is missing is an error even if nobody asks for it
        if (found.GroupBy(each => each.Name, StringComparer.Ordinal).FirstOrDefault(group => group.Count() > 1) is { } twice)
        {
            throw new InvalidDataException($"{source} has two tensors '{twice.Key}'.");
        }

        StoredTensor[] tensors = [.. found.Select(each => new StoredTensor(
            each.Name, each.Tensor.Storage.Type, each.Tensor.Shape, () => Elements(each.Tensor, Bytes(each.Tensor.Storage))))];
        return new TorchContent(tensors, modules);

        ReadOnlyMemory<byte> Bytes(PickleStorage storage)
        {
            if (!storages.TryGetValue(storage, out ReadOnlyMemory<byte> there))
            {
                storages.Add(storage, there = bytes(storage));
            }

            return there;
        }

        void Visit(object? value, string name, int depth, TorchModule? holder)
        {
            if (name.Length > MaximumName)
            {
                throw new InvalidDataException(
                    $"{source} has something with a name of {name.Length} letters; names have up to {MaximumName}.");
            }

            if (depth > MaximumDepth || ++visits > MaximumVisits || (letters += name.Length) > MaximumLetters)
            {
                throw new InvalidDataException($"{source} has things within things, more than {MaximumDepth} deep or without an end.");
            }

            switch (value)
            {
                case PickleTensor tensor when name.Length > 0:
                    found.Add((name, tensor));
                    break;
                case PickleDictionary dictionary:
                    foreach ((object key, object? item) in dictionary.Items)
                    {
                        if (key is not string && item is PickleTensor && depth == 0)
                        {
                            throw new InvalidDataException($"{source} has a tensor with the key {key}, which is no name.");
                        }

                        string text = key as string ?? key.ToString()!;
                        Visit(item, name.Length == 0 ? text : $"{name}.{text}", depth + 1, holder);
                    }

                    break;
                case PickleObject { State: PickleDictionary state, Type: var type } when state["_parameters"] is not null:
                    var module = new TorchModule(name, type, state, holder, source);
                    modules.Add(module);
                    foreach (string part in s_ofModules)
                    {
                        Visit(state[part], name, depth + 1, module);
                    }

                    break;
                case PickleObject { State: PickleDictionary state }:
                    Visit(state, name, depth + 1, holder);
                    break;
                case PickleObject { State: PickleList { Items: [PickleDictionary state, ..] } }:
                    Visit(state, name, depth + 1, holder);
                    break;
                case PickleList { Items: var items }:
                    for (int i = 0; i < items.Count; i++)
                    {
                        Visit(items[i], $"{name}[{i}]", depth + 1, holder);
                    }

                    break;
            }
        }
    }

    /// <summary>All storages that tensors lie in.</summary>
    public static IEnumerable<PickleStorage> Storages(object? root)
    {
        var seen = new HashSet<object>(ReferenceEqualityComparer.Instance);
        var left = new Stack<object?>([root]);
        while (left.TryPop(out object? value))
        {
            if (value is null or string or long or double or bool || !seen.Add(value))
            {
                continue;
            }

            switch (value)
            {
                case PickleTensor tensor:
                    yield return tensor.Storage;
                    break;
                case PickleStorage storage:
                    yield return storage;
                    break;
                case PickleObject made:
                    left.Push(made.State);
                    break;
                case PickleList { Items: var items }:
                    items.ForEach(left.Push);
                    break;
                case PickleDictionary { Items: var items }:
                    items.ForEach(item => left.Push(item.Value));
                    break;
            }
        }
    }

    /// <summary>Whether the elements lie one after another.</summary>
    private static bool IsRowMajor(PickleTensor tensor)
    {
        long step = 1;
        for (int axis = tensor.Shape.Length - 1; axis >= 0; axis--)
        {
            if (tensor.Shape[axis] != 1 && tensor.Strides[axis] != step)
            {
                return false;
            }

            step *= tensor.Shape[axis];
        }

        return true;
    }

    private static StoredNumbers Elements(PickleTensor tensor, ReadOnlyMemory<byte> bytes)
    {
        int count = tensor.Shape.Aggregate(1, (product, size) => product * size), each = StoredTensor.SizeOf(tensor.Storage.Type);
        var all = new StoredNumbers(tensor.Storage.Type, bytes);
        if (IsRowMajor(tensor))
        {
            return new StoredNumbers(tensor.Storage.Type, count == 0 ? default : bytes.Slice((int)tensor.Offset * each, count * each));
        }

        double[] values = new double[count];
        int[] index = new int[tensor.Shape.Length];
        long place = tensor.Offset;
        for (int i = 0; i < values.Length; i++)
        {
            values[i] = all[(int)place];
            for (int axis = index.Length - 1; axis >= 0; axis--)
            {
                place += tensor.Strides[axis];
                if (++index[axis] < tensor.Shape[axis])
                {
                    break;
                }

                place -= tensor.Shape[axis] * tensor.Strides[axis];
                index[axis] = 0;
            }
        }

        return values;
    }
}
