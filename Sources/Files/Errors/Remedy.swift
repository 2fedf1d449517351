/// What to do about a ``Problem``: a sentence without its full stop, parts of which are `Step`s that the
/// library and the command word differently.
///
/// A plain text is one: `"Download it again"`. Steps stand in it as interpolations:
/// `"Check the disk, or \(.turnOff(.usesCache))"` reads "Check the disk, or set `usesCache` to false" in the
/// library and "Check the disk, or use --no-cache" in a terminal.
///
/// ```swift
/// if let remedy = problem.remedy { print(remedy) }
/// ```
public struct Remedy: Sendable, Hashable, Codable {
    /// What can be done with Graft itself.
    package enum Step: Sendable, Hashable, Codable {
        /// A setting, named.
        case setting(Setting)
        /// A setting with this value, named.
        case value(Setting, String)
        /// Give no value for a setting.
        case leaveOut(Setting)
        /// Set a setting that is true or false to true.
        case turnOn(Setting)
        /// Set a setting that is true or false to false.
        case turnOff(Setting)
        /// Something that Graft does when it is asked to, named.
        case action(Action)
        /// Ask for the same again.
        case again
    }

    /// What Graft does when it is asked to.
    package enum Action: Sendable, Hashable, Codable {
        /// Lists the networks.
        case listNetworks
        /// Lists the layers of this network without its classifier.
        case listLayers(network: String)
        /// Lists the published weights.
        case listWeights
        /// Fetches the published weights of this name.
        case pullWeights(String)
        /// Takes in a file of published weights, whose name is given where the file cannot tell.
        case importWeights(file: String, name: String?)
        /// Trains on this network with weights from a file.
        case trainWithWeights(network: String)
    }

    fileprivate enum Part: Sendable, Hashable, Codable {
        case words(String)
        case step(Step)
    }

    private var parts: [Part]

    /// The sentence, with what `words` calls each step.
    package func text(_ words: (Step) -> String) -> String {
        parts.reduce("") { text, part in
            switch part {
            case .words(let next): return text + next
            case .step(let step):
                let next = words(step)
                // A step may begin a sentence.
                let isFirst = text.isEmpty || text.hasSuffix(". ") || text.hasSuffix("? ")
                return text + (isFirst ? next.prefix(1).uppercased() + next.dropFirst() : next)
            }
        }
    }
}

/// In the library's words.
extension Remedy: CustomStringConvertible {
    /// The sentence, with settings and functions as the library calls them.
    public var description: String { text(\.description) }
}

extension Remedy.Step: CustomStringConvertible {
    /// The step in the library's words.
    public var description: String {
        switch self {
        case .setting(let setting): "`\(setting.rawValue)`"
        case .value(let setting, let value): "`\(setting.rawValue)` \(value)"
        case .leaveOut(let setting): "leave out `\(setting.rawValue)`"
        case .turnOn(let setting): "set `\(setting.rawValue)` to true"
        case .turnOff(let setting): "set `\(setting.rawValue)` to false"
        case .action(let action): action.description
        case .again: "do the same again"
        }
    }
}

extension Remedy.Action: CustomStringConvertible {
    /// The function or the value of the library.
    public var description: String {
        switch self {
        case .listNetworks: "`Architecture.all`"
        case .listLayers: "`Architecture.layerNames`"
        case .listWeights: "`Architecture.all`"
        case .pullWeights(let name): "`Architecture.downloadWeights()` of \(name)"
        case .importWeights(let file, let name?): "`Architecture.importWeights(from: \"\(file)\")` of \(name)"
        case .importWeights(let file, nil): "`Architecture.importWeights(from: \"\(file)\")`"
        case .trainWithWeights(let network): "give it to a `Trunk` of \(network)"
        }
    }
}

extension Remedy: ExpressibleByStringInterpolation {
    /// A sentence under way.
    ///
    /// ```swift
    /// let remedy: Remedy = "Free \(count) bytes"
    /// ```
    public struct StringInterpolation: StringInterpolationProtocol {
        fileprivate var parts: [Part] = []

        /// An empty one.
        public init(literalCapacity: Int, interpolationCount: Int) {}

        /// Adds words.
        public mutating func appendLiteral(_ literal: String) { add(literal) }

        /// Adds what a value is written as.
        public mutating func appendInterpolation(_ value: some CustomStringConvertible) {
            add(value.description)
        }

        /// Adds a step.
        package mutating func appendInterpolation(_ step: Step) { parts.append(.step(step)) }

        /// Adds another remedy.
        package mutating func appendInterpolation(_ remedy: Remedy) { parts += remedy.parts }

        private mutating func add(_ text: String) {
            if !text.isEmpty { parts.append(.words(text)) }
        }
    }

    /// Plain advice.
    public init(stringLiteral value: String) { parts = [.words(value)] }

    /// Advice with steps in it.
    public init(stringInterpolation: StringInterpolation) { parts = stringInterpolation.parts }
}
