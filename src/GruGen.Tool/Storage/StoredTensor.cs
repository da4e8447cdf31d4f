using System.Collections.Immutable;

namespace GruGen.Tool;

/// <summary>A tensor as a file has it. Its numbers are read when they are asked for first.</summary>
/// <param name="name">Its name in the file.</param>
/// <param name="type">The type of its elements, as safetensors writes it: F32, F64, F16, BF16, I64, …</param>
/// <param name="shape">Its shape, row-major.</param>
/// <param name="read">Reads its elements.</param>
internal sealed class StoredTensor(string name, string type, ImmutableArray<int> shape, Func<StoredNumbers> read)
{
    private readonly Lazy<StoredNumbers> _values = new(read);

    /// <summary>A tensor of numbers that are made.</summary>
    public StoredTensor(string name, string type, ImmutableArray<int> shape, Func<double[]> make)
        : this(name, type, shape, () => (StoredNumbers)make())
    {
    }

    public string Name => name;

    public string Type => type;

    public ImmutableArray<int> Shape => shape;

    /// <summary>The number of elements; 2,147,483,647 stands for more than any array has.</summary>
    public long Length => shape.Aggregate(1L, (product, size) => Math.Min(int.MaxValue, product * size));

    /// <summary>The elements, row-major.</summary>
    public StoredNumbers Values => _values.Value;

    /// <summary>Whether the elements are numbers with a fraction.</summary>
    public bool IsReal => type is "F32" or "F64" or "F16" or "BF16";

    /// <summary>The elements in single precision.</summary>
    /// <exception cref="InvalidDataException">One is finite, but not as a float.</exception>
    public float[] Singles()
    {
        StoredNumbers values = Values;
        float[] singles = new float[values.Length];
        for (int i = 0; i < singles.Length; i++)
        {
            double value = values[i];
            singles[i] = float.IsInfinity((float)value) && double.IsFinite(value)
                ? throw new InvalidDataException($"'{name}' has the number {value}, which is too large for a float.")
                : (float)value;
        }

        return singles;
    }

    /// <summary>The same elements by another name, or in another shape.</summary>
    public StoredTensor As(string otherName, ImmutableArray<int> otherShape) => new(otherName, type, otherShape, () => Values);

    /// <summary>Elements that are made of these.</summary>
    public StoredTensor As(string otherName, ImmutableArray<int> otherShape, Func<StoredNumbers, double[]> change) =>
        new(otherName, type, otherShape, () => change(Values));

    /// <summary>A matrix [rows, columns] as [columns, rows].</summary>
    public StoredTensor Transposed(string otherName) => As(otherName, [shape[1], shape[0]], values =>
    {
        (int rows, int columns) = (shape[0], shape[1]);
        double[] transposed = new double[values.Length];
        for (int row = 0; row < rows; row++)
        {
            for (int column = 0; column < columns; column++)
            {
                transposed[(column * rows) + row] = values[(row * columns) + column];
            }
        }

        return transposed;
    });

    public override string ToString() => $"{name} {type} [{string.Join(", ", shape)}]";

    /// <summary>The bytes of an element; 0 for a type that is not known.</summary>
    public static int SizeOf(string type) => type switch
    {
        "F64" or "I64" or "U64" => 8,
        "F32" or "I32" or "U32" => 4,
        "F16" or "BF16" or "I16" or "U16" => 2,
        "I8" or "U8" or "BOOL" => 1,
        _ => 0,
    };
}
