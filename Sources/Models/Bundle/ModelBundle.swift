public import Datasets
public import Images
public import Networks
public import Training

/// A trained model with all that belongs to it: what it computes, what its answers are called, and how it came about.
///
/// On disk it is a folder, by custom `NAME.graft`, with `bundle.json`, `weights.safetensors`, `golden.safetensors` and
/// `CHECKSUMS`, which `sha256sum -c CHECKSUMS` understands.
public struct ModelBundle: Sendable {
    /// The format that this Graft writes; it reads this one and older ones.
    public static let formatVersion = 1

    /// The version of Graft that made the model.
    public var graftVersion: String
    /// What the model computes: trunk and head, one picture in, a probability a class out.
    public var network: Network
    /// All parameters of the network, `float32`. Those of a loaded model are parts of the mapped file.
    public var parameters: ParameterStore
    /// The name of each output, in order.
    public var classes: [String]
    /// How a picture becomes the network's input.
    public var preprocessing: Preprocessing
    /// Where the frozen part comes from.
    public var trunk: TrunkOrigin
    /// How the head was trained.
    public var settings: HeadSettings
    /// What each epoch came to.
    public var epochs: [EpochReport]
    /// The epoch that the parameters are of, counted from 1.
    public var bestEpoch: Int
    /// How the last part of the trunk was trained, where it was.
    public var fineTuning: FineTuningRecord?
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
        graftVersion: String, network: Network, parameters: ParameterStore, classes: [String],
        preprocessing: Preprocessing, trunk: TrunkOrigin, settings: HeadSettings, epochs: [EpochReport],
        bestEpoch: Int, fineTuning: FineTuningRecord? = nil, validation: Metrics, test: Metrics?,
        split: Split?, leftOut: [LeftOutPicture],
        provenance: Provenance, golden: GoldenExamples
    ) {
        self.graftVersion = graftVersion
        self.network = network
        self.parameters = parameters
        self.classes = classes
        self.preprocessing = preprocessing
        self.trunk = trunk
        self.settings = settings
        self.epochs = epochs
        self.bestEpoch = bestEpoch
        self.fineTuning = fineTuning
        self.validation = validation
        self.test = test
        self.split = split
        self.leftOut = leftOut
        self.provenance = provenance
        self.golden = golden
    }

    /// The first node whose parameters are not the published ones any more.
    package var firstTrainedNode: String {
        guard let fineTuning, fineTuning.bestEpoch != nil else { return Head.dense }
        return fineTuning.firstNode
    }
}
