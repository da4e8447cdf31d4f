using System.Collections.Immutable;
using GruGen.Generator.Tests.Harness;
using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;
using Xunit;

namespace GruGen.Generator.Tests;

/// <summary>Each rule: its id, its place, what it says, and that nothing is emitted where it is broken.</summary>
public sealed class DiagnosticTests
{
    /// <summary>What <c>[..]</c> stands for: the attributes of a model, with a mark on the one that is blamed.</summary>
    private const string Attributes = "[{|GruModel(inputSize: 3)|}, Gru(4)]";

    [Theory]
    [InlineData("GRU001", "[GruModel(3), Gru(4)] public class {|Model|};", "'Model'", "add 'partial'")]
    [InlineData("GRU001", "[GruModel(3), Gru(4)] partial class Model; sealed class {|Model|};", "'Model'")]
    [InlineData("GRU002", "public class Outer { " + "[..] public partial class Model; }", "'Model'", "'Outer', which is not partial")]
    [InlineData("GRU002", "partial class A { struct B { partial record C { [..] partial class Model; } } }", "add 'partial' to 'B'")]
    [InlineData("GRU003", "[..] public abstract partial class Model;", "'Model' is abstract", "remove 'abstract'")]
    [InlineData("GRU003", "[..] public static partial class Model;", "'Model' is static", "remove 'static'")]
    [InlineData("GRU004", "[..] public partial record Model;", "'Model' is a 'record'", "declare it as a 'class'")]
    [InlineData("GRU004", "[..] public partial record class Model(int X);", "'Model' is a 'record'")]
    [InlineData("GRU004", "[..] public partial struct Model;", "'Model' is a 'struct'")]
    [InlineData("GRU004", "[..] public partial record struct Model;", "'Model' is a 'record struct'")]
    [InlineData("GRU005", "[..] file partial class Model;", "'Model'", "remove 'file' from 'Model'")]
    [InlineData("GRU005", "file partial class Outer { " + "[..] public partial class Model; }", "'Model'", "remove 'file' from 'Outer'")]
    [InlineData("GRU006", "[..] partial class Model : System.Collections.ArrayList;", "derives from 'ArrayList'", "remove the base class")]
    [InlineData("GRU006", "class Root; " + "[..] partial class Model; partial class Model : Root;", "'Model' derives from 'Root'")]
    [InlineData("GRU007", "[..] partial class Model(int x) { int X => x; }", "'Model' has a primary constructor", ": this(seed)")]
    [InlineData("GRU007", "[..] public partial class Model();", "'Model' has a primary constructor")]
    [InlineData("GRU008", "[..] partial class Model { internal required string Label { get; init; } }", "'Label'", "remove 'required'")]
    [InlineData("GRU008", "[..] public partial class Model { public required string Label; }", "'Model'", "'Label'")]
    [InlineData("GRU010", "[..] partial class Model { public Model(int size) { } }", "'Model'", "'(int seed = 0)'", "remove it")]
    [InlineData("GRU010", "[..] partial class Model { public Model(int x) : this() { } Model() : this(1) { } }", "'Model'")]
    [InlineData("GRU011", "[..] public partial class Model { public Model(string name) { } }", "'Model'", "add ': this(seed)'")]
    [InlineData("GRU011", "[..] public partial class Model { public Model() : base() { } }", "'Model'")]
    [InlineData("GRU023", "namespace GruGen.Emitted { [..] partial class Model; }", "'Model'", "which belongs to the emitted kernels")]
    [InlineData("GRU024", "[{|Gru(4)|}] public class Model;", "'Model'", "[Gru]", "add [GruModel]")]
    [InlineData("GRU024", "[{|Embedding(3, 4)|}] internal class Model;", "'Model'", "[Embedding]")]
    [InlineData("GRU024", "[{|Dropout(0.1)|}] internal class Model;", "'Model'", "[Dropout]")]
    [InlineData("GRU024", "[{|LayerNorm|}] internal class Model;", "'Model'", "[LayerNorm]")]
    [InlineData("GRU024", "[{|Pool(Pooling.Mean)|}] internal class Model;", "'Model'", "[Pool]")]
    [InlineData("GRU024", "[{|Conv1D(4, 3)|}] internal class Model;", "'Model'", "[Conv1D]")]
    public Task A_class_that_cannot_be_a_model_is_reported(string id, string source, params string[] fragments) =>
        VerifyAsync(source, [id], fragments);

