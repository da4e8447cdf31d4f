using System.Diagnostics;

namespace GruGen.Tests.Serialization;

/// <summary>What a save leaves beside and around the file: modes, links, long names, and nothing else.</summary>
public sealed class AtomicFileTests : IDisposable
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite;

    private static readonly DynamicModel<float> s_model = new(ModelSchema.ForFeatures("Small", 2, LayerSchema.Gru(3, SequenceOutput.Final)), seed: 1);

    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("grugen");

    public void Dispose() => _folder.Delete(recursive: true);

    public static TheoryData<string, Action<string>> Savers => new()
    {
        { "a model's", s_model.Save },
        { "a trainer's", path => { using Trainer<float> trainer = s_model.Clone().BeginTraining(); trainer.Save(path); } },
        { "any", new SafetensorsFile([new SafetensorsTensor("a", [1], [1])]).Save },
    };

    [Theory]
    [MemberData(nameof(Savers))]
    public void A_file_keeps_its_mode(string what, Action<string> save)
    {
        if (OperatingSystem.IsWindows())
        {
            return; // which has no modes
        }

        foreach (UnixFileMode mode in new[]
        {
            Private,
            Private | UnixFileMode.GroupRead | UnixFileMode.GroupWrite | UnixFileMode.OtherRead | UnixFileMode.OtherWrite, // more than a umask leaves
            UnixFileMode.UserRead | UnixFileMode.UserExecute,
        })
        {
            File.WriteAllText(Place("model"), what);
            File.SetUnixFileMode(Place("model"), mode);
            save(Place("model"));
            Assert.Equal(mode, File.GetUnixFileMode(Place("model")));
            Assert.NotEqual(what, File.ReadAllText(Place("model")));
            Assert.Equal([Place("model")], Directory.GetFiles(_folder.FullName));
            File.Delete(Place("model"));
        }
    }

    [Fact]
    public void A_save_that_fails_leaves_the_old_file_and_nothing_else()
    {
        File.WriteAllText(Place("model"), "old");

        Assert.Throws<InvalidTimeZoneException>(() => AtomicFile.Write(Place("model"), stream =>
        {
            stream.WriteByte(1);
            throw new InvalidTimeZoneException();
        }));

        Assert.Equal("old", File.ReadAllText(Place("model")));
        Assert.Equal([Place("model")], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void While_it_is_written_a_file_is_no_more_readable_than_the_old_one()
    {
        if (OperatingSystem.IsWindows())
        {
            return; // which has no modes
        }

        File.WriteAllText(Place("model"), "");
        File.SetUnixFileMode(Place("model"), Private);
        AtomicFile.Write(Place("model"), _ =>
        {
            string[] files = Directory.GetFiles(_folder.FullName);
            Assert.Equal(2, files.Length);
            foreach (string file in files)
            {
                Assert.Equal(Private, OperatingSystem.IsWindows() ? Private : File.GetUnixFileMode(file));
            }
        });
    }

    [Fact]
    public void A_link_leads_to_the_new_file_wherever_that_is()
    {
        Directory.CreateDirectory(Place("versions"));
        string target = Place("versions", "7");
        File.WriteAllText(target, "old");
        File.CreateSymbolicLink(Place("relative"), Path.Combine("versions", "7"));
        File.CreateSymbolicLink(Place("absolute"), target);
        File.CreateSymbolicLink(Place("chain"), "relative");
        File.CreateSymbolicLink(Place("dangling"), Path.Combine("versions", "8"));
        foreach (string link in new[] { "relative", "absolute", "chain", "dangling" })
        {
            s_model.Save(Place(link));
            Assert.NotNull(new FileInfo(Place(link)).LinkTarget);
            Assert.Equal(Bytes(), File.ReadAllBytes(Place(link)));
            s_model.Clone().LoadParameters(Place(link));
            File.WriteAllText(target, "old");
        }

        Assert.Equal(["7", "8"], Directory.GetFiles(Place("versions")).Select(Path.GetFileName).Order());
        Assert.Equal(4, Directory.GetFiles(_folder.FullName).Length);
        File.CreateSymbolicLink(Place("loop"), "loop");
        Assert.Throws<IOException>(() => s_model.Save(Place("loop")));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(250)]
    [InlineData(255)]
    public void Names_may_be_as_long_as_the_file_system_allows(int length)
    {
        string place = Place(new string('n', length));
        s_model.Save(place);
        s_model.Save(place);
        Assert.Equal(Bytes(), File.ReadAllBytes(place));
        Assert.Equal([place], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void What_killed_processes_left_is_deleted_and_what_is_being_written_is_not()
    {
        int gone = Gone();
        string left = Place($".grugen-{gone}-abcdefgh.tmp"), reused = Place($".grugen-{Environment.ProcessId}-abcdefgh.tmp");
        string own = Place($".grugen-{Environment.ProcessId}-live.tmp"), elsewhere = Place($".grugen-{gone}-live.tmp"), other = Place("other.tmp");
        foreach (string file in new[] { left, reused, own, elsewhere, other })
        {
            File.WriteAllText(file, "half a mod");
        }

        File.SetLastWriteTime(reused, Process.GetCurrentProcess().StartTime.AddDays(-1)); // by a process of the same number
        using (new FileStream(elsewhere, FileMode.Open, FileAccess.ReadWrite, FileShare.Delete)) // as a process of another machine has it
        {
            s_model.Save(Place("model"));
            Assert.Equal(new HashSet<string> { elsewhere, own, Place("model"), other }, Directory.GetFiles(_folder.FullName).ToHashSet());
        }

        s_model.Save(Place("model"));
        Assert.Equal(new HashSet<string> { own, Place("model"), other }, Directory.GetFiles(_folder.FullName).ToHashSet());

        static int Gone()
        {
            using Process process = Process.Start(new ProcessStartInfo("dotnet", "--version") { RedirectStandardOutput = true })!;
            process.StandardOutput.ReadToEnd();
            process.WaitForExit();
            return process.Id;
        }
    }

    [Fact]
    public void Saves_and_loads_of_one_file_at_once_find_whole_files()
    {
        DynamicModel<float>[] models = [.. Enumerable.Range(0, 4).Select(seed => new DynamicModel<float>(s_model.Schema, seed))];
        HashSet<float> firsts = [.. models.Select(model => model.Parameters.All[0])];
        models[0].Save(Place("model"));
        Parallel.For(0, 400, new ParallelOptions { MaxDegreeOfParallelism = 6 }, i =>
        {
            if (i % 2 == 0)
            {
                models[i / 2 % 4].Save(Place("model"));
            }
            else
            {
                var loaded = new DynamicModel<float>(s_model.Schema, seed: 99);
                loaded.LoadParameters(Place("model"));
                Assert.Contains(loaded.Parameters.All[0], firsts);
            }
        });
        Assert.Equal([Place("model")], Directory.GetFiles(_folder.FullName));
    }

    [Fact]
    public void A_folder_is_no_file()
    {
        var model = new DynamicModel<float>(s_model.Schema);
        using Trainer<float> trainer = s_model.Clone().BeginTraining();
        foreach (Action action in new Action[]
        {
            () => model.LoadParameters(_folder.FullName), () => model.Save(_folder.FullName), () => trainer.Save(_folder.FullName),
            () => trainer.Restore(_folder.FullName), () => SafetensorsFile.Read(_folder.FullName), () => new SafetensorsFile([]).Save(_folder.FullName),
            () => Emitted.Tokens.Load(_folder.FullName),
        })
        {
            Assert.Contains("is a folder, not a file", Assert.Throws<IOException>(action).Message, StringComparison.Ordinal);
        }

        Assert.Throws<FileNotFoundException>(() => model.LoadParameters(Place("none")));
        Assert.Throws<DirectoryNotFoundException>(() => model.LoadParameters(Place("none", "none")));
        Assert.Equal(
            $"'{Place("none", "model")}' cannot be written: there is no folder '{Place("none")}'.",
            Assert.Throws<DirectoryNotFoundException>(() => model.Save(Place("none", "model"))).Message);
        Assert.Throws<ArgumentException>(() => model.LoadParameters(""));
        Assert.Throws<ArgumentException>(() => model.Save(""));
    }

    private static byte[] Bytes()
    {
        using var stream = new MemoryStream();
        s_model.Save(stream);
        return stream.ToArray();
    }

    private string Place(params string[] names) => Path.Combine([_folder.FullName, .. names]);
}
