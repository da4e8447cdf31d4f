using GruGen.Generator.Tests.Harness;

namespace GruGen.Generator.Tests;

/// <summary>
/// Real builds of a project: what they say where the generator is missing, analyzers are switched off, or nothing is optimised.
/// </summary>
public sealed class BuildTests : IClassFixture<BuildTests.Project>
{
    private const string Model =
        """
        using GruGen;
        [GruModel(inputSize: 3)]
        [Gru(4), Dense(1)]
        public partial class Gesture
        {
            static float Use() => new Gesture(seed: 1).Predict(new float[InputSize]) + Load("x").OpenStream().Step(new float[3]) + ParameterCount;
        }
        """;

    private const string Refused =
        """
        using GruGen;
        [GruModel]
        [Gru(4), Dense(1)]
        public partial class Gesture { static float Use() => new Gesture(seed: 1).Predict(new float[InputSize]); }
        """;

    private const string NoModel =
        """
        using GruGen;
        // [GruModel(inputSize: 3)]
        /// <code>[GruModel]</code>
        public class Library { public static string Quote => "[GruModel(3)]"; public static SequenceOutput All => SequenceOutput.EveryStep; }
        """;

    private readonly Project _project;

    public BuildTests(Project project) => _project = project;

    [Fact]
    public void A_missing_generator_is_one_error_that_names_it_and_what_to_add()
    {
        string[] errors = Errors(_project.Build(Model, "-p:WithGenerator=false"));
        Assert.Contains(
            "App.csproj : error GRU034: A model is declared in Code.cs, but App.csproj does not reference GruGen's generator",
            Assert.Single(errors),
            StringComparison.Ordinal);
        Assert.Contains("OutputItemType=\"Analyzer\" ReferenceOutputAssembly=\"false\"", errors[0], StringComparison.Ordinal);
    }

    [Fact]
    public void A_library_without_models_needs_no_generator() => Assert.Empty(Errors(_project.Build(NoModel, "-p:WithGenerator=false")));

    [Fact]
    public void A_build_without_optimisation_says_so_and_how_to_end_it()
    {
        string debug = _project.Build(Model, "-c:Debug");
        Assert.Empty(Errors(debug));
        Assert.Contains("GruGen: App is compiled without optimisation", debug, StringComparison.Ordinal);
        Assert.Contains("-c Release, or set <Optimize>true</Optimize> in App.csproj", debug, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Model, "-c:Release")]
    [InlineData(Model, "-p:Optimize=true")]
    [InlineData(Model, "-p:GruGenSlowBuildNote=false")]
    [InlineData(NoModel, "-c:Debug")]
    public void Other_builds_say_nothing(string source, string argument)
    {
        string output = _project.Build(source, argument);
        Assert.Empty(Errors(output));
        Assert.DoesNotContain("optimisation", output, StringComparison.Ordinal);
    }

    [Fact]
    public void A_target_prints_the_plans_of_kernels()
    {
        string output = _project.Build(Model, "-t:GruGenPlan", "-p:GruGenSlowBuildNote=false");
        Assert.Empty(Errors(output));
        Assert.Contains("GRU 3 → 4, reset after", output, StringComparison.Ordinal);
        Assert.Contains("h' = (1 − z) ∘ n + z ∘ h", output, StringComparison.Ordinal);
        Assert.Contains("one step     168 flops, 12 activations, 2 KB of weights read (L1: 13 cycles at 128 bytes a cycle)", output, StringComparison.Ordinal);
        Assert.DoesNotContain("//", output[output.IndexOf("GRU 3", StringComparison.Ordinal)..], StringComparison.Ordinal);
        Assert.Contains("GruGen: App declares no GRU.", _project.Build(NoModel, "-t:GruGenPlan"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("GRU016", "-p:RunAnalyzers=true")]
    [InlineData("GRU016", "-p:NoWarn=GRU016")]
    [InlineData("GRU033", "-p:RunAnalyzers=false")]
    [InlineData("GRU033", "-p:RunAnalyzersDuringBuild=false")]
    public void A_refused_model_is_one_error_whether_analyzers_run_or_not(string id, string argument)
    {
        string error = Assert.Single(Errors(_project.Build(Refused, argument)));
        Assert.Contains($"error {id}: 'Gesture'", error, StringComparison.Ordinal);
        Assert.Contains("has no input size", error, StringComparison.Ordinal);
        Assert.StartsWith(id == "GRU033" ? "CSC : error" : Path.Combine(_project.Folder, "Code.cs") + "(2,2)", error, StringComparison.Ordinal);
    }

    /// <summary>
    /// A property on the command line reaches all projects, and what runs inside the compiler is for a framework that cannot be published
    /// so.
    /// </summary>
    [Theory]
    [InlineData("PublishAot")]
    [InlineData("PublishTrimmed")]
    [InlineData("PublishSingleFile")]
    [InlineData("PublishReadyToRun")]
    [InlineData("SelfContained")]
    public void How_a_program_is_published_is_no_matter_of_the_generator(string property)
    {
        string[] projects = Directory.GetFiles(Path.Combine(RepositoryRoot.Path, "generator"), "*.csproj", SearchOption.AllDirectories);
        Assert.Equal(2, projects.Length);
        Assert.All(projects, path => Assert.Equal("false", _project.Run("msbuild", path, $"-getProperty:{property}", $"-p:{property}=true").Trim()));
    }

    [Theory]
    [InlineData("Debug")]
    [InlineData("Release")]
    public void The_runtime_is_optimised_in_every_configuration(string configuration)
    {
        string runtime = Path.Combine(RepositoryRoot.Path, "src", "GruGen", "GruGen.csproj");
        Assert.Equal("true", _project.Run("msbuild", runtime, "-getProperty:Optimize", $"-p:Configuration={configuration}").Trim());
    }

    /// <summary>Warnings too.</summary>
    private static string[] Errors(string output) =>
    [
        .. output.Split('\n')
            .Where(line => line.Contains(" error ", StringComparison.Ordinal) || line.Contains(" warning ", StringComparison.Ordinal))
            .Select(line => line.Trim())
            .Distinct(),
    ];

    /// <summary>A project that references what the tests run with, without packages.</summary>
    public sealed class Project : IDisposable
    {
        private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("GruGen");

        public Project()
        {
            string targets = Path.Combine(RepositoryRoot.Path, "src", "GruGen", "build", "GruGen.targets");
            File.WriteAllText(
                Path.Combine(Folder, "App.csproj"),
                $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net{Environment.Version.ToString(2)}</TargetFramework>
                    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                  </PropertyGroup>
                  <ItemGroup>
                    <Reference Include="{typeof(GruModelAttribute).Assembly.Location}" />
                    <Analyzer Include="{typeof(GruModelGenerator).Assembly.Location}" Condition="'$(WithGenerator)' != 'false'" />
                  </ItemGroup>
                  <Import Project="{targets}" />
                </Project>
                """);
            Run("restore", "--disable-build-servers", "-tl:off");
        }

        public string Folder => _folder.FullName;

        /// <summary>All that a build of this source prints.</summary>
        public string Build(string source, params string[] arguments)
        {
            File.WriteAllText(Path.Combine(Folder, "Code.cs"), source);
            return Run(["build", "--no-restore", "-v:minimal", "-clp:NoSummary", "--disable-build-servers", "-tl:off", .. arguments]);
        }

        public void Dispose() => _folder.Delete(recursive: true);

        /// <summary>All that a command prints.</summary>
        public string Run(params string[] arguments) => DotnetCommand.Run(Folder, [.. arguments, "-nologo"]).Output;
    }
}