    [Theory]
    [InlineData("GRU013", "[{|GruModel(inputSize: 3)|}]", "'Model' has no layers", "[Gru(32)]")]
    [InlineData("GRU050", "[GruModel(inputSize: 3), {|Gru(4, Name = \"Memory\")|}]", "'Model' calls layer 1 'Memory'", "lower-case letters")]
    [InlineData("GRU050", "[GruModel(inputSize: 3), {|Gru(4, Name = \"1st\")|}]", "begin with a letter")]
    [InlineData("GRU050", "[GruModel(inputSize: 3), {|Gru(4, Name = \"input\")|}]", "which means something else")]
    [InlineData("GRU050", "[GruModel(inputSize: 3), Gru(4, Name = \"a\"), {|Gru(4, Name = \"a\")|}]", "as layer 1 is called")]
    [InlineData("GRU050", "[GruModel(inputSize: 3), Gru(4, Name = \"gru2\"), {|Gru(4)|}]", "as layer 1 is called")]
    [InlineData("GRU050", "[GruModel(inputSize: 3), {|Gru(4, Name = \"to_string\")|}]", "which means something else")]
    [InlineData("GRU050", "[GruModel(inputSize: 3), {|Gru(4, Name = \"item1\")|}]", "which means something else")]
    [InlineData("GRU050", "[GruModel(inputSize: 3), {|Gru(4, Name = \"val_loss\")|}]", "which means something else")]
    [InlineData("GRU050", "[GruModel(inputSize: 3), Gru(4, Name = \"a_b\"), {|Gru(4, Name = \"a__b\")|}]", "as layer 1 is called")]
    [InlineData("GRU051", "[GruModel(inputSize: 3), Gru(4), {|Gru(4, From = [\"gru1\", \"other\"])|}]", "'Model' has layer 2 read 'other'", "before it are input, gru1")]
    [InlineData("GRU051", "[GruModel(inputSize: 3), Gru(4), {|Gru(4, From = [\"gru1\", \"gru2\"])|}]", "which is the layer itself")]
    [InlineData("GRU051", "[GruModel(inputSize: 3), {|Gru(4, From = [\"gru2\"])|}, Gru(4)]", "which stands after it")]
    [InlineData("GRU051", "[GruModel(inputSize: 3), Gru(4), {|Gru(4, From = [\"gru1\", \"gru1\"])|}]", "which it reads already")]
    [InlineData("GRU051", "[GruModel(inputSize: 3), Gru(4), {|Gru(4, From = [null, \"gru1\"])|}]", "but no layer is called that")]
    [InlineData("GRU051", "[GruModel, Embedding(5, 6), Gru(4), {|Dense(1, From = [\"gru1\", \"input\"])|}]", "which is tokens")]
    [InlineData("GRU052", "[GruModel(inputSize: 3), {|Gru(4)|}, Gru(4, From = [\"input\"])]", "'Model' has layer 1, 'gru1', which nobody reads")]
    [InlineData("GRU053", "[GruModel(inputSize: 3), Gru(4), {|Gru(4, From = [\"gru1\", \"input\"], Combine = Combine.Sum)|}]", "whose sizes 4 and 3 are not one")]
    [InlineData("GRU053", "[GruModel(inputSize: 3), Gru(4), {|Dense(1, From = [\"gru1\", \"input\"])|}]", "some are given for every step")]
    [InlineData("GRU014", "[GruModel(inputSize: 3), Gru(4, Output = SequenceOutput.EveryStep), {|Dense(1, Name = \"step\", IsOutput = true)|}, Pool(Pooling.Last, From = [\"gru1\"]), Dense(1)]", "output of layer 2 for every step")]
    [InlineData("GRU049", "[GruModel(inputSize: 3), Pool(Pooling.Mean, Window = 2), {|Gru(4, From = [\"pool1\", \"input\"])|}, Dense(1)]", "'Model' has layer 1 make one step of several, but layer 2 reads pool1 and input")]
    [InlineData("GRU049", "[GruModel(inputSize: 3), Gru(4, Name = \"a\", Output = SequenceOutput.EveryStep), {|Conv1D(4, 3, Stride = 2)|}, Dense(2, IsOutput = true), Dense(1)]", "but there are several outputs")]
    [InlineData("GRU015", "[GruModel(inputSize: 3), Gru(4), {|Embedding(5, 6)|}]", "'Model'", "layer 2", "make it the first one")]
    [InlineData("GRU015", "[GruModel, Gru(4), {|Embedding(5, 6)|}]", "'Model'", "layer 2")]
    [InlineData("GRU015", "[GruModel, Embedding(5, 6), {|Embedding(5, 6)|}, Gru(4)]", "'Model'", "layer 2")]
    [InlineData("GRU016", "[{|GruModel|}, Gru(4)]", "'Model' has no input size", "[GruModel(inputSize: n)]", "[Embedding]")]
    [InlineData("GRU016", "[{|GruModel(0)|}, Gru(4)]", "'Model'")]
    [InlineData("GRU017", "[{|GruModel(inputSize: 3)|}, Embedding(5, 6), Gru(4)]", "'Model' reads tokens", "input size 3")]
    [InlineData("GRU018", "[{|GruModel(inputSize: 65_537)|}, Gru(4)]", "'Model'", "inputSize = 65,537", "1 to 65,536")]
    [InlineData("GRU018", "[{|GruModel(-1)|}, Gru(4)]", "inputSize = -1")]
    [InlineData("GRU018", "[GruModel(inputSize: 3), {|Gru(0)|}]", "'Model'", "hiddenSize = 0")]
    [InlineData("GRU018", "[GruModel(inputSize: 3), {|Gru(65_537)|}]", "hiddenSize = 65,537")]
    [InlineData("GRU018", "[GruModel(inputSize: 3), {|Gru(int.MinValue)|}]", "hiddenSize = -2,147,483,648")]
    [InlineData("GRU018", "[GruModel, {|Embedding(16_777_217, 4)|}, Gru(4)]", "vocabulary = 16,777,217", "1 to 16,777,216")]
    [InlineData("GRU018", "[GruModel, {|Embedding(0, 4)|}, Gru(4)]", "vocabulary = 0")]
    [InlineData("GRU018", "[GruModel, {|Embedding(4, 65_537)|}, Gru(4)]", "size = 65,537")]
    [InlineData("GRU018", "[GruModel(inputSize: 3), Gru(4), {|Dense(0)|}]", "units = 0")]
    [InlineData("GRU018", "[GruModel(inputSize: 3), Gru(4), {|Dense(1_048_577)|}]", "units = 1,048,577", "1 to 1,048,576")]
    [InlineData("GRU018", "[GruModel, {|Embedding(9, 4, PaddingToken = 9)|}, Gru(4)]", "'Model'", "PaddingToken = 9", "0 to 8, or -1")]
    [InlineData("GRU018", "[GruModel, {|Embedding(9, 4, PaddingToken = -2)|}, Gru(4)]", "PaddingToken = -2")]
    [InlineData("GRU018", "[GruModel, {|Embedding(0, 4, PaddingToken = 3)|}, Gru(4)]", "vocabulary = 0")]
    [InlineData("GRU018", "[GruModel(3), {|Gru(32_769, Bidirectional = true)|}]", "hiddenSize = 32,769", "1 to 32,768, because its two directions")]
    [InlineData("GRU018", "[GruModel(3), {|Gru(65_537, Bidirectional = true, Merge = Merge.Sum)|}]", "hiddenSize = 65,537", "1 to 65,536")]
    [InlineData("GRU018", "[GruModel(3), {|Conv1D(0, 3)|}]", "'Model' has channels = 0", "1 to 65,536")]
    [InlineData("GRU018", "[GruModel(3), {|Conv1D(4, 0)|}]", "'Model' has kernelSize = 0", "1 to 16,777,216")]
    [InlineData("GRU018", "[GruModel(3), {|Conv1D(4, 3, Dilation = 0)|}]", "'Model' has Dilation = 0", "1 to 65,536")]
    [InlineData("GRU018", "[GruModel(3), {|Conv1D(4, 87, Dilation = 65_536)|}]", "kernelSize = 87", "1 to 86, because", "at most 16,777,216")]
    [InlineData("GRU019", "[GruModel(3), {|Gru(4, Output = SequenceOutput.Final)|}, Conv1D(5, 3)]", "layer 1", "SequenceOutput.EveryStep")]
    [InlineData("GRU019", "[GruModel(3), Gru(4), {|Pool(Pooling.Last)|}, Conv1D(5, 3)]", "layer 2")]
    [InlineData("GRU029", "[GruModel(3), {|Conv1D(4, 3, Activation = Activation.Affine)|}]", "'Affine'", "layer 1", "only a [Gru] has it")]
    [InlineData("GRU020", "[GruModel(3), {|Conv1D(4, 3, Padding = (ConvPadding)3)|}]", "Padding = 3", "'ConvPadding'")]
    [InlineData("GRU019", "[GruModel(inputSize: 3), {|Gru(4, Output = SequenceOutput.Final)|}, Gru(4)]", "'Model'", "layer 1", "SequenceOutput.EveryStep")]
    [InlineData("GRU019", "[GruModel(inputSize: 3), Dense(5), {|Gru(4, Output = SequenceOutput.Final)|}, Dense(4), Gru(4)]", "layer 2")]
    [InlineData("GRU019", "[GruModel(3), {|Gru(4, Output = SequenceOutput.Final)|}, Pool(Pooling.Max)]", "layer 1", "recurrent and pooling layers", "SequenceOutput.EveryStep")]
    [InlineData("GRU019", "[GruModel(3), Gru(4), {|Pool(Pooling.Last)|}, Dense(2), Gru(4)]", "'Model'", "layer 2", "move the [Pool] above them")]
    [InlineData("GRU019", "[GruModel(3), Gru(4), {|Pool(Pooling.Mean)|}, Pool(Pooling.Mean)]", "layer 2", "remove it")]
    [InlineData("GRU019", "[GruModel(3), {|Gru(3, Output = SequenceOutput.Final, Residual = true)|}, Gru(4)]", "layer 1")]
    [InlineData("GRU020", "[GruModel(inputSize: 3), {|Gru(4, Output = (SequenceOutput)2)|}]", "'Model'", "Output = 2", "'SequenceOutput'")]
    [InlineData("GRU020", "[GruModel(inputSize: 3), {|Gru(4, Output = (SequenceOutput)2)|}, Gru(4)]", "'Model'", "Output = 2", "'SequenceOutput'")]
    [InlineData("GRU020", "[{|GruModel(inputSize: 3, WeightFormat = (WeightFormat)2)|}, Gru(4)]", "WeightFormat = 2", "'WeightFormat'")]
    [InlineData("GRU020", "[GruModel(inputSize: 3), Gru(4), {|Dense(1, (Activation)99)|}]", "'Model'", "activation = 99", "'Activation'")]
    [InlineData("GRU020", "[GruModel(3), {|Gru(4, Activation = (Activation)99)|}]", "Activation = 99", "'Activation'")]
    [InlineData("GRU020", "[GruModel(3), {|Gru(4, GateActivation = (GateActivation)99)|}]", "GateActivation = 99", "'GateActivation'")]
    [InlineData("GRU020", "[GruModel(3), {|Gru(4, UpdateGate = (UpdateGate)2)|}]", "UpdateGate = 2", "'UpdateGate'")]
    [InlineData("GRU020", "[GruModel(3), {|Gru(4, InitialState = (InitialState)(-1))|}]", "InitialState = -1", "'InitialState'")]
    [InlineData("GRU020", "[GruModel(3), {|Gru(4, Bidirectional = true, Merge = (Merge)4)|}]", "Merge = 4", "'Merge'")]
    [InlineData("GRU020", "[GruModel(3), Gru(4), {|Pool((Pooling)3)|}]", "pooling = 3", "'Pooling'")]
    [InlineData("GRU020", "[{|GruModel(3, Initialization = (Initialization)2)|}, Gru(4)]", "Initialization = 2", "'Initialization'")]
    [InlineData("GRU026", "[GruModel(3), {|Gru(4, Bidirectional = true, Reverse = true)|}]", "'Model'", "layer 1", "remove one of them")]
    [InlineData("GRU027", "[GruModel(3), {|Gru(4, Residual = true)|}, Gru(4)]", "'Model'", "layer 1", "the size 3", "the size 4", "remove 'Residual'")]
    [InlineData("GRU027", "[GruModel(3), Gru(4), {|Gru(4, Residual = true, Bidirectional = true)|}, Pool(Pooling.Last)]", "layer 2", "size 4", "size 8")]
    [InlineData("GRU027", "[GruModel(3), Gru(4, Bidirectional = true), {|Dense(4, Residual = true)|}]", "layer 2", "size 8", "size 4")]
    [InlineData("GRU027", "[GruModel, Embedding(9, 5), Dropout(0.5), LayerNorm, {|Dense(6, Residual = true)|}, Gru(4)]", "layer 4", "size 5", "size 6")]
    [InlineData("GRU028", "[GruModel(3), {|Gru(4, Dropout = 1)|}]", "'Model' has Dropout = 1", "must be 0 to below 1")]
    [InlineData("GRU028", "[GruModel(3), {|Gru(4, Dropout = -0.5)|}]", "Dropout = -0.5")]
    [InlineData("GRU028", "[GruModel(3), {|Gru(4, RecurrentDropout = double.NaN)|}]", "RecurrentDropout = NaN", "0 to below 1")]
    [InlineData("GRU028", "[GruModel(3), {|Dropout(20)|}, Gru(4)]", "rate = 20", "0 to below 1")]
    [InlineData("GRU028", "[GruModel(3), Gru(4), {|LayerNorm(Epsilon = 0)|}]", "'Model' has Epsilon = 0", "a finite number above 0")]
    [InlineData("GRU028", "[GruModel(3), Gru(4), {|LayerNorm(Epsilon = double.NaN)|}]", "Epsilon = NaN")]
    [InlineData("GRU028", "[GruModel(3), Gru(4), {|LayerNorm(Epsilon = 1e-46)|}]", "Epsilon = 1E-46", "as a float")]
    [InlineData("GRU028", "[GruModel(3), Gru(4), {|LayerNorm(Epsilon = 1e39)|}]", "Epsilon = 1E+39", "as a float")]
    [InlineData("GRU028", "[GruModel(3), Gru(4), {|LayerNorm(Epsilon = double.PositiveInfinity)|}]", "Epsilon = Infinity")]
    [InlineData("GRU029", "[GruModel(3), {|Gru(4, Activation = Activation.Silu)|}]", "'Model'", "silu", "layer 1", "derivative", "[Dense]")]
    [InlineData("GRU028", "[GruModel(3), {|Gru(4, Clip = -1)|}]", "'Model' has Clip = -1", "a finite number from 0 on")]
    [InlineData("GRU028", "[GruModel(3), {|Gru(4, Clip = 1e39)|}]", "Clip = 1E+39", "as a float")]
    [InlineData("GRU028", "[GruModel(3), {|Gru(4, Activation = Activation.Elu, ActivationAlpha = -0.5)|}]", "ActivationAlpha = -0.5", "from 0 on")]
    [InlineData("GRU028", "[GruModel(3), {|Gru(4, Activation = Activation.ScaledTanh, ActivationAlpha = 0)|}]", "ActivationAlpha = 0", "other than 0")]
    [InlineData("GRU028", "[GruModel(3), {|Gru(4, Activation = Activation.Affine, ActivationBeta = double.NaN)|}]", "ActivationBeta = NaN", "a finite number")]
    [InlineData("GRU028", "[GruModel(3), {|Gru(4, GateActivation = GateActivation.LeakyRelu, GateActivationAlpha = -1)|}]", "GateActivationAlpha = -1", "from 0 on")]
    [InlineData("GRU028", "[GruModel(3), {|Gru(4, GateActivation = GateActivation.HardSigmoid, GateActivationBeta = 1e39)|}]", "GateActivationBeta = 1E+39")]
    [InlineData("GRU028", "[GruModel(3), {|Gru(4, Bidirectional = true, Activation = Activation.Elu, ReverseActivationAlpha = -1)|}]", "ReverseActivationAlpha = -1")]
    [InlineData("GRU029", "[GruModel(3), {|Gru(4, Activation = Activation.Softmax)|}]", "'Model'", "softmax", "layer 1", "[Dense]")]
    [InlineData("GRU029", "[GruModel(3), {|Gru(4, Bidirectional = true, ReverseActivation = Activation.Softmax)|}]", "softmax", "layer 1")]
    [InlineData("GRU029", "[GruModel(3), Gru(4), {|Dense(1, Activation.Affine)|}]", "'Model' has 'Affine'", "layer 2", "only a [Gru] has it")]
    [InlineData("GRU029", "[GruModel(3), Gru(4), {|Dense(1, Activation.HardSigmoid)|}]", "'HardSigmoid'", "layer 2")]
    [InlineData("GRU020", "[{|GruModel(3, MaskValue = 0, MaskedOutput = (MaskedOutput)2)|}, Gru(4)]", "MaskedOutput = 2", "'MaskedOutput'")]
    [InlineData("GRU028", "[{|GruModel(3, MaskValue = double.PositiveInfinity)|}, Gru(4)]", "'Model' has MaskValue = Infinity", "a finite number")]
    [InlineData("GRU035", "[{|GruModel(3, MaskValue = 0, MaskedOutput = MaskedOutput.Repeat)|}, Gru(4, Bidirectional = true, Output = SequenceOutput.EveryStep), Dense(2)]", "'Model'", "both directions")]
    [InlineData("GRU035", "[{|GruModel(3, MaskValue = 0, MaskedOutput = MaskedOutput.Repeat)|}, Gru(4, Bidirectional = true, Merge = Merge.Sum, Output = SequenceOutput.EveryStep)]", "concatenate")]
    [InlineData("GRU031", "[GruModel(4), {|Gru(4, Residual = true)|}, Dense(1)]", "'Model'", "layer 1", "add 'Output = SequenceOutput.EveryStep'")]
    [InlineData("GRU031", "[GruModel(4), Gru(4), {|Gru(4, Residual = true, Output = SequenceOutput.Final)|}]", "layer 2", "SequenceOutput.EveryStep")]
    public Task Attributes_that_are_no_model_are_reported(string id, string attributes, params string[] fragments) =>
        VerifyAsync($"{attributes} public partial class Model;", [id], fragments);

