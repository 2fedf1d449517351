"""The peer of `graft weights inspect FILE --network vgg16.keras`: Keras with its weights. Prints one JSON object.

Seconds of each step: the import of Keras with TensorFlow, the network with weights drawn at random, and the file's weights.
"""

import json
import os
import sys
import time

os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "2")
os.environ.setdefault("CUDA_VISIBLE_DEVICES", "-1")
os.environ["KERAS_BACKEND"] = "tensorflow"

times = [time.perf_counter()]
import keras  # noqa: E402
from keras.applications import VGG16  # noqa: E402

times.append(time.perf_counter())
model = VGG16(weights=None)
times.append(time.perf_counter())
model.load_weights(sys.argv[1])
times.append(time.perf_counter())

seconds = {step: later - sooner for step, sooner, later in zip(("import", "build", "load"), times, times[1:])}
print(json.dumps({"numbers": model.count_params(), "keras": keras.__version__, "seconds": seconds}))
