"""The small model that all files hold: what an accelerometer says, 3 features a step -> GRU of 16 units -> 4 movements.

It is trained here, in double precision and one thread with fixed seeds, and rounded to float32 once.
"""

import numpy as np
import torch

LABELS = ["still", "shake", "circle", "lift"]
INPUTS, UNITS, CLASSES = 3, 16, len(LABELS)


class Movements(torch.nn.Module):
    """What people write: a GRU, its last state, a linear layer; the softmax is part of the loss, unless it is asked for."""

    def __init__(self, softmax=False):
        super().__init__()
        self.gru = torch.nn.GRU(INPUTS, UNITS, batch_first=True)
        self.fc = torch.nn.Linear(UNITS, CLASSES)
        self.softmax = softmax

    def forward(self, x):
        _, last = self.gru(x)
        y = self.fc(last[-1])
        return torch.softmax(y, -1) if self.softmax else y


def record(movement, steps, random):
    """Noise, the movement, and gravity along z: [steps, 3]. samples/Import/Recording.cs draws the same kind of signals."""
    size, speed, start = 0.5 + random.rand(), 0.3 + 0.3 * random.rand(), 2 * np.pi * random.rand()
    wave = size * np.stack([np.cos(start + speed * np.arange(steps)), np.sin(start + speed * np.arange(steps))])
    signal = random.rand(steps, INPUTS) - 0.5
    signal[:, 0] += wave[0] * (movement in (1, 2))
    signal[:, 1] += wave[1] * (movement == 2)
    signal[:, 2] += 1 + wave[1] * (movement == 3)
    return signal


def train(recordings=480, steps=50, epochs=30, batch=32):
    """The trained parameters, in PyTorch's names: {name: float32 array}."""
    torch.set_num_threads(1)
    random = np.random.RandomState(17)
    x = torch.tensor(np.stack([record(i % CLASSES, steps, random) for i in range(recordings)]))
    y = torch.tensor([i % CLASSES for i in range(recordings)])
    model = Movements().double()
    with torch.no_grad():
        for parameter in model.parameters():
            parameter.copy_(torch.tensor(random.uniform(-0.25, 0.25, tuple(parameter.shape))))
    optimizer = torch.optim.Adam(model.parameters(), lr=5e-3)
    for _ in range(epochs):
        order = random.permutation(recordings)
        for first in range(0, recordings, batch):
            rows = order[first:first + batch]
            optimizer.zero_grad()
            torch.nn.functional.cross_entropy(model(x[rows]), y[rows]).backward()
            optimizer.step()
    return {name: tensor.numpy().astype(np.float32) for name, tensor in model.state_dict().items()}


def module(parameters, softmax=False):
    """The module with these parameters, in float32."""
    result = Movements(softmax)
    result.load_state_dict({name: torch.tensor(values) for name, values in parameters.items()})
    return result.eval()


def expect(parameters, recordings=8, steps=50):
    """Inputs that float32 holds exactly, and what the equations give for them in double precision.

    Returns input [recordings, steps, 3], the probabilities after each step [recordings, steps, 4], and those after the last.
    """
    random = np.random.RandomState(18)
    x = np.stack([record(i % CLASSES, steps, random) for i in range(recordings)]).astype(np.float32)
    p = {name: values.astype(np.float64) for name, values in parameters.items()}
    each = np.zeros((recordings, steps, CLASSES))
    h = np.zeros((recordings, UNITS))
    for t in range(steps):
        xs = x[:, t].astype(np.float64) @ p["gru.weight_ih_l0"].T + p["gru.bias_ih_l0"]
        hs = h @ p["gru.weight_hh_l0"].T + p["gru.bias_hh_l0"]
        (xr, xz, xn), (hr, hz, hn) = np.split(xs, 3, 1), np.split(hs, 3, 1)
        r, z = 1 / (1 + np.exp(-xr - hr)), 1 / (1 + np.exp(-xz - hz))
        h = (1 - z) * np.tanh(xn + r * hn) + z * h
        logits = h @ p["fc.weight"].T + p["fc.bias"]
        exp = np.exp(logits - logits.max(1, keepdims=True))
        each[:, t] = exp / exp.sum(1, keepdims=True)
    return x, each, each[:, -1]
