internal import GraftDatasets
internal import GraftImages
internal import GraftNetworks
internal import GraftTraining

/// `bundle.json` as Graft wrote it before training had recipes: a head, and perhaps the last part of the
/// trunk.
struct FirstBundleDescription: Decodable {
    /// How a head was trained.
    struct HeadSettings: Decodable {
        var epochs: Int
        var learningRate: Float
        var batchSize: Int
        var patience: Int
        var dropoutRate: Float
        var seed: UInt64
    }

    /// How the last part was trained after it.
    struct FineTuning: Decodable {
        struct Settings: Decodable {
            var epochs: Int
            var learningRate: Float
            var patience: Int
        }

        var settings: Settings
        var firstNode: String
        var epochs: [EpochReport]
        var bestEpoch: Int?
    }

    var graftVersion: String
    var network: NetworkDescription
    var classes: [String]
    var preprocessing: Preprocessing
    var trunk: TrunkOrigin
    var settings: HeadSettings
    var epochs: [EpochReport]
    var bestEpoch: Int
    var fineTuning: FineTuning?
    var validation: Metrics
    var test: Metrics?
    var split: Split?
    var leftOut: [LeftOutPicture]
    var provenance: Provenance
}

extension BundleDescription {
    /// The same in today's words.
    init(_ first: FirstBundleDescription) {
        var head = Stage(name: "head", trainable: .head)
        head.epochs = first.settings.epochs
        head.learningRate = first.settings.learningRate
        head.batchSize = first.settings.batchSize
        head.patience = first.settings.patience
        var stages = [head]
        var records = [
            StageRecord(
                name: head.name, trainedNodes: [Head.logits], epochs: first.epochs,
                bestEpoch: first.bestEpoch,
                isKept: true, reason: "it is the first stage")
        ]
        if let tuning = first.fineTuning {
            var stage = Stage(name: "tune", trainable: .from(tuning.firstNode))
            stage.epochs = tuning.settings.epochs
            stage.learningRate = tuning.settings.learningRate
            stage.patience = tuning.settings.patience
            stage.batchSize = head.batchSize
            stage.isKeptOnlyIfBetter = true
            stages.append(stage)
            // All nodes from the first one on were trained.
            let nodes = first.network.nodes.map(\.name)
            records.append(
                StageRecord(
                    name: stage.name,
                    trainedNodes: Array(nodes.drop { $0 != tuning.firstNode }), epochs: tuning.epochs,
                    bestEpoch: tuning.bestEpoch ?? 0, isKept: tuning.bestEpoch != nil,
                    reason: "validation was the judge"))
        }
        var recipe = Recipe(name: "before recipes", stages: stages)
        recipe.head = .pooled(dropout: first.settings.dropoutRate)
        formatVersion = ModelBundle.formatVersion
        graftVersion = first.graftVersion
        network = first.network
        task = .classification
        classes = first.classes
        standardization = nil
        preprocessing = first.preprocessing
        trunk = first.trunk
        self.recipe = recipe
        seed = first.settings.seed
        self.stages = records
        validation = first.validation
        test = first.test
        split = first.split
        leftOut = first.leftOut
        provenance = first.provenance
    }
}
