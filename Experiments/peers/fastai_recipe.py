"""fastai's `fine_tune` with its defaults on the trunk that Graft uses: the head for one epoch, then everything at two rates.

The library itself does all of it: its head (mean and maximum, two dense layers), `aug_transforms`, one-cycle schedules, two
groups of layers with rates 100 apart, weight decay. The last epoch is kept. Numbers are from fastai's vision tutorial.
"""

import contextlib
import sys

import torch
from fastai.vision.all import (
    Callback, CategoryBlock, ChannelsLast, DataBlock, ImageBlock, Learner, MultiCategoryBlock, Normalize,
    RegressionBlock, Resize, ResizeMethod, aug_transforms, default_split, noop)
from fastai.vision.learner import TimmBody, add_head

import trunk
from peer import Peer

EPOCHS = 4  # the tutorial's number for breeds of pets, Pascal and points; one epoch of the head comes before
# fine_tune's own for classes, which the tutorial keeps for cats and dogs; what it takes for Pascal and for points.
BASE_RATES = {"classification": 2e-3, "multi-label": 3e-2, "regression": 5e-3}
BATCH = 32  # the default is 64; the course's first lesson takes 32 for small data, where an epoch else has one or two steps
PRESIZE = 460 / 224  # the tutorial cuts 460 pixels out for 224


class Autocast(Callback):
    """bfloat16 on a processor, where --bf16 asks for it; fastai's own MixedPrecision is for CUDA."""

    def __init__(self, peer):
        self.peer = peer

    def before_batch(self):
        self.context = self.peer.autocast(gradients=self.training)
        self.context.__enter__()

    def after_pred(self):
        self.context.__exit__(None, None, None)
        self.learn.pred = self.pred.float()


def number_range(peer):
    """The tutorial's `y_range`: each number's least and greatest answer, a little beyond those of the training pictures."""
    numbers = peer.targets(peer.training)
    least, greatest = numbers.amin(0), numbers.amax(0)
    return least - (greatest - least) / 10, greatest + (greatest - least) / 10


def loaders(peer):
    """fastai's loaders of training and validation pictures.

    Numbers may be places, which a flip or a turn would make wrong: for regression only light and contrast change.
    """
    size = peer.options.size
    mean, deviation = peer.unit_statistics()
    if peer.task == "regression":
        targets, settings = RegressionBlock(n_out=peer.width), {"do_flip": False, "max_rotate": 0, "max_zoom": 1, "max_warp": 0}
    elif peer.task == "multi-label":
        targets, settings = MultiCategoryBlock(encoded=True, vocab=peer.data.names), {}
    else:
        targets, settings = CategoryBlock(vocab=peer.data.names, sort=False), {}
    pictures = peer.training + peer.validation + peer.part("test")
    right = peer.targets(pictures)
    first, last = len(peer.training), len(peer.training) + len(peer.validation)  # of those to validate
    method = ResizeMethod.Squish if peer.rule["kind"] == "squash" else ResizeMethod.Crop

    def target(index):
        return peer.data.names[pictures[index].target] if peer.task == "classification" else right[index]

    block = DataBlock(
        blocks=(ImageBlock, targets), get_x=lambda index: pictures[index].image(), get_y=target,
        splitter=lambda indexes: (indexes[:first], indexes[first:last]), item_tfms=Resize(round(size * PRESIZE), method),
        batch_tfms=[*aug_transforms(size=size, **settings), Normalize.from_stats(mean, deviation, cuda=False)])
    return block.dataloaders(
        list(range(len(pictures))), bs=min(BATCH, first), num_workers=peer.options.threads, device=torch.device("cpu"))


def main():
    peer = Peer("fastai", EPOCHS)
    epochs = peer.options.epochs
    # What vision_learner does with a network of timm, but with weights from a file.
    body = TimmBody(peer.network(0), pretrained=False, cut=None, n_in=3)
    network = add_head(body, trunk.FEATURES, peer.width, y_range=number_range(peer) if peer.task == "regression" else None)
    data = loaders(peer)
    learner = Learner(
        data, network, loss_func=peer.loss, splitter=default_split, cbs=[ChannelsLast(), Autocast(peer)])

    def measured(pictures, loader):
        """Score and loss on the pixels that fastai's own loader gives: the whole middle square, as it trains on."""
        right = peer.targets(pictures)
        outputs, _ = learner.get_preds(dl=loader, act=noop)
        return peer.score(outputs, right), peer.loss(outputs, right).item()

    def measured_test(testing):
        first = len(peer.training) + len(peer.validation)
        return measured(testing, data.test_dl(range(first, first + len(testing))))

    # fastai prints its table of epochs (number, losses of training and validation, time) to standard output.
    with learner.no_bar(), contextlib.redirect_stdout(sys.stderr):
        learner.fine_tune(epochs, BASE_RATES[peer.task])
        peer.stop_clock()
        score, loss = measured(peer.validation, data.valid)
        peer.say(f"validation {score:.4f}, loss {loss:.3f}")
    with learner.no_bar():
        peer.finish(score, loss, epochs + 1, test=measured_test)


if __name__ == "__main__":
    main()
