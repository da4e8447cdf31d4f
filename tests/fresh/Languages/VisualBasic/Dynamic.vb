Imports GruGen

Public Module Dynamic
    Public Function Create(schema As ModelSchema) As DynamicModel(Of Single)
        Return New DynamicModel(Of Single)(schema, seed:=1)
    End Function
End Module
