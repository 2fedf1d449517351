"""timm's usual fine-tuning on the trunk that Graft uses: all layers, AdamW, a cosine, RandAugment, averages, the best epoch.

Where the numbers come from: (1) the only example of timm's documentation that fine-tunes pretrained weights with AdamW
(training script, "Multi-label classification"); (2) the defaults of timm's train.py; (3) the documentation's command lines for
EfficientNet-B0 and for ResNet-50 with RandAugment, which train from random values, so only what fits 30 epochs is taken.
"""

import copy

import timm.data
import torch
from timm.loss import LabelSmoothingCrossEntropy
from timm.optim import create_optimizer_v2
from timm.scheduler import create_scheduler_v2
from timm.utils import ModelEmaV3
from torch.utils.data import DataLoader, Dataset

from peer import Peer

EPOCHS = 30  # (1)
LEARNING_RATE = 1e-4  # (1)
WEIGHT_DECAY = 0.01  # (1); not for biases and BatchNorm (2)
BATCH = 32  # (1)
WARMUP_SHARE, WARMUP_RATE = 1 / 6, 1e-5  # (2): 5 epochs, of 30 here, from 1e-5; then the cosine, to 0
SMOOTHING = 0.1  # (2); none for multi-label (1)
CROP, FLIP, INTERPOLATION = (0.08, 1.0), 0.5, "random"  # (2)
RAND_AUGMENT = "rand-m9-mstd0.5-inc1"  # (3)
DROPOUT = 0.2  # (3), "the recommended B0 dropout rate"
# (2), with its --model-ema-warmup: without it the average of a few hundred steps would still be the first values.
AVERAGE = {"decay": 0.9998, "use_warmup": True}
# Not used: mixup, CutMix, random erasing, drop-path. The documentation has them only where it trains from random values.


class Augmented(Dataset):
    """Pictures as timm's training transforms give them, each time anew."""

    def __init__(self, pictures, targets, transform):
        self.pictures, self.targets, self.transform = pictures, targets, transform

    def __len__(self):
        return len(self.pictures)

    def __getitem__(self, index):
        return self.transform(self.pictures[index].image()), self.targets[index]


def batches(peer):
    """The training pictures in batches, augmented; the last incomplete batch is dropped, as timm's loader does it.

    Numbers may be places in the picture, as the sides of a box are, and a crop or a flip would make them wrong: there timm's
    own --no-aug, so the pixels that Graft sees.
    """
    mean, deviation = peer.unit_statistics()
    size, targets, workers = peer.options.size, peer.targets(peer.training), peer.options.threads
    if peer.task == "regression":
        pictures, workers = torch.utils.data.TensorDataset(peer.normalized(peer.views(peer.training)), targets), 0
    else:
        transform = timm.data.create_transform(
            size, is_training=True, scale=CROP, hflip=FLIP, auto_augment=RAND_AUGMENT, interpolation=INTERPOLATION,
            mean=mean, std=deviation)
        pictures = Augmented(peer.training, targets, transform)
    return DataLoader(
        pictures, BATCH, shuffle=True, num_workers=workers, persistent_workers=workers > 0, drop_last=len(targets) >= BATCH)


def main():
    peer = Peer("timm", EPOCHS, LEARNING_RATE)
    epochs = peer.options.epochs
    network = peer.network(peer.width, drop_rate=DROPOUT)
    # The documented way that suits timm best: with what `create_model` alone leaves in EfficientNet's last layer the first
    # loss is 6 for 5 classes, and a small learning rate cannot undo it.
    network.reset_classifier(peer.width)
    optimizer = create_optimizer_v2(network, opt="adamw", lr=peer.options.learning_rate, weight_decay=WEIGHT_DECAY)
    scheduler, _ = create_scheduler_v2(
        optimizer, sched="cosine", num_epochs=epochs, warmup_epochs=int(epochs * WARMUP_SHARE), warmup_lr=WARMUP_RATE)
    average = ModelEmaV3(network, **AVERAGE)
    loss = LabelSmoothingCrossEntropy(SMOOTHING) if peer.task == "classification" else peer.loss
    training, views, targets = batches(peer), peer.views(peer.validation), peer.targets(peer.validation)
    best, step = (-float("inf"), None, 0), 0
    for epoch in range(epochs):
        network.train()
        for pictures, right in training:
            optimizer.zero_grad()
            with peer.autocast():
                outputs = network(pictures.contiguous(memory_format=torch.channels_last))
            value = loss(outputs.float(), right)
            value.backward()
            optimizer.step()
            step += 1
            average.update(network, step)
        scheduler.step(epoch + 1)
        # train.py, too, judges epochs by the averages.
        score, validation_loss = peer.measured(average.module, views, targets)
        peer.say(f"epoch {epoch + 1} of {epochs}: loss {value.item():.3f}, validation {score:.4f}, loss {validation_loss:.3f}")
        if score > best[0]:
            best = score, validation_loss, epoch + 1
            kept = copy.deepcopy(average.module.state_dict())
    peer.stop_clock()
    average.module.load_state_dict(kept)
    peer.finish(
        best[0], best[1], epochs, bestEpoch=best[2],
        test=lambda testing: peer.measured(average.module, peer.views(testing), peer.targets(testing)))


if __name__ == "__main__":
    main()
