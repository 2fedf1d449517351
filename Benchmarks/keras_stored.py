"""BatchNorms of Keras that run on their stored statistics in training too, with factors and offsets that are trained.

`base(x, training=False)` does not do that: `fit` and `train_on_batch` give every layer of a functional model `training=True`
anew (Keras 3.15), also those of a network within it, so that unfrozen BatchNorms would take the batch's statistics.
"""

import keras


@keras.saving.register_keras_serializable("graft")
class StoredBatchNormalization(keras.layers.BatchNormalization):
    def call(self, inputs, training=None, mask=None):
        return super().call(inputs, training=False, mask=mask)


def stored(network):
    """The same network, with the same weights, on stored statistics."""
    def clone(layer):
        kind = StoredBatchNormalization if isinstance(layer, keras.layers.BatchNormalization) else type(layer)
        return kind.from_config(layer.get_config())

    copy = keras.models.clone_model(network, clone_function=clone)
    copy.set_weights(network.get_weights())
    return copy
