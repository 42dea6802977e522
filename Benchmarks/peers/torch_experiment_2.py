"""Experiment 2 in PyTorch: tensors indexed by batch (a DataLoader would cost more than the steps).

--compiled 1 puts forward, backward and the loss through torch.compile (it needs a C++ compiler).
"""

import measure

options = measure.arguments(data="strokes", repeats=5, compiled=0, evaluation=12_000)

import torch
from torch import nn

import data

torch.set_num_threads(options.cores)
torch.manual_seed(1)
BATCH, TRAINING = 128, 48_000

images, labels = data.load(measure.DATA_DIRECTORY, options.data)
x, y = torch.from_numpy(images), torch.from_numpy(labels).long()
model = nn.Sequential(
    nn.Linear(784, 256), nn.ReLU(), nn.Dropout(0.4), nn.Linear(256, 128), nn.ReLU(),
    nn.Dropout(0.3), nn.Linear(128, 10))
for layer in model[::3]:
    nn.init.xavier_uniform_(layer.weight)
    nn.init.zeros_(layer.bias)
optimizer = torch.optim.RMSprop(model.parameters(), lr=0.001, alpha=0.9, eps=1e-7, foreach=True)
criterion = nn.CrossEntropyLoss()


def forward(rows_x, rows_y):
    scores = model(rows_x)
    return criterion(scores, rows_y), (scores.argmax(1) == rows_y).sum()


trained = torch.compile(forward) if options.compiled else forward
history = []


def epoch():
    model.train()
    losses, correct = torch.zeros(()), torch.zeros((), dtype=torch.long)
    for rows in torch.randperm(TRAINING).split(BATCH):
        loss, hits = trained(x[rows], y[rows])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        losses += loss.detach() * len(rows)
        correct += hits
    model.eval()
    with torch.no_grad():
        pieces = zip(x[TRAINING:].split(options.evaluation), y[TRAINING:].split(options.evaluation))
        results = [(loss * len(piece_y), hits) for piece_x, piece_y in pieces
                   for loss, hits in [forward(piece_x, piece_y)]]
    validation = sum(float(hits) for _, hits in results) / (len(x) - TRAINING)
    history.append((float(losses) / TRAINING, float(correct) / TRAINING, validation))


epoch()
times = measure.seconds(epoch, options.repeats)
measure.report(
    "experiment-2", "torch", "s an epoch", times, cores=options.cores, data=options.data,
    compiled=options.compiled, validation_accuracy=history[-1][2],
    training_loss=history[-1][0], versions={"torch": torch.__version__})
