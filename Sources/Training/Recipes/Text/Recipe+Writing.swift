internal import GraftImages

extension Recipe {
    /// The recipe as YAML, which ``init(yaml:path:)`` reads as the same value. What is as usual is left out.
    public var yaml: String {
        var lines = ["name: \(YAMLText.scalar(name))"]
        if !summary.isEmpty { lines.append("summary: \(YAMLText.scalar(summary))") }
        if let base { lines.append("base: \(YAMLText.scalar(base))") }
        if let inputSize { lines.append("input-size: \(inputSize)") }
        if !isPretrained { lines.append("pretrained: false") }
        lines.append("head: \(head.yaml)")
        if let budget { lines.append("budget: \(TimeText.text(budget))") }
        lines.append("stages:")
        for stage in stages { lines += YAMLText.item(stage.yamlLines) }
        return lines.joined(separator: "\n") + "\n"
    }
}

/// Values as YAML writes them in one line.
enum YAMLText {
    /// A text: plain where nothing else could be meant, else in quotes.
    static func scalar(_ text: String) -> String {
        let isPlain = text.unicodeScalars.allSatisfy { scalar in
            scalar.isASCII
                && (Character(scalar).isLetter || Character(scalar).isNumber
                    || " _-./".unicodeScalars.contains(scalar))
        }
        let words = ["true", "false", "null", "yes", "no", "on", "off", "y", "n", "never"]
        if isPlain, let first = text.first, first.isLetter, text.last != " ",
            !words.contains(text.lowercased())
        {
            return text
        }
        return "\"" + text.unicodeScalars.map(escaped).joined() + "\""
    }

    private static func escaped(_ scalar: Unicode.Scalar) -> String {
        switch scalar {
        case "\"": "\\\""
        case "\\": "\\\\"
        // An ampersand could be taken for an anchor.
        case "&": "\\x26"
        case " "..."~": String(scalar)
        default:
            "\\U" + String(repeating: "0", count: 8 - String(scalar.value, radix: 16).count)
                + String(scalar.value, radix: 16)
        }
    }

    /// These lines as one item of a list in a mapping.
    static func item(_ lines: [String]) -> [String] {
        lines.enumerated().map { ($0 == 0 ? "  - " : "    ") + $1 }
    }

    /// A list of texts.
    static func list(_ texts: [String]) -> String { "[" + texts.map(scalar).joined(separator: ", ") + "]" }
}

extension HeadDesign {
    var yaml: String {
        switch self {
        case .pooled(HeadDesign.usualDropout): "pooled"
        case .pooled(let dropout): "{pooled: [], dropout: \(dropout)}"
        case .flattened(let units, _) where units.isEmpty: "flatten"
        case .flattened(let units, let dropout): "{flatten: \(units), dropout: \(dropout)}"
        case .pooledDense(let units, let dropout): "{pooled: \(units), dropout: \(dropout)}"
        }
    }
}

extension Trainable {
    var yaml: String {
        switch self {
        case .head: "head"
        case .all: "all"
        case .share(let share): "\(share)"
        case .from(let name): "{from: \(YAMLText.scalar(name))}"
        case .freezingFirst(let count): "{freeze-first: \(count)}"
        case .freezing(let patterns): "{freeze: \(YAMLText.list(patterns))}"
        case .layers(let patterns): "{layers: \(YAMLText.list(patterns))}"
        case .blocks(let count): "{blocks: \(count)}"
        }
    }
}

