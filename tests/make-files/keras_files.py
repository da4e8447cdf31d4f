"""Files in the layout that Keras 2 and Keras 3 write, made with h5py: Keras itself is not needed."""

import io
import json
import zipfile

import h5py
import numpy as np


def keras_weights(parameters):
    """Of the GRU kernel [inputs, 3 units], recurrent kernel [units, 3 units], bias [2, 3 units], gates z, r, h; of the Dense the same."""
    def zrh(rows):
        r, z, h = np.split(rows, 3)
        return np.concatenate([z, r, h])

    return (
        zrh(parameters["gru.weight_ih_l0"]).T, zrh(parameters["gru.weight_hh_l0"]).T,
        np.stack([zrh(parameters["gru.bias_ih_l0"]), zrh(parameters["gru.bias_hh_l0"])]),
        parameters["fc.weight"].T, parameters["fc.bias"])


GRU_OPTIONS = {
    "return_sequences": False, "return_state": False, "go_backwards": False, "stateful": False, "unroll": False,
    "activation": "tanh", "recurrent_activation": "sigmoid", "use_bias": True, "dropout": 0.0, "recurrent_dropout": 0.0,
    "reset_after": True,
}


def keras3(path, parameters):
    """A zip of metadata.json, config.json (the layers) and model.weights.h5 (the weights, below the class's name)."""
    kernel, recurrent, bias, dense, dense_bias = keras_weights(parameters)
    (inputs, units), classes = (kernel.shape[0], recurrent.shape[0]), len(dense_bias)

    def layer(name, config, shape=None):
        dtype = {"module": "keras", "class_name": "DTypePolicy", "config": {"name": "float32"}, "registered_name": None}
        result = {"module": "keras.layers", "class_name": name, "config": config, "registered_name": None}
        if shape is None:
            return result
        result["config"] = {"name": name.lower(), "trainable": True, "dtype": dtype} | config
        return result | {"build_config": {"input_shape": shape}}

    config = {"module": "keras", "class_name": "Sequential", "registered_name": None, "build_config": {"input_shape": [None, None, inputs]}}
    config["config"] = {"name": "sequential", "trainable": True, "layers": [
        layer("InputLayer", {"batch_shape": [None, None, inputs], "dtype": "float32", "sparse": False, "name": "input_layer"}),
        layer("GRU", {"units": units, "zero_output_for_mask": False, "seed": None} | GRU_OPTIONS, [None, None, inputs]),
        layer("Dense", {"units": classes, "activation": "softmax", "use_bias": True}, [None, units]),
    ], "build_input_shape": [None, None, inputs]}

    memory = io.BytesIO()
    with h5py.File(memory, "w") as file:
        for group, weights in ("layers/gru/cell", (kernel, recurrent, bias)), ("layers/dense", (dense, dense_bias)):
            variables = file.create_group(group + "/vars")
            variables.attrs["name"] = "gru_cell" if group.endswith("cell") else "dense"
            for i, values in enumerate(weights):
                variables.create_dataset(str(i), data=values)
        file.create_group("layers/gru/vars").attrs["name"] = "gru"
        file.create_group("vars")

    with zipfile.ZipFile(path, "w") as archive:
        for name, content in (
                ("metadata.json", json.dumps({"keras_version": "3.8.0", "date_saved": "2024-01-01@00:00:00"})),
                ("config.json", json.dumps(config)),
                ("model.weights.h5", memory.getvalue())):
            archive.writestr(zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0)), content)


def keras2(path, parameters):
    """One HDF5 file: the layers as JSON in an attribute, the weights below the layers' names."""
    kernel, recurrent, bias, dense, dense_bias = keras_weights(parameters)
    shape, units = [None, None, kernel.shape[0]], recurrent.shape[0]

    def layer(name, config):
        return {"class_name": name, "config": {"name": name.lower(), "trainable": True, "dtype": "float32"} | config}

    config = {"class_name": "Sequential", "config": {"name": "sequential", "layers": [
        {"class_name": "InputLayer", "config": {
            "batch_input_shape": shape, "dtype": "float32", "sparse": False, "ragged": False, "name": "gru_input"}},
        layer("GRU", {"batch_input_shape": shape, "units": units, "time_major": False, "implementation": 2} | GRU_OPTIONS),
        layer("Dense", {"units": len(dense_bias), "activation": "softmax", "use_bias": True}),
    ]}}
    with h5py.File(path, "w") as file:
        weights = file.create_group("model_weights")
        for attributes in file.attrs, weights.attrs:
            attributes["keras_version"], attributes["backend"] = "2.12.0", "tensorflow"
        file.attrs["model_config"] = json.dumps(config)
        weights.attrs["layer_names"] = np.array([b"gru", b"dense"])
        for name, tensors in (
                ("gru", {"gru/gru_cell/kernel:0": kernel, "gru/gru_cell/recurrent_kernel:0": recurrent, "gru/gru_cell/bias:0": bias}),
                ("dense", {"dense/kernel:0": dense, "dense/bias:0": dense_bias})):
            group = weights.create_group(name)
            group.attrs["weight_names"] = np.array([path.encode() for path in tensors])
            for tensor, values in tensors.items():
                group.create_dataset(tensor, data=values)