    public static TheoryData<string> EmittedNames() => [.. Parsing.EmittedMembers.Names];

    [Theory]
    [MemberData(nameof(EmittedNames))]
    public Task A_member_may_not_have_the_name_of_an_emitted_one(string name) => VerifyAsync(
        $"[..] partial class Model {{ void {name}() {{ }} }}", ["GRU009"], ["'Model'", $"the name '{name}'", "rename the member"]);

    [Theory]
    [InlineData("const int InputSize = 3;", "InputSize")]
    [InlineData("static string Summary => \"\";", "Summary")]
    [InlineData("class Emitted;", "Emitted")]
    [InlineData("enum StepStream;", "StepStream")]
    [InlineData("delegate void Load<T>();", "Load")]
    [InlineData("event System.Action? Clone; void Raise() => Clone?.Invoke();", "Clone")]
    [InlineData("float Predict(string text) => text.Length;", "Predict")]
    [InlineData("[System.Runtime.CompilerServices.IndexerName(\"Predict\")] int this[int i] => i;", "Predict")]
    public Task A_member_of_any_kind_clashes(string member, string name) => VerifyAsync(
        $"[..] partial class Model {{ {member} }}", ["GRU009"], [$"the name '{name}'", "rename the member"]);

    [Fact]
    public Task A_member_in_another_part_clashes() => VerifyAsync(
        $"[..] partial class Model; partial class Model {{ int OpenStream; int Use => OpenStream = 1; }}", ["GRU009"], ["'OpenStream'"]);

