using GruGen.Kernels;

namespace GruGen.Generic;

/// <summary>
/// A gated recurrent unit, reset after, as two projections and a pass over the <see cref="Gates"/>: G_x = W_ih·x + b_ih of all steps at
/// hand in one product, then G_h = W_hh·h + b_hh step by step.
/// </summary>
internal sealed class GenericGru : GenericLayer
{
    private readonly Projection _input, _hidden;
    private readonly bool _training, _every;
    private readonly MatrixBuffer _initial, _final, _dh; // [sequences, hidden size]
    private readonly MatrixBuffer _inputGates, _hiddenGates; // G_x, G_h[rows, r | z | n]
    private readonly MatrixBuffer _h, _next; // h, h'[rows, hidden size]; without training there is one step of h and G_h at a time
    private readonly MatrixBuffer _dInputGates, _dHiddenGates; // dG_x, dG_h[chunk, r | z | n]
    private readonly int _chunkRows;

    public GenericGru(
        LayerSchema schema, Projection input, Projection hidden, RecurrentState state, int maxBatch, long maxRows, bool training)
    {
        (_input, _hidden, _training, _every) = (input, hidden, training, schema.Output == SequenceOutput.EveryStep);
        (int size, long kept) = (schema.OutputSize, training ? maxRows : maxBatch);
        _initial = new MatrixBuffer(state.Initial, size);
        _final = new MatrixBuffer(state.Final, size);
        _dh = new MatrixBuffer(state.Gradient, size);
        _inputGates = new MatrixBuffer(maxRows, size, gates: 3);
        _hiddenGates = new MatrixBuffer(kept, size, gates: 3);
        _h = new MatrixBuffer(kept, size);
        _next = new MatrixBuffer(maxRows, size);
        _chunkRows = training ? Math.Max(maxBatch, Projection.ChunkRows) : 0;
        _dInputGates = new MatrixBuffer(_chunkRows, size, gates: 3);
        _dHiddenGates = new MatrixBuffer(_chunkRows, size, gates: 3);
        Output = _every ? _next : _final;
        OutputGradient = _every ? new MatrixBuffer(training ? maxRows : 0, size) : _dh;
    }

    public override MatrixBuffer Output { get; }

    public override MatrixBuffer OutputGradient { get; }

    public override void Forward(in Matrix x, ReadOnlySpan<int> active, PackedWeights weights)
    {
        _input.Forward(x, _inputGates.Rows(0, x.Rows), weights);
        nint first = 0, running = active.IsEmpty ? 0 : active[0];
        _initial.Rows(0, running).CopyTo(_h.Rows(0, running));
        for (int t = 0; t < active.Length; t++)
        {
            nint rows = active[t], place = _training ? first : 0;
            Matrix h = _h.Rows(place, rows), hiddenGates = _hiddenGates.Rows(place, rows), next = _next.Rows(first, rows);
            _hidden.Forward(h, hiddenGates, weights);
            Gates.Forward(_inputGates.Rows(first, rows), hiddenGates, h, next, _training);

            // h' is the h of the next step, and the final state of sequences that have none
            first += rows;
            running = t + 1 < active.Length ? active[t + 1] : 0;
            next.Slice(0, running).CopyTo(_h.Rows(_training ? first : 0, running));
            next.Slice(running, rows - running).CopyTo(_final.Rows(running, rows - running));
        }
    }

    public override void Trace(TraceWriter trace, string name)
    {
        Matrix gates = _inputGates.Rows(0, 1);
        trace.Gates(name, ref _next.Rows(0, 1)[0, 0], ref gates[0, 0], (int)gates.RowStride);
    }

    public override void Backward(in Matrix x, ReadOnlySpan<int> active, in Matrix dx, PackedWeights weights)
    {
        nint end = x.Rows;
        for (int t = active.Length; t > 0;)
        {
            // as many steps as there is room for
            nint first = end, place = _chunkRows;
            for (; t > 0 && active[t - 1] <= place; t--)
            {
                nint rows = active[t - 1];
                (first, place) = (first - rows, place - rows);
                Matrix inputGates = _inputGates.Rows(first, rows), hiddenGates = _hiddenGates.Rows(first, rows), h = _h.Rows(first, rows);
                Matrix dInputGates = _dInputGates.Rows(place, rows), dHiddenGates = _dHiddenGates.Rows(place, rows), dh = _dh.Rows(0, rows);
                if (_every)
                {
                    OutputGradient.Rows(first, rows).AddTo(dh);
                }

                // dh = dh'·z + W_hhᵀ·dG_h
                Gates.Backward(inputGates, hiddenGates, h, dInputGates, dHiddenGates, dh);
                _hidden.AddInputGradient(dHiddenGates, dh, weights);
            }

            // dW_hh += dG_hᵀ·h, dW_ih += dG_xᵀ·x, dx += W_ihᵀ·dG_x
            nint count = end - first;
            _hidden.AddParameterGradients(_h.Rows(first, count), _dHiddenGates.Rows(place, count));
            _input.AddParameterGradients(x.Slice(first, count), _dInputGates.Rows(place, count));
            _input.AddInputGradient(_dInputGates.Rows(place, count), dx.Slice(first, count), weights);
            end = first;
        }
    }
}
