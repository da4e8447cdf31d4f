#!/usr/bin/python3
"""Writes one small model in every format that the tool reads, with an input and the output that is expected. Usage: models.py FOLDER"""

import pathlib
import sys
import warnings

import numpy as np
import torch

import keras_files
import movements
import plain

LICENCE = "Made by tests/make-files of this project; MIT, as the project."


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    parameters = movements.train()
    torch.save(movements.module(parameters).state_dict(), folder / "movements.pt")
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # that the batch has a size of its own in h0, which is zero
        torch.onnx.export(
            movements.module(parameters, softmax=True), torch.zeros(1, 20, movements.INPUTS), folder / "movements.onnx", opset_version=13,
            input_names=["signal"], output_names=["probabilities"],
            dynamic_axes={"signal": {0: "batch", 1: "time"}, "probabilities": {0: "batch"}})
    keras_files.keras3(folder / "movements.keras", parameters)
    keras_files.keras2(folder / "movements.h5", parameters)
    plain.safetensors(folder / "movements.safetensors", parameters, {"format": "pt", "licence": LICENCE})
    plain.npz(folder / "movements.npz", parameters)
    plain.rtneural(folder / "movements.json", parameters)

    signal, each, last = movements.expect(parameters)
    plain.safetensors(folder / "movements.expected.safetensors", {"input": signal, "output": last, "output_each": each}, {
        "licence": LICENCE,
        "meaning": "input [recordings, steps, 3]; probabilities in float64: output after the last step, output_each after every step",
    })
    with torch.no_grad():
        difference = np.abs(movements.module(parameters, softmax=True)(torch.tensor(signal)).numpy() - last).max()
    print(f"PyTorch's float32 differs by {difference:.1e}; movements: {last.argmax(1).tolist()}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
