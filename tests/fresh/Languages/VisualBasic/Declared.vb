Imports GruGen

<GruModel(2), Gru(8), Dense(1)>
Public Class Gesture
End Class
