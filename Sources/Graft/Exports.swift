// What a user of the library sees with one import.
@_exported public import GraftArchitectures
@_exported public import GraftDatasets
@_exported public import GraftDownloads
@_exported public import GraftExecution
@_exported public import GraftFiles
@_exported public import GraftImages
@_exported public import GraftModels
@_exported public import GraftNetworks
@_exported public import GraftTensors
@_exported public import GraftTraining
