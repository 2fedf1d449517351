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

extension FirstBundleDescription {
    /// The same in today's words.
    ///
    /// - Throws: `TrainingError` where a setting is impossible.
    var current: BundleDescription {
        get throws {
            let recipe = try recipe
            return BundleDescription(
                network,
                ModelDescription(
                    graftVersion: graftVersion, classes: classes, preprocessing: preprocessing, trunk: trunk,
                    recipe: recipe, seed: settings.seed, stages: records(recipe.stages),
                    validation: validation, test: test, split: split, leftOut: leftOut,
                    provenance: provenance))
        }
    }

    private var recipe: Recipe {
        get throws {
            var head = Stage(name: "head", trainable: .head)
            head.epochs = settings.epochs
            head.learningRate = settings.learningRate
            head.batchSize = settings.batchSize
            head.patience = settings.patience
            let tuned = fineTuning.map { tuning in
                var stage = Stage.tuning(.from(tuning.firstNode), learningRate: tuning.settings.learningRate)
                stage.epochs = tuning.settings.epochs
                stage.patience = tuning.settings.patience
                stage.batchSize = head.batchSize
                return stage
            }
            return try Recipe(
                name: "before recipes", head: .pooled(dropout: settings.dropoutRate),
                stages: [head] + (tuned.map { [$0] } ?? []))
        }
    }

    /// What came of the stages.
    private func records(_ stages: [Stage]) -> [StageRecord] {
        var records = [
            StageRecord(
                name: stages[0].name, trainedNodes: [Head.logits], epochs: epochs, bestEpoch: bestEpoch,
                isKept: true, reason: "it is the first stage")
        ]
        if let fineTuning {
            // All nodes from the first one on were trained.
            let nodes = network.nodes.map(\.name).drop { $0 != fineTuning.firstNode }
            records.append(
                StageRecord(
                    name: stages[1].name, trainedNodes: Array(nodes), epochs: fineTuning.epochs,
                    bestEpoch: fineTuning.bestEpoch ?? 0, isKept: fineTuning.bestEpoch != nil,
                    reason: "validation was the judge"))
        }
        return records
    }
}
