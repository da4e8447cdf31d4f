"""Writes torch_regression.safetensors: a hundred epochs of the GRU that reads 10 features into 20 units, with a linear layer, in PyTorch 1.13.1.

Run it with Debian's python3-torch in this folder. Everything is in double precision, from numbers that float32 holds exactly. With --single it
trains in float32 instead, writes nothing, and prints how far that is from the file.
"""
import json
import struct
import sys

import torch

COUNT, STEPS, INPUT, HIDDEN, EPOCHS = 256, 12, 10, 20, 100


class Model(torch.nn.Module):
    def __init__(self):
        super().__init__()
        self.gru1 = torch.nn.GRU(INPUT, HIDDEN, batch_first=True)
        self.dense1 = torch.nn.Linear(HIDDEN, 1)

    def forward(self, x):
        outputs, _ = self.gru1(x)
        return self.dense1(outputs[:, -1])


def train(model, inputs, targets):
    optimizer, criterion, losses = torch.optim.Adam(model.parameters(), lr=0.01), torch.nn.MSELoss(), []
    for _ in range(EPOCHS):
        loss = criterion(model(inputs), targets)
        losses.append(loss.item())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
    return losses


def write(path, tensors, metadata):
    header, offset = {"__metadata__": metadata}, 0
    for name, tensor in tensors.items():
        size = 4 * tensor.numel()
        header[name] = {"dtype": "F32", "shape": list(tensor.shape), "data_offsets": [offset, offset + size]}
        offset += size
    text = json.dumps(header, separators=(",", ":")).encode()
    text += b" " * (-len(text) % 8)
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            file.write(tensor.detach().numpy().astype("<f4").tobytes())


torch.manual_seed(0)
inputs = torch.randn(COUNT, STEPS, INPUT)
# What is to be found: each step counts less than the one after it, and one feature says how much of another is seen. The rest is noise.
weights = 0.8 ** torch.arange(STEPS - 1, -1, -1)
targets = ((inputs[:, :, 0] + inputs[:, :, 1] * torch.sigmoid(inputs[:, :, 2])) @ weights).unsqueeze(1) / 2
targets += 0.2 * torch.randn(COUNT, 1)
model = Model()
start = {name: value.clone() for name, value in model.state_dict().items()}
if "--single" in sys.argv:
    single = train(model, inputs, targets)
    model.load_state_dict(start)
    double = train(model.double(), inputs.double(), targets.double())
    print("largest difference:", max(abs(a - b) for a, b in zip(single, double)))
else:
    losses = train(model.double(), inputs.double(), targets.double())
    for epoch in range(10, EPOCHS + 1, 10):
        print(f"Epoch [{epoch}/{EPOCHS}], Loss: {losses[epoch - 1]:.4f}")
    write(
        "torch_regression.safetensors",
        {"inputs": inputs, "targets": targets, **start, "losses": torch.tensor(losses)},
        {"task": "GRU 10 to 20, the last state, Linear 1; MSE of all sequences, Adam 0.01; losses[i] is the one before step i", "torch": "1.13.1"})
