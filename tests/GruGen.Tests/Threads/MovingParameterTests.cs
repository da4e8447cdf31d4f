using GruGen.Tests.Training;

namespace GruGen.Tests.Threads;

/// <summary>
/// Parameters move to other memory when they change after a prediction; who reads them, or sets them from themselves, finds numbers that
/// belong there.
/// </summary>
public class MovingParameterTests
{
    [Fact]
    public void Tensors_that_nobody_changes_are_read_as_they_are_while_another_one_moves_them()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(seed: 1);
        string[] names = [.. model.Parameters.Tensors.Select(tensor => tensor.Name)];
        float[] bias = model.Parameters[names[^1]].ToArray(), expected = model.Parameters[names[0]].ToArray();
        var moves = new Thread(() =>
        {
            for (int i = 0; i < 5000; i++)
            {
                model.Predict([1, 2], new float[1]);
                model.Parameters.Set(names[^1], bias);
            }
        });
        moves.Start();
        long wrong = 0, reads = 0;
        while (moves.IsAlive || reads == 0)
        {
            ReadOnlySpan<float> values = model.Parameters[names[0]];
            for (int i = 0; i < values.Length; i++, reads++)
            {
                wrong += values[i] == expected[i] ? 0 : 1;
            }
        }

        moves.Join();
        Assert.True(wrong == 0, $"{wrong} of {reads}");
    }

    [Theory]
    [InlineData(-4)]
    [InlineData(4)]
    public void A_tensor_may_be_set_from_parameters_beside_it(int shift)
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(seed: 1);
        TensorSchema tensor = model.Parameters.Tensors[1];
        float[] expected = model.Parameters.All.Slice((int)tensor.Offset + shift, (int)tensor.Length).ToArray();

        model.Parameters.Set(tensor.Name, model.Parameters.All.Slice((int)tensor.Offset + shift, (int)tensor.Length));

        Assert.Equal(expected, model.Parameters[tensor.Name].ToArray());
    }

    [Fact]
    public void A_pass_that_was_made_before_parameters_moved_reads_the_new_ones()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel(seed: 1), other = TrainingTask.BinaryModel(seed: 2);
        SequencePass<int> pass = model.CreatePass(1, 3);
        float[] y = new float[1], expected = new float[1];
        pass.Forward([1, 2, 3], 1, 3, y);
        model.Predict([1, 2, 3], y);
        foreach (TensorSchema tensor in model.Parameters.Tensors)
        {
            model.Parameters.Set(tensor.Name, other.Parameters[tensor.Name]);
        }

        pass.Forward([1, 2, 3], 1, 3, y);
        other.CreatePass(1, 3).Forward([1, 2, 3], 1, 3, expected);
        Assert.Equal(expected, y);
    }
}