extension Stage {
    /// The lines of the stage in its recipe, without what is as usual.
    fileprivate var yamlLines: [String] {
        let usual = Stage(name: name, trainable: trainable)
        var lines = ["name: \(YAMLText.scalar(name))", "train: \(trainable.yaml)", "epochs: \(epochs)"]
        if let steps { lines.append("steps: \(steps)") }
        if patience != usual.patience { lines.append("patience: \(patience.map(String.init) ?? "never")") }
        if batchSize != usual.batchSize { lines.append("batch-size: \(batchSize)") }
        if optimizer != usual.optimizer { lines.append("optimizer: \(optimizer.yaml)") }
        lines.append("learning-rate: \(learningRate)")
        if !rates.isEmpty {
            lines.append("rates:")
            lines += rates.map {
                "  - {layers: \(YAMLText.list($0.layers)), learning-rate: \($0.learningRate)}"
            }
        }
        if let layerDecay { lines.append("layer-decay: \(layerDecay)") }
        if schedule != usual.schedule { lines.append("schedule: \(schedule.yaml)") }
        if warmup != usual.warmup { lines.append("warmup: \(warmup)") }
        if let loss { lines.append("loss: \(loss.yaml)") }
        if labelSmoothing != usual.labelSmoothing { lines.append("label-smoothing: \(labelSmoothing)") }
        switch classWeights {
        case .equal: break
        case .balanced: lines.append("class-weights: balanced")
        case .given(let weights):
            lines.append("class-weights:")
            lines += weights.sorted { $0.key < $1.key }.map { "  \(YAMLText.scalar($0.key)): \($0.value)" }
        }
        switch clipping {
        case .norm(let limit): lines.append("clip: {norm: \(limit)}")
        case .value(let limit): lines.append("clip: {value: \(limit)}")
        case nil: break
        }
        if let averaging { lines.append("average: \(averaging)") }
        if batchNormalization == .batch { lines.append("batch-norm: train") }
        if augmentation != usual.augmentation {
            lines.append("augment: \(YAMLText.scalar(augmentation.description))")
        }
        if let variants { lines.append("variants: \(variants.yaml)") }
        if let mixing { lines.append(mixing.yaml) }
        if isKeptOnlyIfBetter { lines.append("keep: if-better") }
        if let leastErrors { lines.append("least-errors: \(leastErrors)") }
        if !alternatives.isEmpty { lines.append("alternatives:") }
        lines += alternatives.flatMap { YAMLText.item($0.yamlLines) }
        return lines
    }
}

extension Alternative {
    /// The lines of the way in its stage.
    fileprivate var yamlLines: [String] {
        var lines = ["name: \(YAMLText.scalar(name))"]
        if let trainable { lines.append("train: \(trainable.yaml)") }
        if let optimizer { lines.append("optimizer: \(optimizer.yaml)") }
        if let learningRate { lines.append("learning-rate: \(learningRate)") }
        if let augmentation { lines.append("augment: \(YAMLText.scalar(augmentation.description))") }
        if let variants { lines.append("variants: \(variants.yaml)") }
        if let mixing { lines.append(mixing.yaml) }
        return lines
    }
}

extension Variants {
    fileprivate var yaml: String {
        switch self {
        case .cached(let count): "\(count)"
        case .recomputed: "recompute"
        }
    }
}

extension Mixing {
    /// The key and its value.
    fileprivate var yaml: String {
        switch self {
        case .mixup(let alpha): "mixup: \(alpha)"
        case .cutMix(let alpha): "cutmix: \(alpha)"
        }
    }
}

extension OptimizerSettings {
    fileprivate var yaml: String {
        let usual = OptimizerSettings(rule)
        var parts = ["rule: \(rule.rawValue)"]
        if momentum != usual.momentum { parts.append("momentum: \(momentum)") }
        if isNesterov { parts.append("nesterov: true") }
        if decay != usual.decay { parts.append("decay: \(decay)") }
        if betas != usual.betas { parts.append("betas: \(betas)") }
        if let epsilon { parts.append("epsilon: \(epsilon)") }
        if weightDecay != usual.weightDecay { parts.append("weight-decay: \(weightDecay)") }
        return parts.count == 1 ? rule.rawValue : "{\(parts.joined(separator: ", "))}"
    }
}

extension Schedule {
    fileprivate var yaml: String {
        switch self {
        case .constant: "constant"
        case .cosine(Schedule.usualFinal): "cosine"
        case .cosine(let final): "{cosine: {final: \(final)}}"
        case .oneCycle(let rise): "{one-cycle: {rise: \(rise)}}"
        case .step(let epochs, let factor): "{step: {epochs: \(epochs), factor: \(factor)}}"
        case .reduceOnPlateau(let epochs, let factor):
            "{reduce-on-plateau: {epochs: \(epochs), factor: \(factor)}}"
        }
    }
}

extension Loss {
    fileprivate var yaml: String {
        if case .huber(let delta) = self { return "{huber: {delta: \(delta)}}" }
        return Loss.named.first { $0.loss == self }?.name ?? ""
    }
}
