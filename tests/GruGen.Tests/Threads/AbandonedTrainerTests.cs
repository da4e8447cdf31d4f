using System.Runtime.CompilerServices;
using GruGen.Kernels;
using GruGen.Tests.Training;

namespace GruGen.Tests.Threads;

/// <summary>
/// A trainer that nobody disposes of and nobody has any more frees its model, which keeps what it has learned, and ends its threads. The
/// tests run alone: others count bytes, of which collections in between make more.
/// </summary>
[CollectionDefinition("Collections of garbage", DisableParallelization = true)]
[Collection("Collections of garbage")]
public class AbandonedTrainerTests
{
    [Fact]
    public void Models_of_trainers_that_nobody_has_can_be_trained_again()
    {
        DynamicModel<int>[] models = [.. Enumerable.Range(0, 20).Select(seed => TrainingTask.BinaryModel(seed))];
        float[][] before = [.. models.Select(Predict)];
        foreach (DynamicModel<int> model in models)
        {
            Abandon(model);
            Assert.Equal(before[Array.IndexOf(models, model)], Predict(model)); // not published
        }

        var free = new HashSet<DynamicModel<int>>();
        for (int i = 0; i < 100 && free.Count < models.Length; i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            foreach (DynamicModel<int> model in models.Except(free))
            {
                try
                {
                    model.BeginTraining().Dispose();
                    free.Add(model);
                }
                catch (InvalidOperationException)
                {
                    Thread.Sleep(10); // its finalizer has yet to run
                }
            }
        }

        Assert.Equal(models.Length, free.Count);
        Assert.All(models, model => Assert.NotEqual(before[Array.IndexOf(models, model)], Predict(model)));
        Assert.All(models, model => Assert.Equal(Predict(model.Clone()), Predict(model)));
    }

    [Fact]
    public void Whoever_wants_such_a_model_need_not_wait_for_a_collection()
    {
        DynamicModel<int> model = TrainingTask.BinaryModel();
        for (int i = 0; i < 3; i++)
        {
            Abandon(model);
            using (Trainer<int> trainer = model.BeginTraining())
            {
                Assert.Throws<InvalidOperationException>(() => model.BeginUpdating());
                GC.KeepAlive(trainer);
            }

            Abandon(model);
            model.BeginUpdating().Dispose();
            Abandon(model);
            model.Fit(TrainingTask.BinaryData(8));
        }
    }

    [Fact]
    public void A_team_that_nobody_has_ends_its_threads()
    {
        Thread[] threads = [.. Enumerable.Range(0, 20).SelectMany(_ => Threads())];
        Assert.Equal(60, threads.Length);
        for (int i = 0; i < 100 && threads.Any(thread => thread.IsAlive); i++)
        {
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Thread.Sleep(10);
        }

        Assert.DoesNotContain(threads, thread => thread.IsAlive);

        [MethodImpl(MethodImplOptions.NoInlining)]
        static IEnumerable<Thread> Threads()
        {
            var team = new ThreadTeam(4);
            Thread[] members = new Thread[4];
            team.Run(member => members[member] = team.Count == 4 ? Thread.CurrentThread : throw new InvalidOperationException());
            return members[1..];
        }
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static void Abandon(DynamicModel<int> model)
    {
        Trainer<int> trainer = model.BeginTraining(new TrainingOptions { MaxDegreeOfParallelism = 4 });
        trainer.Step(TrainingTask.BinaryData(8), [0, 1, 2, 3, 4, 5]);
        Assert.Throws<InvalidOperationException>(() => model.BeginTraining());
    }

    private static float[] Predict(DynamicModel<int> model)
    {
        float[] output = new float[1];
        model.Predict([1, 2, 3], output);
        return output;
    }
}
