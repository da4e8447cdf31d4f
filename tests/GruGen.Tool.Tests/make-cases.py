"""Writes the files of modules/ and onnx/ and some of bad/ into a folder. Needs Debian's python3-torch (1.13) and python3-h5py.

    /usr/bin/python3 tests/GruGen.Tool.Tests/make-cases.py tests/GruGen.Tool.Tests/cases
"""
import io
import json
import os
import struct
import sys
import types
import warnings
import zipfile

import h5py
import numpy as np
import torch
from torch import nn

warnings.filterwarnings("ignore")


class Tagger(nn.Module):
    """A class of a user's own, whose code applies its modules in the order in which they are registered."""

    def __init__(self):
        super().__init__()
        self.words = nn.Embedding(12, 5, padding_idx=0)
        self.drop = nn.Dropout(0.2)
        self.gru = nn.GRU(5, 4, 2, bidirectional=True, batch_first=True, dropout=0.3)
        self.norm = nn.LayerNorm(8, eps=1e-3)
        self.fc1 = nn.Linear(8, 6)
        self.act = nn.SiLU()
        self.fc2 = nn.Linear(6, 3, bias=False)
        self.softmax = nn.Softmax(-1)
        self.loss = nn.CrossEntropyLoss()

    def forward(self, x):
        return self.softmax(self.fc2(self.act(self.fc1(self.norm(self.gru(self.words(x))[0])))))


class Classifier(nn.Module):
    """An activation behind a GRU, and parts that hold others."""

    def __init__(self):
        super().__init__()
        self.encoder = nn.GRU(3, 5, batch_first=True)
        self.relu = nn.ReLU()
        self.head = nn.Sequential(nn.Linear(5, 4, bias=False), nn.ELU(), nn.Dropout(), nn.Linear(4, 2))

    def forward(self, x):
        return self.head(self.relu(self.encoder(x)[0][:, -1]))


def pickled_as(cls, module):
    """Makes a class one of another module, as that of a user's program."""
    sys.modules[module] = sys.modules.get(module) or types.ModuleType(module)
    setattr(sys.modules[module], cls.__name__, cls)
    cls.__module__ = module


def safetensors(path, tensors):
    header, data = {}, b""
    for name, array in tensors.items():
        kind = "I32" if array.dtype == np.int32 else "F32"
        header[name] = {"dtype": kind, "shape": list(array.shape), "data_offsets": [len(data), len(data) + array.nbytes]}
        data += array.tobytes()
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text + data)


def save(folder, name, model, x, run=None):
    """A whole module, and what it gives in double precision."""
    model.train()
    if any(isinstance(part, nn.BatchNorm1d) for part in model.modules()):
        for _ in range(4):
            model(torch.randn(6, x.shape[2], x.shape[1]))
    model.eval()
    torch.save(model, os.path.join(folder, "modules", name + ".pt"))
    with torch.no_grad():
        output = (run or (lambda m, v: m(v)))(model.double(), x if x.dtype == torch.int64 else x.double())
    given = x.numpy().astype(np.int32 if x.dtype == torch.int64 else np.float32)
    safetensors(os.path.join(folder, "modules", name + ".safetensors"), {"input": given, "output": output.numpy().astype(np.float32)})
    model.float()


def along_time(model, x):
    return model(x.transpose(1, 2)).transpose(1, 2)


def modules(folder):
    pickled_as(Tagger, "program")
    pickled_as(Classifier, "program")
    tokens, features = torch.randint(0, 12, (3, 7)), torch.randn(3, 9, 3)
    save(folder, "tagger", Tagger(), tokens)
    save(folder, "classifier", Classifier(), features)
    save(folder, "each_step", nn.Sequential(
        nn.Linear(3, 6), nn.LayerNorm(6, elementwise_affine=False), nn.ReLU(), nn.Linear(6, 4), nn.LeakyReLU(0.2), nn.Linear(4, 2), nn.GELU(),
        nn.Tanh()), features)
    save(folder, "convolutions", nn.Sequential(
        nn.Conv1d(3, 6, 3, padding="same"), nn.ReLU(), nn.Conv1d(6, 4, 2, dilation=2, groups=2), nn.BatchNorm1d(4, eps=1e-3), nn.Sigmoid(),
        nn.Conv1d(4, 5, 3, padding=1, bias=False), nn.LeakyReLU(), nn.MaxPool1d(2), nn.Conv1d(5, 3, 2, stride=2), nn.Softsign(),
        nn.AdaptiveAvgPool1d(1)), torch.randn(3, 16, 3), along_time)


