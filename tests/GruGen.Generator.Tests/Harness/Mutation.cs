using Microsoft.CodeAnalysis;
using Microsoft.CodeAnalysis.CSharp;

namespace GruGen.Generator.Tests.Harness;

/// <summary>Declarations as people write them and as they come to be while somebody types: tokens are lost, doubled, exchanged and strange.</summary>
internal sealed class Mutation(int seed)
{
    private static readonly string[] s_declarations =
    [
        "using GruGen;\nnamespace App;\n/// <summary>A model.</summary>\n[GruModel]\n[Embedding(27, 16, PaddingToken = 0)]\n[Gru(16)]\n[Dense(1, Activation.Sigmoid)]\npublic sealed partial class Model;\n",
        "using GruGen;\n[GruModel(inputSize: 3), Gru(4), Gru(5, Output = SequenceOutput.EveryStep), Dense(2)] partial class Model { public const int Size = 4; int Own => InputSize; }\n",
        "namespace A { using G = GruGen.GruAttribute; partial class Outer<T> where T : class { [GruGen.GruModel(Sizes.In), G(Sizes.Hidden, Bidirectional = true)] internal partial class Inner<U>; } static class Sizes { public const int In = 3, Hidden = In + 1; } }\n",
        "using GruGen;\n[GruModel(3, MaskValue = 0, MaskedOutput = MaskedOutput.Repeat)] [Gru(4, Dropout = 0.1, RecurrentDropout = 0.2, Residual = false)] [LayerNorm(Epsilon = 1e-3)] [Dense(2)]\npartial class Model : System.IDisposable\n{\n    public Model(string name) : this(seed: 3) => Name = name;\n    public string Name { get; } = \"\";\n    public void Dispose() { }\n}\n",
        "using GruGen;\n[GruModel(8), Conv1D(4, 3, Dilation = 2, Padding = ConvPadding.Same, Activation = Activation.Relu), PReLU, Pool(Pooling.Mean), Dense(3, Activation.Softmax, Bias = false)]\ninternal partial class Model;\nclass Use { float[] Run(Model model) => model.Predict(new float[8]); }\n",
        "using GruGen;\n[GruModel(4, WeightFormat = WeightFormat.BFloat16, Initialization = Initialization.Keras), Gru(4, Residual = true, ResetAfter = false, UpdateGate = UpdateGate.Replace, Clip = 3), Pool(Pooling.Last), Dropout(0.5), Dense(1)]\npartial class A; partial class A { }\n[GruModel(4), Gru(6, Activation = Activation.Elu, ActivationAlpha = 0.5, GateActivation = GateActivation.HardSigmoid, InitialState = InitialState.Learned)]\npartial class B { void Run(float[] x) { foreach (float f in x) { var s = OpenStream(); s.Step(x, x); } } }\n",
        "partial record struct R<T>\n{\n    private partial interface I\n    {\n        [GruGen.GruModel(2)] [GruGen.Gru(3)] [GruGen.Dense(2, GruGen.Activation.Tanh, Residual = false)] [System.Obsolete] private protected partial class @class;\n    }\n}\n",
        "global using M = GruGen.GruModelAttribute;\nusing GruGen;\n#nullable disable\n[M(1), Gru(1)] abstract class First { }\n[M, Embedding(9, 4), Gru(4, Reverse = true, Merge = Merge.Sum)] static partial class Second { class Emitted; }\n[Gru(3)] class Third { required public int X; }\n",
    ];

    private static readonly string[] s_strange =
    [
        "partial", "class", "record", "struct", "interface", "enum", "abstract", "static", "file", "sealed", "required", "public", "private", "unsafe", "ref", "readonly",
        "namespace", "using", "global", "extern", "const", "int", "string", "dynamic", "params", "this", "base", "new", "where T : class", "async", "event", "delegate",
        "T", "Model", "Gru", "GruGen", "Emitted", "Predict", "Missing", "System", "TVector", "@class", "größe", "_", "InputSize", "seed",
        "[GruModel]", "[GruModel(3)]", "[Gru(4)]", "[Dense(2)]", "[Embedding(5, 3)]", "[Dropout(0)]", "[LayerNorm]", "[BatchNorm]", "[PReLU]", "[Pool(Pooling.Max)]", "[Conv1D(3, 2)]", "Gru(3),", ", Dense(1)",
        "0", "1", "-1", "5", "17", "65_536", "65_537", "int.MaxValue", "int.MinValue", "3_000_000_000", "4L", "0.5", "1e-300", "1e999", "double.NaN", "1m", "'x'", "\"text\"", "null", "default", "typeof(int)",
        "new int[1]", "true", "false", "1 + 1", "Activation.Softmax", "(Activation)99", "(Activation)(-1)", "Activation.Affine", "SequenceOutput.Final", "Pooling.Last", "sizeof(int)", "nameof(Model)", "$\"{1}\"",
        "Bidirectional = true", "Residual = true", "Dropout = 2", "Output = SequenceOutput.Final", "Bias = false,", "PaddingToken = 3", "hiddenSize:", "inputSize: 0",
        "[", "]", "(", ")", "{", "}", "<", ">", "<T>", "<in T>", ",", ";", ":", "::", ".", "=", "=>", "?", "!", "*", "~", "\\", "#", "\n#if X\n", "\n#endif\n", "\n#nullable enable\n", "//", "/*", "*/", "///",
        ": this(1)", ": Root", ": Missing", "(int x)", "{ }", "int X;", "public Model(int seed) { }", "Model() { }", "class Root;", "partial class Model { }", "required public int Y;",
    ];

    private readonly Random _random = new(seed);

    /// <summary>A declaration with something wrong with it, or nothing.</summary>
    public string Draw() => Enumerable.Range(0, _random.Next(5)).Aggregate(Of(s_declarations), (text, _) => Once(text));

    /// <summary>The same with one thing more.</summary>
    public string Once(string text)
    {
        if (_random.Next(8) == 0)
        {
            int place = _random.Next(text.Length), end = Math.Min(text.Length, place + _random.Next(4));
            return text[..place] + (char)_random.Next(32, 127) + text[end..];
        }

        List<string> tokens = [.. SyntaxFactory.ParseTokens(text).Select(token => token.ToFullString())];
        int at = _random.Next(tokens.Count), other = _random.Next(tokens.Count);
        switch (_random.Next(6))
        {
            case 0:
                tokens.RemoveAt(at);
                break;
            case 1:
                tokens.Insert(at, tokens[at]);
                break;
            case 2:
                (tokens[at], tokens[other]) = (tokens[other], tokens[at]);
                break;
            case 3:
                tokens[at] = Of(s_strange) + " ";
                break;
            case 4:
                tokens.Insert(at, Of(s_strange) + " ");
                break;
            default:
                tokens.InsertRange(at, tokens.GetRange(other, Math.Min(_random.Next(12), tokens.Count - other)));
                break;
        }

        return string.Concat(tokens);
    }

    private string Of(string[] all) => all[_random.Next(all.Length)];
}
