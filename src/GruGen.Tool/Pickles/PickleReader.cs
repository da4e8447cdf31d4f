using System.Globalization;

namespace GruGen.Tool;

/// <summary>
/// Reads a pickle: a fixed list of operations, which build lists, dictionaries, numbers, texts and descriptions of tensors. Names of Python
/// are texts here, and a call of any but a few of them ends the reading. Nothing of a file runs.
/// </summary>
internal ref partial struct PickleReader
{
    private const int MaximumProtocol = 5, MaximumOperations = 4_000_000, MaximumObjects = 1_000_000;

    private static readonly object s_mark = new();

    private readonly string _source;
    private readonly Func<IReadOnlyList<object?>, object?> _persistent;
    private readonly List<object?> _stack = [];
    private readonly Dictionary<long, object?> _memo = [];
    private PickleBytes _bytes;
    private int _objects;

    private PickleReader(ReadOnlySpan<byte> bytes, string source, Func<IReadOnlyList<object?>, object?> persistent)
    {
        _bytes = new PickleBytes(bytes, source);
        _source = source;
        _persistent = persistent;
    }

    /// <summary>Reads one pickle.</summary>
    /// <param name="bytes">Bytes that begin with it.</param>
    /// <param name="source">What is read, for messages.</param>
    /// <param name="persistent">What a reference to something beside the pickle, a tuple, becomes.</param>
    /// <param name="length">The number of its bytes.</param>
    /// <exception cref="InvalidDataException">It is damaged, or calls what no file of weights has to call.</exception>
    public static object? Read(ReadOnlySpan<byte> bytes, string source, Func<IReadOnlyList<object?>, object?> persistent, out int length)
    {
        var reader = new PickleReader(bytes, source, persistent);
        for (int operations = 0; operations < MaximumOperations; operations++)
        {
            byte operation = reader._bytes.Byte();
            if (operation == '.')
            {
                length = reader._bytes.Place;
                return reader.Pop();
            }

            reader.Run(operation);
        }

        throw new InvalidDataException($"{source} has more than {MaximumOperations} operations.");
    }

    private void Run(byte operation)
    {
        switch ((char)operation)
        {
            case '\x80':
                int protocol = _bytes.Byte();
                if (protocol > MaximumProtocol)
                {
                    throw Damaged($"its protocol is {protocol}, but at most {MaximumProtocol} is known");
                }

                break;
            case '\x95':
                ulong frame = _bytes.UInt64();
                if (frame > int.MaxValue)
                {
                    throw Damaged($"a frame of {frame} bytes is announced");
                }

                break;
            case '(':
                Push(s_mark);
                break;
            case '0':
                Pop();
                break;
            case '1':
                PopToMark();
                break;
            case 'N':
                Push(null);
                break;
            case '\x88' or '\x89':
                Push(operation == 0x88);
                break;
            case 'I':
                string line = _bytes.Line();
                Push(line is "01" or "00" ? line == "01" : _bytes.Integer(line));
                break;
            case 'L':
                Push(_bytes.Integer(_bytes.Line()));
                break;
            case 'J':
                Push((long)_bytes.Int32());
                break;
            case 'K':
                Push((long)_bytes.Byte());
                break;
            case 'M':
                Push((long)_bytes.UInt16());
                break;
            case '\x8a':
                Push(_bytes.Integer(_bytes.Byte()));
                break;
            case '\x8b':
                Push(_bytes.Integer(_bytes.Int32()));
                break;
            case 'F':
                Push(double.TryParse(_bytes.Line(), NumberStyles.Float, CultureInfo.InvariantCulture, out double number)
                    ? number : throw Damaged("a number is none"));
                break;
            case 'G':
                Push(_bytes.Double());
                break;
            case 'X' or 'T':
                Push(_bytes.Text((ulong)_bytes.UInt32()));
                break;
            case '\x8c' or 'U':
                Push(_bytes.Text(_bytes.Byte()));
                break;
            case '\x8d':
                Push(_bytes.Text(_bytes.UInt64()));
                break;
            case 'V':
                Push(_bytes.Line());
                break;
            case 'B':
                PushBytes((ulong)_bytes.UInt32());
                break;
            case 'C':
                PushBytes(_bytes.Byte());
                break;
            case '\x8e' or '\x96':
                PushBytes(_bytes.UInt64());
                break;
            default:
                RunOnContainers(operation);
                break;
        }
    }

    private void RunOnContainers(byte operation)
    {
        switch ((char)operation)
        {
            case ')':
                Push(List([]));
                break;
            case ']' or '\x8f':
                Push(List([]));
                break;
            case 't' or 'l' or '\x91':
                Push(List(PopToMark()));
                break;
            case '\x85' or '\x86' or '\x87':
                Push(List(Pop(operation - 0x84)));
                break;
            case 'a':
                object? item = Pop();
                Top<PickleList>("a list").Items.Add(item);
                break;
            case 'e' or '\x90':
                object?[] items = PopToMark();
                Top<PickleList>("a list").Items.AddRange(items);
                break;
            case '}':
                Push(Counted(new PickleDictionary()));
                break;
            case 'd':
                object?[] pairs = PopToMark();
                Push(Counted(new PickleDictionary()));
                SetItems(pairs);
                break;
            case 's':
                SetItems(Pop(2));
                break;
            case 'u':
                SetItems(PopToMark());
                break;
            case 'p':
                Remember(_bytes.Integer(_bytes.Line()));
                break;
            case 'q':
                Remember((long)_bytes.Byte());
                break;
            case 'r':
                Remember(_bytes.UInt32());
                break;
            case '\x94':
                Remember((long)_memo.Count);
                break;
            case 'g':
                Recall(_bytes.Integer(_bytes.Line()));
                break;
            case 'h':
                Recall((long)_bytes.Byte());
                break;
            case 'j':
                Recall(_bytes.UInt32());
                break;
            default:
                RunOnObjects(operation);
                break;
        }
    }

    private void RunOnObjects(byte operation)
    {
        switch ((char)operation)
        {
            case 'c':
                string module = _bytes.Line();
                Push(Counted(new PickleGlobal(module, _bytes.Line())));
                break;
            case '\x93':
                Push(Pop(2) is [string space, string name] ? Counted(new PickleGlobal(space, name)) : throw Damaged("a name is no text"));
                break;
            case 'R':
                if (Pop(2) is not [PickleGlobal function, PickleList { Items: var arguments }])
                {
                    throw Damaged("something is called that is no name");
                }

                int pairs = arguments is [PickleList { Items.Count: var count }] ? count : 0; // which a dictionary is made of
                Push(PickleCalls.Call(function, Counted(arguments, pairs + 1), _source));
                break;
            case '\x81':
                Push(Pop(2) is [PickleGlobal type, PickleList { Items: [] }]
                    ? Counted(new PickleObject(type))
                    : throw Damaged("an object is made of a class with arguments, which would run code"));
                break;
            case 'b':
                object? state = Pop();
                if (_stack.Count > 0 && _stack[^1] is PickleObject made)
                {
                    made.State = state; // of all others it is an attribute, such as the versions of a state dictionary
                }

                break;
            case 'Q':
                Push(Pop() is PickleList { Items: var reference } ? Counted(_persistent(reference))
                    : throw Damaged("a reference is no tuple"));
                break;
            case 'i' or 'o' or '\x92':
                throw Damaged("an object is made by a call, which would run code");
            case '\x82' or '\x83' or '\x84':
                throw Damaged("it refers to a registry of extensions");
            default:
                throw Damaged($"the operation 0x{operation:x2} at {_bytes.Place - 1} is none that is read");
        }
    }
}
