"""A peer of input_speed.py: PyTorch's DataLoader with torchvision's transforms, in worker processes that stay."""

import input_worker
import torch
import torchvision
from PIL import Image
from torchvision.transforms import v2

arguments = input_worker.parse(__doc__)
torch.set_num_threads(1)
side = input_worker.SIDE
geometry = (
    [v2.RandomResizedCrop(side, antialias=True), v2.RandomHorizontalFlip()] if arguments.changed
    else [v2.Resize(input_worker.LARGER, antialias=True), v2.CenterCrop(side)]
)
transform = v2.Compose([
    *geometry, v2.ToImage(), v2.ToDtype(torch.float32, scale=True),
    v2.Normalize([0.485, 0.456, 0.406], [0.229, 0.224, 0.225]),
])


def load(path):
    return torchvision.io.decode_image(path, mode=torchvision.io.ImageReadMode.RGB)


kept = {"loader": load} if arguments.reader == "torchvision" else {}
folders = [
    torchvision.datasets.ImageFolder(arguments.data / part, transform, **kept) for part in ("train", "validation")
]
loader = torch.utils.data.DataLoader(
    torch.utils.data.ConcatDataset(folders), batch_size=input_worker.BATCH, num_workers=arguments.threads,
    persistent_workers=True,
)
sizes = [Image.open(path).size for folder in folders for path, _ in folder.samples]
input_worker.serve(lambda: loader, {
    "size": [sum(lengths) / len(sizes) for lengths in zip(*sizes)],
    "versions": f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}",
})