    [Fact]
    public Task A_type_parameter_clashes() => VerifyAsync(
        "[..] partial class Model<Emitted>;", ["GRU009"], ["'Model'", "'Emitted'", "rename the type parameter"]);

    [Theory]
    [InlineData("partial class Outer<TVector> {", "partial class Model; }")]
    [InlineData("partial class Outer<TVector> { partial struct Inner {", "partial class Model; } }")]
    [InlineData("", "partial class Model<TVector>;")]
    public Task A_type_parameter_around_emitted_methods_clashes_with_theirs(string before, string after) => VerifyAsync(
        $"{before} [..] {after}", ["GRU009"], ["'Model'", "'TVector'", "rename the type parameter"]);

    [Fact]
    public Task The_class_itself_clashes() => VerifyAsync(
        "[..] partial class Predict;", ["GRU009"], ["'Predict'", "rename the class"]);

    [Fact]
    public Task An_explicitly_implemented_member_does_not_clash() => VerifyAsync(
        "[GruModel(3), Gru(4)] partial class Model : System.ICloneable { object System.ICloneable.Clone() => this; }", []);

    [Fact]
    public Task Layers_on_another_declaration_are_reported_where_they_stand() => VerifyAsync(
        """
        [GruModel(inputSize: 3)] partial class Model;
        [{|Gru(4)|}, {|Dense(1)|}] partial class Model;
        """,
        ["GRU012", "GRU012"],
        ["'Model' has [Gru]"], ["'Model' has [Dense]"]);

