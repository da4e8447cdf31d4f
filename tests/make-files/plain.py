"""Formats that need no library: safetensors, .npz, and the .json of RTNeural."""

import io
import json
import struct
import zipfile

import numpy as np

from keras_files import keras_weights

NAMES = {"f4": "F32", "f8": "F64"}


def safetensors(path, tensors, metadata):
    """The length of the header, the header as JSON, and the bytes of the tensors."""
    header, offset = {"__metadata__": metadata}, 0
    for name, values in tensors.items():
        header[name] = {"dtype": NAMES[values.dtype.str[1:]], "shape": list(values.shape), "data_offsets": [offset, offset + values.nbytes]}
        offset += values.nbytes
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + b"".join(np.ascontiguousarray(values).tobytes() for values in tensors.values()))


def npz(path, tensors):
    """numpy.savez, but with a fixed time in the zip's entries."""
    with zipfile.ZipFile(path, "w") as archive:
        for name, values in tensors.items():
            entry = io.BytesIO()
            np.lib.format.write_array(entry, np.ascontiguousarray(values))
            archive.writestr(zipfile.ZipInfo(name + ".npy", (1980, 1, 1, 0, 0, 0)), entry.getvalue())


def rtneural(path, parameters):
    """What RTNeural's model_utils.py writes of a Keras model: its weights, and the activation and shape of each layer."""
    kernel, recurrent, bias, dense, dense_bias = (values.astype(np.float64).tolist() for values in keras_weights(parameters))
    layers = [
        {"type": "gru", "activation": "tanh", "shape": [None, None, len(recurrent)], "weights": [kernel, recurrent, bias]},
        {"type": "dense", "activation": "softmax", "shape": [None, None, len(dense_bias)], "weights": [dense, dense_bias]},
    ]
    with open(path, "w", newline="\n") as file:
        json.dump({"in_shape": [None, None, len(kernel)], "layers": layers}, file, indent=1)
        file.write("\n")
