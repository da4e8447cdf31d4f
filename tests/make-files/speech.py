#!/usr/bin/python3
"""Writes the speech and the noise of samples/Denoise: WAV, 16 kHz, one channel, 8-bit µ-law. Needs espeak-ng. Usage: speech.py FOLDER"""

import io
import pathlib
import struct
import subprocess
import sys
import wave

import numpy as np
import scipy.signal

RATE = 16_000
LEVEL = 0.06  # the root mean square of all files, where there is sound

# Voices of espeak-ng: name, speed in words a minute, pitch. Two are kept for the test.
TRAIN = {
    "anna": ("en-us+f2", 165, 55), "bert": ("en-us+m3", 170, 40), "clare": ("en-gb+f3", 160, 60), "dan": ("en-gb-scotland+m7", 175, 45),
    "eve": ("en-gb-x-rp+f4", 180, 50), "frank": ("en-gb-x-gbclan+m2", 155, 35), "gina": ("en-029+f1", 170, 65)}
TEST = {"helen": ("en-us+f5", 165, 62), "ivan": ("en-gb+m4", 168, 48)}
CROWD = [("en-us+m1", 180, 50), ("en-gb+f2", 175, 58), ("en-gb-scotland+m6", 165, 42), ("en-us+m5", 190, 38), ("en-gb-x-rp+f3", 170, 66)]

SENTENCES = """
The kettle stands beside the window and nobody has filled it.
We counted eleven boats before the fog came in.
Please send the second parcel to the house behind the mill.
Her brother repairs violins in a room above the bakery.
The train to the coast leaves at a quarter past six.
Nine young foxes were playing on the empty football field.
I would rather walk than wait another hour for the bus.
The old map shows a bridge that was never built.
Which of these keys opens the garden gate?
Snow had covered the tracks, and the dog turned back.
They painted the kitchen yellow, and the ceiling as well.
A small machine can learn to tell a voice from a noise.
Could you read the last number to me once again?
The doctor wrote three short letters and one very long one.
Rain is expected in the north, with sunshine later on.
He keeps his fishing rods in the cupboard under the stairs.
The choir rehearses on Thursdays when the school is closed.
Seven apples cost less than a single jar of honey.
My neighbour's clock strikes thirteen, and he is proud of it.
Leave the blue folder on the desk and take the green one.
The ferry was late, so we had soup in the harbour.
Every bell in the town rang when the war was over.
She found a coin from the year in which she was born.
Turn left at the church, then follow the river for a mile.
The juice of four lemons is enough for this cake.
Our teacher measured the shadow of the tower with a rope.
Two engineers argued about the shape of the wheel.
There is a hole in the bucket, and the water is gone.
The museum shows a violin made of matches.
I forgot the password, but I remember the question.
Horses like that path, for it is soft and shaded.
Bring a warm coat, because the nights are cold up there.
The baker's youngest daughter wants to study the stars.
Between the hills lies a village of forty people.
Both answers are right if you change the sign.
The theatre was full, and the actors had lost their voices.
"""

TEST_SENTENCES = """
A quiet street is worth a longer way to work.
The photograph was taken from the roof of the factory.
Six weeks later the letter came back unopened.
Grandfather used to whistle while he chopped the wood.
Please check the pressure of the front tyre first.
The orchestra tuned their instruments for the third time.
You can hear the sea from the upper floor at night.
Her question was simple, and nobody could answer it.
They sold the farm, but they kept the orchard.
The lamp above the door has been flickering since Monday.
"""


