// What a user of the library sees with `import Graft`: this list, and nothing else of the modules below.
//
// Each name is re-exported by itself. Its members come with it, also for users who switch on MemberImportVisibility,
// which aliases would not give them.

// Networks.
@_exported public import struct GraftArchitectures.Architecture
@_exported public import struct GraftArchitectures.WeightsDownload
@_exported public import enum GraftArchitectures.WeightsEvent
@_exported public import enum GraftDatasets.CIFARLabels
@_exported public import protocol GraftDatasets.Dataset
@_exported public import struct GraftDatasets.DatasetError
@_exported public import struct GraftDatasets.DatasetOptions
@_exported public import enum GraftDatasets.DatasetReader
@_exported public import enum GraftDatasets.Doctor
@_exported public import struct GraftDatasets.DoctorReport
@_exported public import struct GraftDatasets.Finding
@_exported public import struct GraftDatasets.ImageFolder
@_exported public import struct GraftDatasets.Inventory
@_exported public import struct GraftDatasets.LearningTask
@_exported public import struct GraftDatasets.ListDataset
@_exported public import enum GraftDatasets.Part
@_exported public import struct GraftDatasets.Picture
@_exported public import struct GraftDatasets.Sample
@_exported public import struct GraftDatasets.Target
@_exported public import enum GraftDatasets.VOCObject
@_exported public import enum GraftExecution.Precision
// Errors, and where Graft keeps things.
@_exported public import protocol GraftFiles.ExplainedError
@_exported public import struct GraftFiles.FileError
@_exported public import struct GraftFiles.GraftHome
@_exported public import struct GraftFiles.Problem
@_exported public import struct GraftFiles.Remedy
@_exported public import struct GraftFiles.SettingError
// Pictures and data.
@_exported public import struct GraftImages.Augmentation
@_exported public import struct GraftImages.PixelImage
// Training.
@_exported public import struct GraftModels.CalibrationSummary
@_exported public import struct GraftModels.CandidateRecord
@_exported public import struct GraftModels.DataSummary
@_exported public import struct GraftModels.EightBitTrial
// Models, and what they say.
@_exported public import struct GraftModels.Evaluation
@_exported public import struct GraftModels.Evaluator
@_exported public import struct GraftModels.FeatureProgress
@_exported public import struct GraftModels.ModelBundle
@_exported public import struct GraftModels.ModelDescription
@_exported public import struct GraftModels.ModelError
@_exported public import struct GraftModels.PictureAnswer
@_exported public import struct GraftModels.PictureAnswers
@_exported public import struct GraftModels.PictureError
@_exported public import class GraftModels.Predictor
@_exported public import struct GraftModels.SplitSummary
@_exported public import struct GraftModels.StageRecord
@_exported public import struct GraftModels.StageShortening
@_exported public import struct GraftModels.StageSummary
@_exported public import enum GraftModels.TrainingEvent
@_exported public import struct GraftModels.TrainingOutline
@_exported public import struct GraftModels.TrainingSchedule
@_exported public import struct GraftModels.TrainingTask
@_exported public import struct GraftModels.TransferLearning
@_exported public import struct GraftModels.TrunkSummary
@_exported public import struct GraftModels.Verification
// How it is trained.
@_exported public import struct GraftTraining.Alternative
@_exported public import struct GraftTraining.Answer
@_exported public import enum GraftTraining.BatchStatistics
@_exported public import enum GraftTraining.ClassWeights
@_exported public import struct GraftTraining.EpochReport
@_exported public import enum GraftTraining.GradientClipping
@_exported public import struct GraftTraining.GroupRate
@_exported public import enum GraftTraining.HeadDesign
@_exported public import struct GraftTraining.LearningRateCurvePoint
@_exported public import struct GraftTraining.LearningRateSearch
@_exported public import enum GraftTraining.Loss
@_exported public import struct GraftTraining.Metrics
@_exported public import enum GraftTraining.Mixing
@_exported public import struct GraftTraining.NumberErrors
@_exported public import struct GraftTraining.OptimizerSettings
@_exported public import struct GraftTraining.PredictedNumber
@_exported public import struct GraftTraining.Prediction
@_exported public import struct GraftTraining.Recipe
@_exported public import enum GraftTraining.Schedule
@_exported public import struct GraftTraining.Stage
@_exported public import enum GraftTraining.Trainable
@_exported public import struct GraftTraining.Trunk
@_exported public import enum GraftTraining.Variants
