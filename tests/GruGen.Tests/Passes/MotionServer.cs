using System.Threading.Channels;

namespace GruGen.Tests.Passes;

/// <summary>Steps the streams of many clients together: at each turn those that have sent something.</summary>
internal sealed class MotionServer(Motion model, int clients)
{
    private readonly StreamGroup<float> _streams = model.OpenStreams(clients);
    private readonly Channel<Request> _requests = Channel.CreateUnbounded<Request>(new() { SingleReader = true });

    /// <summary>The output after one more step of a client, which sends its next step when it has this output.</summary>
    public Task<float[]> StepAsync(int client, float[] features)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)client, (uint)clients);
        ArgumentOutOfRangeException.ThrowIfNotEqual(features.Length, Motion.InputSize);
        var request = new Request(client, features, new(TaskCreationOptions.RunContinuationsAsynchronously));
        _requests.Writer.TryWrite(request);
        return request.Output.Task;
    }

    /// <summary>Answers until it is cancelled.</summary>
    public async Task RunAsync(CancellationToken cancellationToken)
    {
        var batch = new List<Request>();
        while (await _requests.Reader.WaitToReadAsync(cancellationToken))
        {
            batch.Clear();
            while (_requests.Reader.TryRead(out Request? request))
            {
                batch.Add(request);
            }

            float[] inputs = [.. batch.SelectMany(request => request.Features)], outputs = new float[batch.Count * Motion.OutputSize];
            _streams.Step([.. batch.Select(request => request.Client)], inputs, outputs);
            foreach ((int i, Request request) in batch.Index())
            {
                request.Output.SetResult(outputs[(i * Motion.OutputSize)..((i + 1) * Motion.OutputSize)]);
            }
        }
    }

    private sealed record Request(int Client, float[] Features, TaskCompletionSource<float[]> Output);
}