def say(text, voice, speed, pitch):
    """What espeak-ng says, as samples from -1 to 1 at 16 kHz."""
    command = ["espeak-ng", "-v", voice, "-s", str(speed), "-p", str(pitch), "--stdout", text]
    with wave.open(io.BytesIO(subprocess.run(command, check=True, capture_output=True).stdout)) as file:
        rate, samples = file.getframerate(), np.frombuffer(file.readframes(file.getnframes()), np.int16)
    return scipy.signal.resample_poly(samples / 32768, RATE // 50, rate // 50)


def read_aloud(sentences, voice, seconds, random):
    """Sentences with pauses between them, of one loudness: [seconds * RATE]."""
    parts, length = [], 0
    while length < seconds * RATE:
        for i in random.permutation(len(sentences)):
            speech = say(sentences[i], *voice)
            parts += [speech, np.zeros(int((0.2 + 0.5 * random.rand()) * RATE))]
            length += sum(map(len, parts[-2:]))
    return level(np.concatenate(parts)[:seconds * RATE])


def level(samples):
    """With the root mean square LEVEL where there is sound."""
    frames = samples[:len(samples) // 256 * 256].reshape(-1, 256)
    energy = (frames ** 2).mean(1)
    return samples * (LEVEL / np.sqrt(energy[energy > energy.max() * 1e-3].mean()))


def coloured(count, random, exponent):
    """Noise whose power falls with f^-exponent, from 30 Hz on."""
    spectrum = np.fft.rfft(random.standard_normal(count))
    f = np.fft.rfftfreq(count, 1 / RATE)
    return np.fft.irfft(spectrum * np.maximum(f, 30) ** (-exponent / 2), count)


def hum(count, random):
    """The mains: harmonics of a frequency near 50 or 60 Hz that wander, and a little hiss."""
    def part(count, base):
        f = base * (1 + 0.004 * np.cumsum(random.standard_normal(count)) / np.sqrt(RATE))
        phase = 2 * np.pi * np.cumsum(f) / RATE
        return sum(np.sin(k * phase + 6.28 * random.rand()) * (0.3 + random.rand()) / k ** 0.8 for k in range(1, 14))

    half = count // 2
    return np.concatenate([part(half, 50), part(count - half, 60)]) + 0.05 * random.standard_normal(count)


def keys(count, random):
    """Somebody types: clicks of 5 to 20 ms, each a burst and a softer one as the key comes up, over a faint hiss."""
    samples, t = 0.01 * random.standard_normal(count), 0
    while (t := t + int((0.06 + 0.2 * random.rand()) * RATE)) < count - 3200:
        for delay, size in (0, 1.0), (int((0.05 + 0.05 * random.rand()) * RATE), 0.5):
            length = int((0.005 + 0.015 * random.rand()) * RATE)
            burst = random.standard_normal(length) * np.exp(-5 * np.arange(length) / length)
            band = scipy.signal.butter(2, [800 + 1500 * random.rand(), 4000 + 3000 * random.rand()], "band", fs=RATE, output="sos")
            samples[t + delay:t + delay + length] += size * (0.5 + random.rand()) * scipy.signal.sosfilt(band, burst)
    return samples


def babble(seconds, random):
    """Five people at once, none of whom is in the training or the test; the sentences of the last third are others."""
    first = seconds * 2 // 3
    return np.concatenate([
        sum(read_aloud(sentences, voice, part, random) * (0.6 + 0.8 * random.rand()) for voice in CROWD)
        for sentences, part in ((SENTENCES.split("\n")[1:-1], first), (TEST_SENTENCES.split("\n")[1:-1], seconds - first))])


def mu_law(samples):
    """G.711: a sign, three bits of the segment and four within it, all inverted."""
    pcm = np.clip(np.round(samples * 32768), -32635, 32635).astype(np.int64)
    magnitude = np.abs(pcm) + 132
    segment = np.floor(np.log2(magnitude)).astype(np.int64) - 7
    return (~(((pcm < 0) << 7) | (segment << 4) | ((magnitude >> (segment + 3)) & 15))).astype(np.uint8)


def write(path, samples):
    """A WAV file of format 7."""
    data = mu_law(samples).tobytes()
    form = struct.pack("<HHIIHHH", 7, 1, RATE, RATE, 1, 8, 0)
    fact = struct.pack("<I", len(data))
    chunks = (b"fmt ", form), (b"fact", fact), (b"data", data)
    body = b"WAVE" + b"".join(name + struct.pack("<I", len(part)) + part for name, part in chunks)
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)


def main(folder):
    for part, voices, text, seconds in ("train", TRAIN, SENTENCES, 20), ("test", TEST, TEST_SENTENCES, 18):
        for seed, (name, voice) in enumerate(voices.items()):
            (folder / part).mkdir(parents=True, exist_ok=True)
            write(folder / part / f"{name}.wav", read_aloud(text.split("\n")[1:-1], voice, seconds, np.random.RandomState(seed)))

    (folder / "noise").mkdir(exist_ok=True)
    seconds = 15
    random, count = np.random.RandomState(100), seconds * RATE
    for name, samples in (
            ("white", random.standard_normal(count)), ("pink", coloured(count, random, 1)), ("hum", hum(count, random)),
            ("keys", keys(count, random)), ("babble", babble(seconds, random))):
        write(folder / "noise" / f"{name}.wav", samples * LEVEL / np.sqrt((samples ** 2).mean()))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