    [Fact]
    public Task All_that_is_wrong_is_reported_at_once() => VerifyAsync(
        "[{|GruModel|}, {|Gru(0)|}, {|Dense(-1)|}] abstract class {|Model|} { public Model(string s) { } }",
        ["GRU003", "GRU011", "GRU016", "GRU018", "GRU018", "GRU001"]);

    [Fact]
    public Task A_size_that_is_not_known_is_not_compared() => VerifyAsync(
        "[{|GruModel|}, Dense(5, Residual = true), {|Gru(0)|}, Dense(5, Residual = true)] partial class Model;", ["GRU016", "GRU018"]);

    [Theory]
    [InlineData("Merge = Merge.Sum")]
    [InlineData("Merge = Merge.Concat")]
    [InlineData("Bidirectional = false, Merge = Merge.Average")]
    [InlineData("ReverseActivation = Activation.Relu", "ReverseActivation")]
    [InlineData("ReverseGateActivation = GateActivation.Relu", "ReverseGateActivation")]
    [InlineData("ReverseGateActivationBeta = 0.5", "ReverseGateActivationBeta")]
    [InlineData("ActivationAlpha = 0.5", "ActivationAlpha", "beside an activation without such a number; choose another activation or remove it")]
    [InlineData("GateActivation = GateActivation.Elu, GateActivationBeta = 0.5", "GateActivationBeta", "choose another activation or remove it")]
    public async Task An_option_of_no_effect_is_a_warning_and_the_code_is_there(
        string arguments, string option = "Merge", string way = "does nothing in one direction; add 'Bidirectional = true' or remove it")
    {
        var source = new Marked($"using GruGen; [GruModel(3), {{|Gru(4, {arguments})|}}] partial class Model;");
        GeneratorRun run = GeneratorRun.Of(source.Source);
        Diagnostic warning = Assert.Single(await run.AnalyzeAsync());
        Assert.Equal(("GRU030", DiagnosticSeverity.Warning), (warning.Id, warning.DefaultSeverity));
        Assert.Equal(source.Spans, [warning.Location.SourceSpan]);
        Assert.Contains($"'Model' has '{option}' on layer 1", warning.GetMessage(null), StringComparison.Ordinal);
        Assert.Contains(way, warning.GetMessage(null), StringComparison.Ordinal);
        Assert.NotEmpty(run.Files);
        Assert.Empty(run.OutputProblems);
    }

