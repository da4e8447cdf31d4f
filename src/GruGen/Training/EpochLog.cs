using System.Text;
using System.Text.Json;

namespace GruGen;

/// <summary>
/// A text file with a line for each epoch. Lines are appended one by one, so that the file can be read while training goes on, and is whole
/// when the program is killed. A training that begins anew replaces the file at the end of its first epoch; one that goes on from a
/// checkpoint keeps the lines of the epochs before it.
/// </summary>
public abstract class EpochLog : TrainingCallback
{
    private bool _isOwn; // the file, whose first line this training has written

    private protected EpochLog(string path)
    {
        ArgumentException.ThrowIfNullOrEmpty(path);
        FilePath = path;
    }

    /// <summary>The file.</summary>
    public string FilePath { get; }

    /// <summary>The lines before those of epochs.</summary>
    private protected virtual string[] Header(TrainingRun run) => [];

    /// <summary>The line of the epoch that is complete.</summary>
    private protected abstract string Line(TrainingRun run);

    /// <inheritdoc/>
    protected internal override void OnTrainingBegin(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        _isOwn = false;
        if (!run.IsFirstProcess)
        {
            return;
        }

        string[] header = Header(run);
        if (run.EpochCount > 0 && File.Exists(FilePath) && !File.ReadLines(FilePath).Take(header.Length).SequenceEqual(header))
        {
            throw new InvalidOperationException(
                $"'{FilePath}' has other columns than {string.Join(", ", header)}, with which training goes on; take another file.");
        }
    }

    /// <inheritdoc/>
    protected internal override void OnEpochEnd(TrainingRun run)
    {
        ArgumentNullException.ThrowIfNull(run);
        if (!run.IsFirstProcess)
        {
            return;
        }

        if (!_isOwn)
        {
            Begin(Header(run), run.EpochCount - 1);
            _isOwn = true;
        }

        File.AppendAllText(FilePath, Line(run) + "\n");
    }

    /// <summary>Begins the file with the lines of some epochs that it has.</summary>
    private void Begin(string[] header, int epochs)
    {
        string[] lines = epochs > 0 && File.Exists(FilePath) ? File.ReadAllLines(FilePath) : [];
        Directory.CreateDirectory(Path.GetDirectoryName(Path.GetFullPath(FilePath))!);
        AtomicFile.Write(FilePath, stream =>
        {
            using var writer = new StreamWriter(stream, new UTF8Encoding(false), leaveOpen: true);
            foreach (string line in header.Concat(lines.Take(header.Length + epochs).Skip(header.Length)))
            {
                writer.Write(line + "\n");
            }
        });
    }
}

/// <summary>
/// A comma-separated file with a line for each epoch (Keras' <c>CSVLogger</c>): the epoch, counted from 1, and the values of
/// <see cref="TrainingRun.MeasuredNames"/>, all digits.
/// </summary>
/// <param name="path">The file.</param>
/// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
public sealed class CsvLog(string path) : EpochLog(path)
{
    private protected override string[] Header(TrainingRun run) => [EpochText.CsvHeader(run.MeasuredNames)];

    private protected override string Line(TrainingRun run) =>
        EpochText.CsvLine(run.EpochCount, [.. run.MeasuredNames.Select(run.Last)]);
}

/// <summary>
/// A file with a JSON object on a line for each epoch: <c>{"epoch":1,"step":313,"learning_rate":0.001,"elapsed":4.2,"loss":0.41}</c>.
/// Numbers that JSON has not are <c>null</c>.
/// </summary>
/// <param name="path">The file.</param>
/// <exception cref="ArgumentException"><paramref name="path"/> is empty.</exception>
public sealed class JsonLinesLog(string path) : EpochLog(path)
{
    private protected override string Line(TrainingRun run)
    {
        using var stream = new MemoryStream();
        using (var writer = new Utf8JsonWriter(stream))
        {
            writer.WriteStartObject();
            writer.WriteNumber("epoch", run.EpochCount);
            writer.WriteNumber("step", run.StepCount);
            writer.WriteNumber("learning_rate", run.LearningRate);
            writer.WriteNumber("elapsed", run.Elapsed.TotalSeconds);
            foreach (string name in run.MeasuredNames)
            {
                writer.WritePropertyName(name);
                EpochText.Write(writer, run.Last(name));
            }

            writer.WriteEndObject();
        }

        return Encoding.UTF8.GetString(stream.GetBuffer(), 0, (int)stream.Length);
    }
}
