public import GraftArchitectures
public import GraftExecution
public import GraftFiles
package import GraftImages
package import GraftNetworks
internal import GraftTensors

/// A frozen trunk and all that its features depend on.
///
/// ```swift
/// let trunk = try Trunk(.named("efficientnet_lite0"), inputSize: 224)
/// ```
public struct Trunk: Sendable {
    /// The architecture that it is made of.
    public let architecture: Architecture
    /// The weights that it runs with.
    package let weights: NetworkWeights
    /// How pictures become its input.
    package let preprocessing: Preprocessing
    /// The arithmetic that its features are computed in.
    public private(set) var precision: Precision
    /// Whether nobody asked for this arithmetic.
    package let hasUsualPrecision: Bool
    /// Everything up to the pooled features.
    package let network: Network
    /// The same as it was published: with an input of three colours.
    private let coloured: Network
    /// Where the weights are.
    package let home: GraftHome
    /// The entries of a user's weight file that no part of the network takes.
    package let unusedEntries: [String]
    /// What else is to be told of a user's weight file, in a sentence.
    package let weightsRemark: String?
    private let loaded: ParameterStore?
    /// The nodes whose parameters are not those that ``weights`` names: a model's that training goes on from.
    package let changedNodes: Set<String>

    /// The trunk of a network.
    ///
    /// - Parameters:
    ///   - architecture: the network.
    ///   - weightsFile: a file of weights for the network, read at once; the published weights, read when
    ///     they are needed, where it is `nil`.
    ///   - inputSize: the height and width that pictures are scaled to, in pixels; the published one where it
    ///     is `nil`.
    ///   - seesWholePicture: whether whole pictures are squeezed to the input, instead of what the published
    ///     preprocessing cuts out.
    ///   - isGrey: whether pictures enter as one channel, into first kernels that are the sums over the three
    ///     colours.
    ///   - precision: the arithmetic; where it is `nil`, the faster one of f32 and bf16 on this processor,
    ///     which a training with very many pictures may change to int8.
    ///   - home: where the published weights and cached features are.
    /// - Throws: `NetworkError` where the size is too small, `ImageError` where it is too large; where the
    ///   file cannot be read or does not fit; `TrainingError` where the colours' kernels cannot be added up.
    public init(
        _ architecture: Architecture, weightsFile: String? = nil, inputSize: Int? = nil,
        seesWholePicture: Bool = false, isGrey: Bool = false, precision: Precision? = nil,
        home: GraftHome = .current
    ) throws {
        let size = inputSize ?? architecture.nativeSize
        self.architecture = architecture
        weights = try NetworkWeights(for: architecture, file: weightsFile)
        var preprocessing = try weights.preprocessing(height: size, width: size)
        if seesWholePicture { preprocessing = try preprocessing.seeingWholePictures() }
        if isGrey { preprocessing = try Trunk.grey(preprocessing, architecture) }
        self.preprocessing = preprocessing
        self.precision = precision ?? .automatic
        hasUsualPrecision = precision == nil
        try self.precision.requireSupport()
        coloured = try architecture.network(height: size, width: size, includeTop: false)
        network = try isGrey ? coloured.withGreyInput() : coloured
        self.home = home
        // A file that does not fit is told before any picture is read.
        let file = weightsFile == nil ? nil : try weights.load(for: coloured, home: home)
        loaded = file?.parameters
        changedNodes = []
        unusedEntries = file?.report.unused ?? []
        weightsRemark = file?.report.remark
    }

    /// The trunk that is a network of the user's own, with its parameters.
    ///
    /// - Parameters:
    ///   - network: everything up to the features; it ends with a vector, or with global average pooling for
    ///     heads that flatten. Its name is that of the trunk.
    ///   - parameters: all of the network's.
    ///   - preprocessing: how pictures become its input.
    ///   - precision: the arithmetic; the faster one of f32 and bf16 on this processor where it is `nil`.
    ///   - home: where cached features are.
    /// - Throws: `NetworkError` where a parameter is missing or misshapen, ``TrainingError`` where the
    ///   preprocessing makes another input.
    package init(
        _ network: Network, parameters: ParameterStore, preprocessing: Preprocessing,
        precision: Precision? = nil, home: GraftHome = .current
    ) throws {
        let made: Shape = [preprocessing.height, preprocessing.width, preprocessing.channels]
        guard network.inputShape == made else {
            throw TrainingError(
                "The preprocessing", found: "makes inputs of shape \(made)",
                expected: network.inputShape.map { "\($0), as \(network.name) takes them" })
        }
        architecture = .own(network)
        loaded = try parameters.subset(for: network)
        weights = NetworkWeights(own: architecture, digest: parameters.digest)
        self.preprocessing = preprocessing
        self.precision = precision ?? .automatic
        hasUsualPrecision = precision == nil
        try self.precision.requireSupport()
        self.network = network
        coloured = network
        self.home = home
        changedNodes = []
        unusedEntries = []
        weightsRemark = nil
    }