class Squeezed(nn.Module):
    def __init__(self, how):
        super().__init__()
        self.how, self.gru, self.out = how, nn.GRU(3, 4, batch_first=True), nn.Linear(4, 1)

    def forward(self, x):
        y = self.gru(x)[0]
        if self.how == "every_step":
            return self.out(y).squeeze(-1)
        if self.how == "index":
            return self.out(y)[:, -1, 0]
        one = torch.sigmoid(self.out(y[:, -1]))
        return one.view(-1) if self.how == "view" else one.squeeze(-1)


def graphs(folder):
    def export(name, model, x, axes):
        path = os.path.join(folder, "onnx", name + ".onnx")
        torch.onnx.export(model.eval(), (x,), path, opset_version=14, input_names=["x"], output_names=["y"], dynamic_axes=axes)

    open_axes = {"x": {0: "b", 1: "t"}}
    for how in ["squeeze", "view", "index", "every_step"]:
        export("squeezed_" + how, Squeezed(how), torch.randn(1, 7, 3), open_axes)
    export("doubles", Squeezed("squeeze").double(), torch.randn(1, 7, 3).double(), open_axes)
    export("many_steps", Squeezed("squeeze"), torch.randn(1, 4097, 3), {"x": {0: "b"}})
    export("many_sequences", Squeezed("squeeze"), torch.randn(1400, 4096, 3), {})


def bad(folder):
    with h5py.File(os.path.join(folder, "bad", "weights_shared.h5"), "w") as file:
        group = file.create_group("dense")
        group["0"] = np.zeros((256, 256), "f4")
        names = ["0"] + [f"w{i:04}" for i in range(1200)]
        for name in names[1:]:
            group[name] = group["0"]
        group.attrs["weight_names"] = np.array(names, "S5")
        file.attrs["layer_names"] = np.array(["dense"], "S5")
    with h5py.File(os.path.join(folder, "bad", "control.h5")) as good, h5py.File(
            os.path.join(folder, "bad", "version_none.h5"), "w") as file:
        for name in good:
            good.copy(name, file)
        for name, value in good.attrs.items():
            file.attrs[name] = value
        file.attrs["keras_version"] = np.array([], "S5")
    array = io.BytesIO()
    np.save(array, np.zeros((160, 160), "f4"))
    data, entries = array.getvalue(), 1200
    crc = zipfile.crc32(data)
    local = struct.pack("<IHHHHHIIIHH", 0x04034B50, 20, 0, 0, 0, 33, crc, len(data), len(data), 5, 0) + b"a.npy"
    central = b""
    for i in range(entries):
        name = f"w{i:04}.npy".encode()
        central += struct.pack(
            "<IHHHHHHIIIHHHHHII", 0x02014B50, 20, 20, 0, 0, 0, 33, crc, len(data), len(data), len(name), 0, 0, 0, 0, 0, 0) + name
    end = struct.pack("<IHHHHIIH", 0x06054B50, 0, 0, entries, entries, len(central), len(local) + len(data), 0)
    with open(os.path.join(folder, "bad", "npz_shared.npz"), "wb") as file:
        file.write(local + data + central + end)


if __name__ == "__main__":
    folder = sys.argv[1]
    for part in ["modules", "onnx", "bad"]:
        os.makedirs(os.path.join(folder, part), exist_ok=True)
    torch.manual_seed(5)
    modules(folder)
    graphs(folder)
    bad(folder)
