import GraftFiles

/// How errors are worded for a terminal: what a remedy advises, as flags and commands.
extension Error {
    /// The error in one or two sentences.
    var forTerminal: String { (self as? any ExplainedError)?.problem.forTerminal ?? "\(self)" }
}

extension Problem {
    /// The problem in one or two sentences.
    var forTerminal: String { text(\.forTerminal) }
}

extension Setting {
    /// The flag of the command, and whether it turns the setting on or off where that takes no value.
    ///
    /// What lacks a flag does not compile.
    var flag: (name: String, turns: Bool) {
        switch self {
        case .viewCount: ("--tta", true)
        case .usesCache: ("--no-cache", false)
        case .resumes: ("--resume", true)
        case .includesTrainingPictures: ("--include-training", true)
        case .precision: ("--precision", true)
        case .weightsFile: ("--weights", true)
        case .weightsName: ("--as", true)
        case .withoutTop: ("--no-top", true)
        case .maxPixels: ("--max-pixels", true)
        }
    }
}

extension Remedy.Step {
    /// The step as a user of the command takes it.
    var forTerminal: String {
        switch self {
        case .setting(let setting): setting.flag.name
        case .value(let setting, let value): "\(setting.flag.name) \(value)"
        case .leaveOut(let setting): "leave out \(setting.flag.name)"
        case .turnOn(let setting): setting.turned(true)
        case .turnOff(let setting): setting.turned(false)
        case .action(let action): "`\(action.command)`"
        case .again: "run the same command again"
        }
    }
}

extension Setting {
    fileprivate func turned(_ isOn: Bool) -> String {
        flag.turns == isOn ? (isOn ? "add \(flag.name)" : "use \(flag.name)") : "leave out \(flag.name)"
    }
}

extension Remedy.Action {
    /// The command that does it.
    var command: String {
        switch self {
        case .listNetworks: "graft models"
        case .listLayers(let network): "graft models \(network) --no-top"
        case .listWeights: "graft weights list"
        case .pullWeights(let name): "graft weights pull \(name)"
        case .importWeights(let file, let name):
            "graft weights import \(name.map { "--as \($0) " } ?? "")\(file)"
        case .trainWithWeights(let network): "graft train DATA --base \(network) --weights FILE"
        }
    }
}
