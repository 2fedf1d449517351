public import Networks

/// A network that Graft knows by name.
public struct Architecture: Sendable, Identifiable {
    /// What it is called in commands and files, as in "efficientnet_lite0".
    public let name: String
    /// The height and width of the images it was published for, in pixels.
    public let nativeSize: Int
    /// The smallest height and width that it can be given, in pixels.
    public let minimumSize: Int
    /// Weights that were published for it.
    public let weights: [PretrainedWeights]

    private let build: @Sendable (_ height: Int, _ width: Int, _ includeTop: Bool) throws -> Network

    /// Its name.
    public var id: String { name }

    init(_ network: EfficientNetLite, weights: PretrainedWeights) {
        name = network.name
        nativeSize = network.nativeSize
        minimumSize = 32
        self.weights = [weights]
        build = network.network(height:width:includeTop:)
    }

    /// The network for images of this height and width in pixels.
    ///
    /// - Parameter includeTop: whether the published classifier of 1000 classes is part of it.
    /// - Throws: `NetworkError` where the size is too small.
    public func network(height: Int, width: Int, includeTop: Bool) throws -> Network {
        guard min(height, width) >= minimumSize else {
            throw NetworkError(
                name, found: "cannot take images of \(height)x\(width) pixels",
                expected: "at least \(minimumSize)x\(minimumSize)",
                remedy: "Use a larger input size; it was published for \(nativeSize)")
        }
        return try build(height, width, includeTop)
    }

    /// The network with this name.
    ///
    /// - Throws: ``CatalogueError`` where there is none, with the nearest name.
    public static func named(_ name: String) throws -> Architecture {
        guard let found = all.first(where: { $0.name == name }) else {
            throw CatalogueError.unknownArchitecture(name, among: all.map(\.name))
        }
        return found
    }

    /// Every network, in the order in which they are listed.
    public static let all: [Architecture] = EfficientNetLite.Variant.allCases.map {
        Architecture(EfficientNetLite($0), weights: .efficientNetLite($0))
    }
}
