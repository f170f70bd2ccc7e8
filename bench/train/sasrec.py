"""Times training steps of a plain SASRec (Kang and McAuley 2018) in PyTorch.

Reads one JSON line on standard input, the job (pytorch.ts writes it); answers every further line, the
index of a round, with one JSON line: { stepsPerSecond, device, torch, threads, loss }.

A timed step: negatives drawn, forward and backward pass, Adam over the whole item table. Not timed:
sequences lie padded on the device before. On CUDA where there is one, else on the CPU's threads.
Plain: eager float32, no torch.compile.
"""

import json
import os
import sys
import time

# A helper that spins while it waits takes a shared machine's cores from those it waits for: 4 times slower.
os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")

try:
    import torch
except ImportError as cause:
    print(f"no PyTorch: {cause}", file=sys.stderr)
    sys.exit(3)

from torch import nn
from torch.nn import functional as F

CLOSED = -1e9  # takes a logit or a score out of a softmax, but stays finite


class SasRec(nn.Module):
    """One block; the item table is shared by input and output."""

    def __init__(self, num_items, dim, num_heads, hidden_dim, max_events, dropout):
        super().__init__()
        self.num_heads = num_heads
        self.items = nn.Embedding(num_items, dim)
        self.positions = nn.Embedding(max_events, dim)
        self.attention_norm = nn.LayerNorm(dim)
        self.projections = nn.Linear(dim, 3 * dim)
        self.output = nn.Linear(dim, dim)
        self.forward_norm = nn.LayerNorm(dim)
        self.hidden = nn.Linear(dim, hidden_dim)
        self.shrink = nn.Linear(hidden_dim, dim)
        self.session_norm = nn.LayerNorm(dim)
        self.dropout = nn.Dropout(dropout)
        for embedding in (self.items, self.positions):
            nn.init.normal_(embedding.weight, std=dim**-0.5)

    def forward(self, rows, mask):
        """rows [B, T], padded at the front; mask [B, 1, T, T], added to the scores. Returns [B, T, D]."""
        num_sequences, num_events = rows.shape
        from_end = self.positions.weight[:num_events].flip(0)  # [T, D]
        state = self.dropout(self.items(rows) + from_end)
        state = state + self.dropout(self.output(self.attend(self.attention_norm(state), mask)))
        hidden = F.relu(self.hidden(self.forward_norm(state)))
        state = state + self.dropout(self.shrink(hidden))
        return self.session_norm(state)

    def attend(self, normed, mask):
        num_sequences, num_events, dim = normed.shape
        heads = (num_sequences, num_events, 3, self.num_heads, dim // self.num_heads)
        query, key, value = self.projections(normed).view(heads).permute(2, 0, 3, 1, 4)  # [B, heads, T, D / heads]
        scores = query @ key.transpose(2, 3) * (dim // self.num_heads) ** -0.5 + mask  # [B, heads, T, T]
        mixed = scores.softmax(-1) @ value
        return mixed.transpose(1, 2).reshape(num_sequences, num_events, dim)


class Batch:
    """Sequences laid out on the device: inputs, and at each of their P places the target."""

    def __init__(self, sequences, device):
        num_events = sequences["numEvents"]
        rows = [[0] * (num_events - len(row) + 1) + row[:-1] for row in sequences["rows"]]
        is_event = [[False] * (num_events - len(row) + 1) + [True] * (len(row) - 1) for row in sequences["rows"]]
        events = torch.tensor(is_event, device=device)  # [B, T]
        later = torch.ones(num_events, num_events, dtype=torch.bool, device=device).triu(1)
        self.rows = torch.tensor(rows, device=device)  # [B, T]
        self.mask = (later | ~events[:, None, None, :]) * CLOSED  # [B, 1, T, T]
        self.places = events.flatten().nonzero().squeeze(1)  # [P], in B · T
        self.targets = torch.tensor([target for row in sequences["rows"] for target in row[1:]], device=device)  # [P]
        self.first_column = torch.zeros_like(self.targets)


class Trainer:
    def __init__(self, job, device):
        self.device = device
        self.num_threads = job["threads"]
        self.num_negatives = job["numNegatives"]
        self.rounds = [[Batch(sequences, device) for sequences in one] for one in job["rounds"]]
        weights = torch.tensor(job["negativeWeights"], device=device, dtype=torch.float64)
        self.log_q = (weights / weights.sum()).log().float()  # [N]
        self.cumulative = weights.cumsum(0)
        self.model = SasRec(
            job["numItems"], job["dim"], job["numHeads"], job["hiddenDim"], job["maxEvents"], job["dropout"]
        ).to(device)
        self.adam = torch.optim.Adam(self.model.parameters(), lr=job["learningRate"], betas=(0.9, 0.98))

    def draw_negatives(self):
        """int64 [K], in proportion to the weights, with replacement."""
        drawn = torch.rand(self.num_negatives, device=self.device, dtype=torch.float64) * self.cumulative[-1]
        return torch.searchsorted(self.cumulative, drawn).clamp_(max=len(self.cumulative) - 1)

    def loss(self, batch):
        """Sampled softmax, logits corrected by log Q; a negative that is the target itself is left out."""
        negatives = self.draw_negatives()
        sessions = self.model(batch.rows, batch.mask).flatten(0, 1)[batch.places]  # [P, D]
        own = (sessions * self.model.items(batch.targets)).sum(1) - self.log_q[batch.targets]  # [P]
        others = torch.addmm(-self.log_q[negatives], sessions, self.model.items(negatives).t())  # [P, K]
        others = others.masked_fill_(batch.targets[:, None] == negatives, CLOSED)
        logits = torch.cat([own[:, None], others], 1)  # [P, 1 + K]; faster than logsumexp on parts
        return F.cross_entropy(logits, batch.first_column)

    def step(self, batch):
        self.adam.zero_grad(set_to_none=True)
        loss = self.loss(batch)
        loss.backward()
        self.adam.step()
        return loss

    def warm_up(self):
        """A step of each shape; then, on the CPU, settles on the number of threads that is faster."""
        by_shape = {batch.rows.shape: batch for one in self.rounds for batch in one}
        for batch in by_shape.values():
            self.step(batch)
        if self.device.type == "cpu":
            torch.set_num_threads(min(self.thread_counts(), key=self.best_seconds))

    def thread_counts(self):
        """All, and half: the real cores where each has two threads."""
        return [self.num_threads, max(1, self.num_threads // 2)]

    def best_seconds(self, num_threads):
        """Of a few steps on so many threads."""
        torch.set_num_threads(num_threads)
        return min(self.seconds(self.rounds[0][0]) for _ in range(4))

    def seconds(self, batch):
        started = time.perf_counter()
        self.step(batch)
        return time.perf_counter() - started

    def time_round(self, index, min_seconds):
        """Goes through a round's batches, again until the time is over. Returns steps a second and the last loss."""
        self.synchronize()
        started = time.perf_counter()
        num_steps = 0
        while num_steps == 0 or time.perf_counter() - started < min_seconds:
            for batch in self.rounds[index]:
                loss = self.step(batch)
            num_steps += len(self.rounds[index])
            self.synchronize()
        return num_steps / (time.perf_counter() - started), loss.item()

    def synchronize(self):
        if self.device.type == "cuda":
            torch.cuda.synchronize()


def main():
    if sys.stdin.isatty():
        print("expected a job on standard input; run: npm run bench -- train", file=sys.stderr)
        sys.exit(2)
    job = json.loads(sys.stdin.readline())
    torch.manual_seed(71)
    device = torch.device("cuda" if torch.cuda.is_available() else "cpu")
    trainer = Trainer(job, device)
    trainer.warm_up()
    for line in sys.stdin:
        steps_per_second, loss = trainer.time_round(int(line), job["minSeconds"])
        answer = {
            "stepsPerSecond": steps_per_second,
            "device": torch.cuda.get_device_name() if device.type == "cuda" else "cpu",
            "torch": torch.__version__,
            "threads": torch.get_num_threads(),
            "loss": loss,
        }
        print(json.dumps(answer), flush=True)


main()
