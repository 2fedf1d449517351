"""The peer of `graft plan` in training_speed.py: steps of PyTorch on torchvision's networks, as its tutorials have them.

The whole network runs at each step, its first layers without gradients, its BatchNorms on stored statistics. Channels
last, the fused Adam, and for bf16 autocast: the settings that are fastest on a processor.
"""

import torch
import torchvision

import steps_worker

# Keras' count of frozen layers, and which of torchvision's parameters those are: names that begin so.
FROZEN = {
    ("vgg16", 15): [f"features.{index}." for index in range(24)],
    ("vgg19", 17): [f"features.{index}." for index in range(28)],
    ("resnet50", 143): ["conv1.", "bn1.", "layer1.", "layer2.", "layer3."],
    # Keras' layers 100 and later begin behind the first convolution of block 11, torchvision's features.12.
    ("mobilenet_v2", 100): [*(f"features.{index}." for index in range(12)), "features.12.conv.0."],
}

parser = steps_worker.options(__doc__)
arguments = parser.parse_args()
if arguments.freeze_first and (arguments.network, arguments.freeze_first) not in FROZEN:
    parser.error(f"which layers of torchvision's {arguments.network} those are is not known")
torch.set_num_threads(arguments.threads)
torch.manual_seed(0)

base = getattr(torchvision.models, arguments.network)(weights=None)
if arguments.network in ("vgg16", "vgg19"):
    width, base.avgpool, base.classifier = 512, torch.nn.AdaptiveAvgPool2d(1), torch.nn.Identity()
elif arguments.network == "resnet50":
    width, base.fc = 2048, torch.nn.Identity()
    # As in Keras and the paper: the first convolution of a block has the stride.
    for stage in (base.layer2, base.layer3, base.layer4):
        stage[0].conv1.stride, stage[0].conv2.stride = (2, 2), (1, 1)
else:
    width, base.classifier = 1280, torch.nn.Identity()
for name, parameter in base.named_parameters():
    if arguments.freeze_first and name.startswith(tuple(FROZEN[arguments.network, arguments.freeze_first])):
        parameter.requires_grad_(False)
model = torch.nn.Sequential(base, torch.nn.Dropout(0.2), torch.nn.Linear(width, steps_worker.CLASSES))
model.to(memory_format=torch.channels_last)
optimizer = torch.optim.Adam(
    [parameter for parameter in model.parameters() if parameter.requires_grad],
    lr=steps_worker.LEARNING_RATE, fused=True,
)
side = steps_worker.SIDE
x = torch.randn(arguments.batch, 3, side, side).to(memory_format=torch.channels_last)
y = torch.randint(0, steps_worker.CLASSES, (arguments.batch,))
# The statistics of a batch become the stored ones: else random weights would make numbers vanish from layer to layer, and
# the smallest of numbers are slow to compute with.
for module in base.modules():
    if isinstance(module, torch.nn.BatchNorm2d):
        module.momentum = 1.0
with torch.no_grad():
    base(x[:4])
base.eval()


def step():
    optimizer.zero_grad()
    with torch.autocast("cpu", torch.bfloat16, enabled=arguments.precision == "bf16"):
        loss = torch.nn.functional.cross_entropy(model(x), y)
    loss.backward()
    optimizer.step()
    return loss.item()


steps_worker.serve(
    step,
    sum(parameter.numel() for parameter in base.parameters() if parameter.requires_grad),
    f"PyTorch {torch.__version__}, torchvision {torchvision.__version__}",
)
