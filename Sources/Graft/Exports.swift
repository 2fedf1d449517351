// What a user of the library sees with one import.
@_exported public import Architectures
@_exported public import Datasets
@_exported public import Downloads
@_exported public import Execution
@_exported public import Files
@_exported public import Images
@_exported public import Models
@_exported public import Networks
@_exported public import Tensors
@_exported public import Training
