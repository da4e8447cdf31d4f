using GruGen.Generator.Tests.Harness;
using Microsoft.CodeAnalysis.CSharp;

namespace GruGen.Generator.Tests;

/// <summary>
/// Models are declared in C#, but other languages train and run them: what is an extension method is called there as if it were the
/// model's own, without an import beyond the namespace.
/// </summary>
public sealed class LanguageTests
{
    private const string Model =
        """
        using GruGen;
        namespace Shop;

        /// <summary>A model.</summary>
        [GruModel(inputSize: 2), Gru(3), Dense(1)]
        public partial class Demand;
        """;

    private const string FSharp =
        """
        open System
        open GruGen
        open Shop

        let model = Demand(1)
        let data = Demand.CreateDataset()
        data.Add([| 1f; 2f; 3f; 4f |], [| 0.5f |])
        let history = model.Fit(data, TrainingOptions(Epochs = 2))
        let loss = model.Evaluate(data).Loss
        let outputs = Array.zeroCreate<float32> 1
        model.Predict(data, Span outputs)
        let pass = model.CreatePass(1, 2)
        printfn "%d %b %b %d" history.Epochs (Double.IsFinite loss) (Single.IsFinite outputs[0]) pass.StateSize
        """;

    private const string VisualBasic =
        """
        Imports GruGen
        Imports Shop

        Module Program
            Sub Main()
                Dim model As New Demand(1)
                Dim data = Demand.CreateDataset()
                data.Add(New Single() {1, 2, 3, 4}, New Single() {0.5F})
                Dim history = model.Fit(data, New TrainingOptions With {.Epochs = 2})
                Dim loss = model.Evaluate(data).Loss
                Dim outputs(0) As Single
                model.Predict(data, outputs)
                Dim pass = model.CreatePass(1, 2)
                System.Console.WriteLine(history.Epochs & " " & Double.IsFinite(loss) & " " & Single.IsFinite(outputs(0)) & " " & pass.StateSize)
            End Sub
        End Module
        """;

    [Fact]
    public void CSharp_13_calls_what_belongs_to_training_on_the_model()
    {
        GeneratorRun run = GeneratorRun.Of(TestCompilation.Of(
            TestCompilation.ParseOptions.WithLanguageVersion(LanguageVersion.CSharp13),
            Model,
            """
            namespace GruGen.Shop; // a namespace below the library's imports it

            internal static class Use
            {
                public static double Run(global::Shop.Demand model, SequenceDataset<float> data, SequencePass<float> pass) =>
                    model.Fit(data).Epochs + model.Evaluate(data).Loss + pass.BackwardFromLabels([1]);
            }
            """));
        Assert.Empty(run.OutputProblems);
    }

    [Theory]
    [InlineData("fs", FSharp)]
    [InlineData("vb", VisualBasic)]
    public void Another_language_trains_and_runs_a_model(string language, string program)
    {
        DirectoryInfo folder = Directory.CreateTempSubdirectory("GruGen");
        try
        {
            void Write(string file, string text) => File.WriteAllText(Path.Combine(folder.FullName, file), text);

            string runtime = typeof(GruModelAttribute).Assembly.Location, generator = typeof(GruModelGenerator).Assembly.Location;
            Directory.CreateDirectory(Path.Combine(folder.FullName, "Shop"));
            Write(Path.Combine("Shop", "Demand.cs"), Model);
            Write(
                Path.Combine("Shop", "Shop.csproj"),
                $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <TargetFramework>net10.0</TargetFramework>
                    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                  </PropertyGroup>
                  <ItemGroup>
                    <Reference Include="GruGen" HintPath="{runtime}" />
                    <Analyzer Include="{generator}" />
                  </ItemGroup>
                </Project>
                """);
            Write($"Program.{language}", program);
            Write(
                $"App.{language}proj",
                $"""
                <Project Sdk="Microsoft.NET.Sdk">
                  <PropertyGroup>
                    <OutputType>Exe</OutputType>
                    <TargetFramework>net10.0</TargetFramework>
                    <OptionStrict>On</OptionStrict>
                    <TreatWarningsAsErrors>true</TreatWarningsAsErrors>
                    <InvariantGlobalization>true</InvariantGlobalization>
                    <DisableImplicitFSharpCoreReference>true</DisableImplicitFSharpCoreReference>
                    <SatelliteResourceLanguages>en</SatelliteResourceLanguages>
                  </PropertyGroup>
                  <ItemGroup>
                    <Compile Include="Program.{language}" Condition="'{language}' == 'fs'" />
                    <ProjectReference Include="Shop/Shop.csproj" />
                    <Reference Include="GruGen" HintPath="{runtime}" />
                    <Reference Include="FSharp.Core" HintPath="$(MSBuildToolsPath)/FSharp/FSharp.Core.dll" Condition="'{language}' == 'fs'" />
                  </ItemGroup>
                </Project>
                """);
            Dotnet(folder.FullName, "build", $"App.{language}proj", "-c", "Release", "-o", "out", "-nodeReuse:false", "-v:quiet", "-nologo");
            string output = Dotnet(folder.FullName, "exec", Path.Combine("out", "App.dll"));
            Assert.Equal("2 true true 3", output.Trim(), ignoreCase: true);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static string Dotnet(string folder, params IEnumerable<string> arguments)
    {
        (int exitCode, string output) = DotnetCommand.Run(folder, arguments);
        Assert.True(exitCode == 0, output);
        return output;
    }
}
