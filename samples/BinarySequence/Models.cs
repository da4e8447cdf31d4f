using GruGen;

namespace BinarySequence;

/// <summary>
/// Reads steps of two features and says yes or no. (Keras: <c>GRU(64, input_shape=(steps, features))</c>, then
/// <c>Dense(1, activation="sigmoid")</c>.)
/// </summary>
[GruModel(MarkedBits.Features, Initialization = Initialization.Keras)]
[Gru(64)]
[Dense(1, Activation.Sigmoid)]
public sealed partial class SequenceClassifier;

/// <summary>
/// Logistic regression on all steps: a convolution as long as a sequence has, at its last step, a weight for each feature of each step. It
/// sees everything, but remembers nothing.
/// </summary>
[GruModel(MarkedBits.Features, Initialization = Initialization.Keras)]
[Conv1D(1, kernelSize: MarkedBits.Steps)]
[Pool(Pooling.Last)]
[Dense(1, Activation.Sigmoid)]
public sealed partial class LogisticRegression;