    /// The trunk of a model that training goes on from.
    ///
    /// - Parameters:
    ///   - parameters: all of the model's.
    ///   - changed: the nodes whose parameters training has changed.
    ///   - weights: what names the weights that the others still have.
    ///   - precision: the arithmetic; the faster one of f32 and bf16 on this processor where it is `nil`.
    /// - Throws: where the architecture cannot be of this size, or a parameter is missing.
    package init(
        continuing architecture: Architecture, parameters: ParameterStore, changed: Set<String>,
        weights: SHA256Digest, preprocessing: Preprocessing, precision: Precision? = nil,
        home: GraftHome = .current
    ) throws {
        let published = try architecture.network(
            height: preprocessing.height, width: preprocessing.width, includeTop: false)
        network = preprocessing.colorOrder == .grey ? try published.withGreyInput() : published
        coloured = network
        self.architecture = architecture
        self.weights = NetworkWeights(own: architecture, digest: weights)
        loaded = try parameters.subset(for: network)
        changedNodes = changed
        self.preprocessing = preprocessing
        self.precision = precision ?? .automatic
        hasUsualPrecision = precision == nil
        try self.precision.requireSupport()
        self.home = home
        unusedEntries = []
        weightsRemark = nil
    }

    /// The same trunk in another arithmetic.
    package func computing(in precision: Precision) -> Trunk {
        var trunk = self
        trunk.precision = precision
        return trunk
    }

    /// Whether the parameters can be read without fetching anything.
    package var hasWeights: Bool { loaded != nil || weights.areHere(in: home, includeTop: false) }

    /// What would be fetched before training: published weights that are not here.
    ///
    /// - Throws: where they cannot be had from here.
    package func missingWeights() throws -> WeightsDownload? {
        try loaded == nil ? weights.missing(in: home, includeTop: false) : nil
    }

    /// Fetches the published weights, where they are needed and not here.
    ///
    /// - Throws: where they cannot be had; `CancellationError`, what has arrived being kept.
    package func fetchWeightsIfMissing(
        _ report: @escaping @Sendable (WeightsEvent) -> Void
    ) async throws {
        guard loaded == nil else { return }
        try await weights.fetchIfMissing(to: home, includeTop: false, report: report)
    }

    /// Reads the parameters, where that has not been done.
    ///
    /// - Throws: where the weights are missing, cannot be read or do not fit.
    package func loadParameters() throws -> ParameterStore {
        let parameters = try loaded ?? weights.load(for: coloured, home: home).parameters
        return network.inputShape == coloured.inputShape ? parameters : network.addingUpColours(parameters)
    }

    /// The preprocessing for one channel, where the three have the same.
    private static func grey(
        _ preprocessing: Preprocessing, _ architecture: Architecture
    ) throws -> Preprocessing {
        let (mean, scale) = (preprocessing.mean, preprocessing.scale)
        guard Set(mean).count == 1, Set(scale).count == 1 else {
            throw TrainingError(
                "The weights of \(architecture.name)",
                found: "bring each colour to another range, so that their first kernels cannot be added up",
                remedy: "Let grey pictures enter three times the same, or take another network")
        }
        return try Preprocessing(
            height: preprocessing.height, width: preprocessing.width, colorOrder: .grey,
            resizeRule: preprocessing.resizeRule, interpolation: preprocessing.interpolation,
            mean: [mean[0]], scale: [scale[0]])
    }

    /// A short name: "efficientnet_lite0 224 px bf16".
    package var title: String { "\(architecture.name) \(preprocessing.width) px \(precision.rawValue)" }
}

extension Preprocessing {
    /// The same, but that whole pictures are squeezed to the input.
    package func seeingWholePictures() throws -> Preprocessing {
        try Preprocessing(
            height: height, width: width, colorOrder: colorOrder, resizeRule: .squash,
            interpolation: interpolation, mean: mean, scale: scale)
    }
}

extension Network {
    /// The same network with an input of one channel.
    fileprivate func withGreyInput() throws -> Network {
        var nodes = nodes
        for (position, node) in nodes.enumerated() {
            guard case .input(let input) = node.operation else { continue }
            nodes[position].operation = .input(Input(shape: [input.shape[0], input.shape[1], 1]))
        }
        return try Network(name: name, nodes: nodes)
    }

    /// Parameters for an input of three colours as those for one channel: kernels that read the input are
    /// added up over the colours.
    fileprivate func addingUpColours(_ parameters: ParameterStore) -> ParameterStore {
        var sums = parameters
        let inputs = Set(inputs.map(\.name))
        for node in nodes where node.inputs.contains(where: inputs.contains) {
            let name = "\(node.name)/\(ParameterSpecification.Role.kernel.rawValue)"
            guard let kernel = parameters[name], kernel.shape.rank == 4 else { continue }
            let shape = kernel.shape
            let (filters, colours, places) = (shape[0], shape[1], shape[2] * shape[3])
            let values = kernel.floats
            var added = [Float](repeating: 0, count: filters * places)
            for filter in 0..<filters {
                for colour in 0..<colours {
                    for place in 0..<places {
                        added[filter * places + place] += values[(filter * colours + colour) * places + place]
                    }
                }
            }
            sums[name] = Tensor(added, shape: [filters, 1, shape[2], shape[3]])
        }
        return sums
    }
}
