open System
open GruGen
open Models

let data = Gesture.CreateDataset()
for i in 0 .. 31 do
    data.Add([| for t in 0 .. 23 -> MathF.Sin(float32 (t * (1 + i % 2))) |], label = i % 2)

let model = Gesture(seed = 1)
let history = model.Fit(data, TrainingOptions(Epochs = 3, BatchSize = 8))
model.Save "gesture.safetensors"
let loaded = Gesture.Load "gesture.safetensors"
let stream = loaded.OpenStream()
let mutable last = 0f
for step in 0 .. 11 do
    last <- stream.Step(data.Input(0).Slice(step * 2, 2))

printfn "trained, saved, loaded, streamed: %d epochs, %b" history.Epochs (abs (last - model.Predict(data.Input 0)) < 1e-5f)
