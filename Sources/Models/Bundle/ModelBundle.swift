public import GraftDatasets
package import GraftExecution
public import GraftImages
public import GraftNetworks
public import GraftTraining

/// A trained model with all that belongs to it: what it computes, what its answers are called, and how it
/// came about.
///
/// On disk it is a folder, by custom `NAME.graft`, with `bundle.json`, `weights.safetensors`,
/// `golden.safetensors` and `CHECKSUMS`, which `sha256sum -c CHECKSUMS` understands.
public struct ModelBundle: Sendable {
    /// The format that this Graft writes; it reads this one and older ones.
    public static let formatVersion = 2

    /// The version of Graft that made the model.
    public var graftVersion: String
    /// What the model computes: trunk and head, one picture in, a probability a class out.
    public var network: Network
    /// All parameters of the network, `float32`. Those of a loaded model are parts of the mapped file.
    public var parameters: ParameterStore
    /// What the model was trained to tell.
    public var task: LearningTask
    /// The name of each output, in order: of classes, or of numbers.
    public var classes: [String]
    /// The mean and spread of the numbers in training, where the model tells numbers; it tells them in the
    /// user's units.
    public var standardization: Standardization?
    /// How a picture becomes the network's input.
    public var preprocessing: Preprocessing
    /// Where the frozen part comes from.
    public var trunk: TrunkOrigin
    /// What is computed in eight bits, where anything is, and on which grids.
    package var quantization: Quantization?
    /// How it was trained.
    public var recipe: Recipe
    /// What the random numbers of the training depend on.
    public var seed: UInt64
    /// What each stage of the training came to.
    public var stages: [StageRecord]
    /// How well the model does on the validation pictures.
    public var validation: Metrics
    /// How well it does on the test pictures, where the data had any.
    public var test: Metrics?
    /// Which pictures were trained and validated on.
    public var split: Split?
    /// The pictures that were not used.
    public var leftOut: [LeftOutPicture]
    /// When, where and from what the model was made.
    public var provenance: Provenance
    /// A few inputs and the model's answers to them.
    public var golden: GoldenExamples

    /// A model of these parts; they are checked against each other when it is saved.
    package init(
        graftVersion: String, network: Network, parameters: ParameterStore,
        task: LearningTask = .classification,
        classes: [String], standardization: Standardization? = nil, preprocessing: Preprocessing,
        trunk: TrunkOrigin, quantization: Quantization? = nil, recipe: Recipe, seed: UInt64,
        stages: [StageRecord], validation: Metrics,
        test: Metrics?,
        split: Split?, leftOut: [LeftOutPicture], provenance: Provenance, golden: GoldenExamples
    ) {
        self.graftVersion = graftVersion
        self.network = network
        self.parameters = parameters
        self.task = task
        self.classes = classes
        self.standardization = standardization
        self.preprocessing = preprocessing
        self.trunk = trunk
        self.quantization = quantization
        self.recipe = recipe
        self.seed = seed
        self.stages = stages
        self.validation = validation
        self.test = test
        self.split = split
        self.leftOut = leftOut
        self.provenance = provenance
        self.golden = golden
    }

    /// The nodes whose parameters are not the published ones any more.
    package var trainedNodes: Set<String> {
        stages.filter(\.isKept).reduce(into: []) { $0.formUnion($1.trainedNodes) }
    }

    /// What validation said after each epoch, stage after stage.
    package var epochs: [EpochReport] { stages.flatMap(\.epochs) }
}
