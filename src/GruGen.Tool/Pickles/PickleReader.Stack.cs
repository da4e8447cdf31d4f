namespace GruGen.Tool;

/// <content>What is on the stack, and what was kept.</content>
internal ref partial struct PickleReader
{
    private readonly void SetItems(object?[] pairs)
    {
        PickleDictionary dictionary = Top<PickleDictionary>("a dictionary");
        if (pairs.Length % 2 != 0)
        {
            throw Damaged("a key has no value");
        }

        for (int i = 0; i < pairs.Length; i += 2)
        {
            dictionary.Set(pairs[i] ?? "None", pairs[i + 1]);
        }
    }

    private readonly void Remember(object place)
    {
        if (place is not (long and >= 0) || _stack.Count == 0)
        {
            throw Damaged($"nothing can be kept at {place}");
        }

        _memo[(long)place] = _stack[^1];
    }

    private void Recall(object place) => Push(place is long key && _memo.TryGetValue(key, out object? value)
        ? value : throw Damaged($"nothing was kept at {place}"));

    private void PushBytes(ulong length)
    {
        _bytes.Skip(length);
        Push(Counted(new PickleObject(new PickleGlobal("builtins", "bytes"))));
    }

    private void Push(object? value) => _stack.Add(_stack.Count < MaximumObjects ? value : throw Damaged("its stack has no end"));

    private readonly object? Pop() => Pop(1)[0];

    private readonly object?[] Pop(int count)
    {
        if (_stack.Count < count)
        {
            throw Damaged("its stack is empty");
        }

        object?[] values = [.. _stack[^count..]];
        _stack.RemoveRange(_stack.Count - count, count);
        return Array.IndexOf(values, s_mark) < 0 ? values : throw Damaged("its stack is empty up to a mark");
    }

    private readonly object?[] PopToMark()
    {
        int mark = _stack.LastIndexOf(s_mark);
        if (mark < 0)
        {
            throw Damaged("a mark is missing");
        }

        object?[] values = [.. _stack[(mark + 1)..]];
        _stack.RemoveRange(mark, _stack.Count - mark);
        return values;
    }

    private readonly T Top<T>(string what)
        where T : class => _stack.Count > 0 && _stack[^1] is T top ? top : throw Damaged($"something is added to what is not {what}");

    private PickleList List(object?[] items)
    {
        PickleList list = Counted(new PickleList());
        list.Items.AddRange(items);
        return list;
    }

    private T Counted<T>(T value, int objects = 1) => (_objects += objects) <= MaximumObjects ? value
        : throw Damaged($"it has more than {MaximumObjects} objects");

    private readonly InvalidDataException Damaged(string what) => new($"{_source} is no pickle of weights that is read: {what}.");
}
