"""The recipe of the Keras guide "Transfer learning & fine-tuning", written in PyTorch on the trunk that Graft uses.

First a head of dropout and one dense layer on the frozen base, then all layers at a very small learning rate; the base stays in
inference mode throughout, so BatchNorm's statistics never change. The last epoch is kept, as the guide's `fit` does it. Keras
itself has no EfficientNet-Lite. The guide trains Xception at 150 pixels on 9,305 pictures of cats and dogs.
"""

import math

import torch
from torch import nn
from torch.nn import functional

import trunk
from peer import Peer

# The guide trained for 20 epochs and then 10, and its text still speaks of 10. Newer versions run only 2 and 1, for speed.
HEAD_EPOCHS, EPOCHS = 20, 10
HEAD_RATE, RATE = 1e-3, 1e-5  # Adam's default in Keras, and the guide's "low learning rate"
EPSILON = 1e-7  # Adam's in Keras
BATCH = 32  # 64 in newer versions
DROPOUT = 0.2
TURN = 0.1  # RandomRotation(0.1): at most a tenth of a full turn either way


def augmented(pictures):
    """Flipped or not, and turned a little, as Keras' layers do it: bilinear, mirrored at the edges."""
    angle = (torch.rand(len(pictures)) * 2 - 1) * TURN * 2 * math.pi
    flip = torch.randint(2, [len(pictures)]) * 2.0 - 1
    zero = torch.zeros_like(angle)
    rows = [torch.stack([angle.cos() * flip, -angle.sin(), zero], 1), torch.stack([angle.sin() * flip, angle.cos(), zero], 1)]
    grid = functional.affine_grid(torch.stack(rows, 1), list(pictures.shape), align_corners=False)
    turned = functional.grid_sample(pictures, grid, padding_mode="reflection", align_corners=False)
    return turned.contiguous(memory_format=torch.channels_last)


def main():
    peer = Peer("keras", EPOCHS)
    # --epochs are those of the whole network; the head takes twice as many, as in the guide.
    epochs, head_epochs = peer.options.epochs, peer.options.epochs * HEAD_EPOCHS // EPOCHS
    base = peer.network(0).eval()
    dense = nn.Linear(trunk.FEATURES, peer.width)
    nn.init.xavier_uniform_(dense.weight)
    nn.init.zeros_(dense.bias)
    head = nn.Sequential(nn.Dropout(DROPOUT), dense)
    whole = nn.Sequential(base, head)
    # The guide, too, scales the pictures once and keeps them.
    views, targets = peer.views(peer.training), peer.targets(peer.training)
    validation, right = peer.views(peer.validation), peer.targets(peer.validation)

    def train(name, parameters, rate, epochs):
        """One `fit` of the guide: the loss of each epoch, then what validation says."""
        optimizer, is_whole = torch.optim.Adam(parameters, rate, eps=EPSILON), name == "all"
        for epoch in range(epochs):
            head.train()
            for batch in torch.randperm(len(views)).split(BATCH):
                pictures = peer.normalized(views[batch])
                # A turned or flipped picture has its numbers elsewhere, if they are places: no augmentation for regression.
                if peer.task != "regression":
                    pictures = augmented(pictures)
                optimizer.zero_grad()
                with torch.set_grad_enabled(is_whole), peer.autocast(gradients=is_whole):
                    features = base(pictures).float()
                value = peer.loss(head(features), targets[batch])
                value.backward()
                optimizer.step()
            head.eval()
            score, loss = peer.measured(whole, validation, right)
            peer.say(f"{name}, epoch {epoch + 1} of {epochs}: loss {value.item():.3f}, validation {score:.4f}, loss {loss:.3f}")
        return score, loss

    train("head", head.parameters(), HEAD_RATE, head_epochs)
    score, loss = train("all", whole.parameters(), RATE, epochs)
    peer.stop_clock()
    peer.finish(
        score, loss, head_epochs + epochs,
        test=lambda testing: peer.measured(whole, peer.views(testing), peer.targets(testing)))


if __name__ == "__main__":
    main()
