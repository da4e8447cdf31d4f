using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>A table of vectors on its way through a pass: rows are copied out of it, and their gradients are added up token by token.</summary>
internal sealed class GenericEmbedding
{
    private readonly LayerSchema _schema;
    private readonly nint _stride;

    public GenericEmbedding(LayerSchema schema, long maxRows, bool training)
    {
        _schema = schema;
        _stride = Simd.Padded(schema.OutputSize);
        Output = new AlignedBuffer(maxRows * _stride);
        OutputGradient = new AlignedBuffer(training ? maxRows * _stride : 0);
    }

    /// <summary>output[rows, size, padded].</summary>
    public AlignedBuffer Output { get; }

    /// <summary>The gradient of <see cref="Output"/>.</summary>
    public AlignedBuffer OutputGradient { get; }

    /// <summary>Copies the vector of each token.</summary>
    /// <param name="tokens">tokens[rows].</param>
    /// <param name="rows">Their number.</param>
    /// <param name="table">table[vocabulary, size].</param>
    public void Forward(ref int tokens, nint rows, ref float table)
    {
        int size = _schema.OutputSize;
        for (nint row = 0; row < rows; row++)
        {
            MemoryMarshal.CreateReadOnlySpan(ref Unsafe.Add(ref table, (nint)Unsafe.Add(ref tokens, row) * size), size)
                .CopyTo(MemoryMarshal.CreateSpan(ref Output.At(row * _stride), size));
        }
    }

    /// <summary>gradients[vocabulary, size]: for each token the sum over its rows, in their order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void StoreGradients(ref int tokens, nint rows, ref float gradients)
    {
        int size = _schema.OutputSize;
        MemoryMarshal.CreateSpan(ref gradients, checked(_schema.InputSize * size)).Clear();
        for (nint row = 0; row < rows; row++)
        {
            ref float sum = ref Unsafe.Add(ref gradients, (nint)Unsafe.Add(ref tokens, row) * size);
            ref float gradient = ref OutputGradient.At(row * _stride);
            int i = 0;
            for (; i <= size - VectorT.Count; i += VectorT.Count)
            {
                VectorT.Add(VectorT.Load(ref sum, (nuint)i), VectorT.Load(ref gradient, (nuint)i)).Store(ref sum, (nuint)i);
            }

            for (; i < size; i++)
            {
                Unsafe.Add(ref sum, i) += Unsafe.Add(ref gradient, i);
            }
        }
    }
}
