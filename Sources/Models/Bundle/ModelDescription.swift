public import GraftDatasets
package import GraftExecution
package import GraftImages
public import GraftTraining

/// What a model is and how it came about: all of it but the network and its numbers.
///
/// These fields stand in `bundle.json` under their names.
///
/// ```swift
/// print(model.classes, model.recipe.name, model.validation.top1)
/// ```
public struct ModelDescription: Sendable, Codable {
    /// The version of Graft that made the model.
    package var graftVersion: String
    /// What the model was trained to tell.
    public var task: LearningTask = .classification
    /// The name of each output, in order: of classes, or of numbers.
    public var classes: [String]
    /// The mean and spread of the numbers in training, where the model tells numbers; it tells them in the
    /// user's units.
    package var standardization: Standardization?
    /// How a picture becomes the network's input.
    package var preprocessing: Preprocessing
    /// Where the frozen part comes from.
    package var trunk: TrunkOrigin
    /// The model that training went on from; `nil` where it began with a pretrained network.
    public var start: StartRecord?
    /// What is computed in eight bits, where anything is, and on which grids.
    package var quantization: Quantization?
    /// How it was trained.
    public var recipe: Recipe
    /// What the random numbers of the training depend on.
    package var seed: UInt64
    /// What each stage of the training came to.
    public var stages: [StageRecord]
    /// How well the model does on the validation pictures.
    public var validation: Metrics
    /// By how much the validation score is too good to be expected of other pictures, about, because the epoch was chosen
    /// as the best of many on the same ones; `nil` where that is not known.
    public var optimism: Double?
    /// What the logits were divided by after training, so that probabilities are truer; the head's last layer has it in its
    /// numbers. `nil` where nothing was.
    public var temperature: Double?
    /// How well it does on the test pictures, where the data had any.
    public var test: Metrics?
    /// Which pictures were trained and validated on.
    package var split: Split?
    /// The pictures that were not used.
    package var leftOut: [LeftOutPicture]
    /// When, where and from what the model was made.
    package var provenance: Provenance
}