    [Theory]
    [InlineData("GruModel(MaskValue = 0)", "Embedding(9, 4), Gru(4)", "'MaskValue'", "where tokens are read; give the [Embedding] a 'PaddingToken' or remove it")]
    [InlineData("GruModel(3, MaskedOutput = MaskedOutput.Repeat)", "Gru(4, Output = SequenceOutput.EveryStep)", "'MaskedOutput'", "where no step is masked; name a 'MaskValue'")]
    [InlineData("GruModel(3, MaskValue = 0, MaskedOutput = MaskedOutput.Repeat)", "Gru(4), Dense(2)", "'MaskedOutput'", "where there is one output for a sequence")]
    [InlineData("GruModel(3, MaskValue = 0, MaskedOutput = MaskedOutput.Repeat)", "Gru(4), Pool(Pooling.Last)", "'MaskedOutput'", "one output")]
    public async Task A_mask_of_no_effect_is_a_warning_and_the_code_is_there(string model, string layers, params string[] fragments)
    {
        var source = new Marked($"using GruGen; [{{|{model}|}}, {layers}] partial class Model;");
        GeneratorRun run = GeneratorRun.Of(source.Source);
        Diagnostic warning = Assert.Single(await run.AnalyzeAsync());
        Assert.Equal("GRU030", warning.Id);
        Assert.Equal(source.Spans, [warning.Location.SourceSpan]);
        Assert.All(fragments, fragment => Assert.Contains(fragment, warning.GetMessage(null), StringComparison.Ordinal));
        Assert.NotEmpty(run.Files);
        Assert.Empty(run.OutputProblems);
    }

