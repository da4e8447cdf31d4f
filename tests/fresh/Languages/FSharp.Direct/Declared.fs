namespace App

open GruGen

// [<GruModel(inputSize = 2)>] in a comment is no model
[<GruModel(inputSize = 2); Gru(8); Dense(1)>]
type Gesture() = class end
