using GruGen;

var model = Review.Load("sentiment.safetensors"); // which samples/Sentiment has written
foreach (string sentence in args)
{
    Console.WriteLine($"{model.PredictLabelName(sentence)} ({model.Predict(sentence):F2}): {sentence}");
}

[GruModel, Embedding(10_000, 32, PaddingToken = 0), Gru(32), Dense(1, Activation.Sigmoid)]
internal sealed partial class Review;