    [Theory]
    [InlineData("Gru(4), Gru(4, Bidirectional = true, Output = SequenceOutput.EveryStep), Dropout(0.5)")]
    [InlineData("Gru(4, Bidirectional = true), Gru(4, Output = SequenceOutput.EveryStep), Dense(2)")]
    [InlineData("Gru(4, Reverse = true, Output = SequenceOutput.EveryStep), LayerNorm, Dense(2)")]
    public async Task Outputs_of_one_direction_can_be_repeated(string layers)
    {
        GeneratorRun run = GeneratorRun.Of($"using GruGen; [GruModel(3, MaskValue = 0.5, MaskedOutput = MaskedOutput.Repeat), {layers}] partial class Model;");
        Assert.DoesNotContain(await run.AnalyzeAsync(), diagnostic => diagnostic.Id is "GRU030" or "GRU035");
        Assert.Equal((0.5, Values.MaskedOutput.Repeat), (run.Models.Single().MaskValue, run.Models.Single().MaskedOutput));
        Assert.Empty(run.OutputProblems);
    }

    /// <summary>
    /// A file of another tool is generated code by its name or its first comment, a class by its attribute; analyzers may skip all of that.
    /// </summary>
    [Theory]
    [InlineData("Models.g.cs", "")]
    [InlineData("Models.g.i.cs", "")]
    [InlineData("Models.Designer.cs", "")]
    [InlineData("Models.generated.cs", "")]
    [InlineData("TemporaryGeneratedFile_Models.cs", "")]
    [InlineData("Models.cs", "// <auto-generated/>\n")]
    [InlineData("Models.cs", "/* <autogenerated> by another tool */\n")]
    [InlineData("Models.cs", "", "[System.CodeDom.Compiler.GeneratedCode(\"tool\", \"1.0\")] ")]
    public async Task A_model_that_another_tool_wrote_is_checked_as_any_other(string file, string header, string attribute = "")
    {
        var source = new Marked($"{header}using GruGen; {attribute}[GruModel(3), {{|Gru(0)|}}] partial class Model; {attribute}[{{|GruModel|}}, Gru(4)] partial class Other;");
        CSharpCompilation project = TestCompilation.Of().AddSyntaxTrees(CSharpSyntaxTree.ParseText(source.Source, TestCompilation.ParseOptions, file));

        ImmutableArray<Diagnostic> reported = await GeneratorRun.AnalyzeAsync(project);

        Assert.Equal(["GRU018", "GRU016"], reported.Select(diagnostic => diagnostic.Id));
        Assert.Equal(source.Spans, reported.Select(diagnostic => diagnostic.Location.SourceSpan));
    }

