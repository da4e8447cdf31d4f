using GruGen;

var model = Review.Load(args[0]); // a file that samples/Sentiment has written
foreach (string sentence in args[1..])
{
    Console.WriteLine($"{model.PredictLabelName(sentence)} ({model.Predict(sentence):F2}): {sentence}");
}

[GruModel, Embedding(10_000, 32, PaddingToken = 0), Gru(32), Dense(1, Activation.Sigmoid)]
internal sealed partial class Review;
