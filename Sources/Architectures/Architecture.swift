internal import GraftFiles
package import GraftNetworks

/// A network that Graft knows by name, as one source built it.
///
/// Where two sources built different graphs under one name, each is an architecture of its own:
/// "resnet50.keras" and "resnet50.torchvision".
///
/// ```swift
/// let network = try Architecture.named("resnet50")
/// print(network.name, network.nativeSize)
/// ```
public struct Architecture: Sendable, Identifiable {
    /// Whose graph it is, and so how its weight files call things.
    package enum Source: String, Sendable, CaseIterable {
        /// Keras Applications: layers in order, kernels [height, width, in, out].
        case keras
        /// torchvision: a dictionary of modules' tensors, kernels [out, in, height, width].
        case torchvision
        /// Another network in PyTorch, with torchvision's conventions.
        case pytorch
        /// Caffe: PyTorch's shapes, names with slashes.
        case bvlc
    }

    /// What it is called in commands and files, as in "resnet50.keras" or "efficientnet_lite0".
    public let name: String
    /// Whose graph it is.
    package let source: Source
    /// The height and width of the images it was published for, in pixels.
    public let nativeSize: Int
    /// The smallest height and width that it can be given, in pixels.
    package let minimumSize: Int
    /// Weights that were published for it.
    package var weights: [PretrainedWeights] { PretrainedWeights.all.filter { $0.name == name } }
    /// The start of the names of entries in its files that belong to heads used in training only.
    let auxiliaries: [String]
    /// What its weight files call a node, where that does not follow from the node's name; the first name is
    /// the source's own.
    let sourceNames: @Sendable (String) -> [String]

    private let build:
        @Sendable (_ name: String, _ height: Int, _ width: Int, _ includeTop: Bool) throws -> Network

    /// Its name.
    public var id: String { name }

    init(
        _ name: String, _ source: Source, size: Int = 224, minimumSize: Int = 32,
        auxiliaries: [String] = [],
        sourceNames: @escaping @Sendable (String) -> [String] = { _ in [] },
        build: @escaping @Sendable (String, Int, Int, Bool) throws -> Network
    ) {
        self.name = name
        self.source = source
        nativeSize = size
        self.minimumSize = minimumSize
        self.auxiliaries = auxiliaries
        self.sourceNames = sourceNames
        self.build = build
    }

    /// The network for images of this height and width in pixels.
    ///
    /// - Parameters:
    ///   - height: the height of the images in pixels.
    ///   - width: their width in pixels.
    ///   - includeTop: whether the published classifier of 1000 classes is part of it; otherwise the network
    ///     ends with the mean of its last feature map over height and width, a node called "features".
    /// - Throws: `NetworkError` where the size is too small.
    package func network(height: Int, width: Int, includeTop: Bool) throws -> Network {
        guard min(height, width) >= minimumSize else {
            throw NetworkError(
                name, found: "cannot take images of \(height)x\(width) pixels",
                expected: "at least \(minimumSize)x\(minimumSize)",
                remedy: "Use a larger input size; it was published for \(nativeSize)")
        }
        return try build(name, height, width, includeTop)
    }

    /// The network with this name. A name without a source, as in "resnet50", is that of the first source
    /// that has it.
    ///
    /// - Throws: `CatalogueError` where there is none, with the nearest name.
    public static func named(_ name: String) throws -> Architecture {
        let aliases = ["vgg_a": "vgg11", "vgg_b": "vgg13", "vgg_d": "vgg16", "vgg_e": "vgg19"]
        let wanted = aliases[name] ?? name
        if let found = all.first(where: { $0.name == wanted }) { return found }
        if let found = all.first(where: { $0.name.hasPrefix("\(wanted).") }) { return found }
        throw CatalogueError.unknownArchitecture(name, among: all.map(\.name))
    }

    /// Every network, in the order in which they are listed.
    public static let all: [Architecture] =
        efficientNetLite + mobileNet + googLeNet + inception + resNet + vgg + squeezeNet
}
