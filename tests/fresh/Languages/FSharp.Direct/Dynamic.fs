// A model whose sizes are known only when it runs needs no emitted code.
open GruGen

let schema = ModelSchema.ForFeatures("Gesture", 2, LayerSchema.Gru(8, SequenceOutput.Final), LayerSchema.Dense(1))
let model = DynamicModel<float32>(schema, seed = 1)
let data = SequenceDataset<float32>(schema)
for i in 0 .. 15 do
    data.Add([| for t in 0 .. 11 -> float32 (t + i) / 30f |], [| float32 (i % 2) |])

printfn "trained: %d epochs" (model.Fit(data, TrainingOptions(Epochs = 3)).Epochs)