    /// <summary>
    /// Runs generator and analyzer over source with marks, and expects these ids at these marks; a single mark stands for all of them.
    /// Whatever is reported, the emitted files add no errors to those the source has.
    /// </summary>
    private static async Task VerifyAsync(string marked, string[] ids, params string[][] fragments)
    {
        var source = new Marked("using GruGen; " + marked.Replace("[..]", Attributes, StringComparison.Ordinal));
        GeneratorRun run = GeneratorRun.Of(source.Source);
        foreach (bool withEmittedFiles in (bool[])[true, false])
        {
            ImmutableArray<Diagnostic> reported = await run.AnalyzeAsync(withEmittedFiles);
            Assert.Equal(ids, reported.Select(diagnostic => diagnostic.Id));
            for (int i = 0; i < fragments.Length && ids.Length > 0; i++)
            {
                Assert.All(fragments[i], fragment => Assert.Contains(fragment, reported[i].GetMessage(null), StringComparison.Ordinal));
            }

            Assert.Equal(
                reported.Select(diagnostic => diagnostic.Location.SourceSpan).Distinct(),
                source.Spans);
        }

        Assert.Equal(ids.Length == 0, run.Files.Count > 0);
        if (ids.Length > 0)
        {
            Assert.Equal(run.InputProblems.Select(problem => problem.ToString()), run.OutputProblems.Select(problem => problem.ToString()));
        }
    }
}
