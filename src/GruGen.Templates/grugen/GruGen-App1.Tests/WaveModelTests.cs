using GruGen;
using Xunit;

public class WaveModelTests
{
    [Fact]
    public void A_trained_model_knows_most_waves_and_is_the_same_when_loaded()
    {
        WaveModel model = WaveTraining.Run(WaveTraining.Waves(600, seed: 1), epochs: 10);
        SequenceDataset<float> others = WaveTraining.Waves(150, seed: 2);
        Assert.InRange(model.Evaluate(others).Accuracy, 0.6, 1);

        string file = Path.Combine(Path.GetTempPath(), Path.GetRandomFileName());
        model.Save(file);
        Assert.Equal(model.Predict(others.Input(0)), WaveModel.Load(file).Predict(others.Input(0)));
        File.Delete(file);
    }
}
