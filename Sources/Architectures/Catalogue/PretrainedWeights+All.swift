extension PretrainedWeights {
    /// The catalogue: all published weights that Graft knows.
    package static let all: [PretrainedWeights] =
        EfficientNetLite.Variant.allCases.map { efficientNetLite($0) } + keras + torchvision + others

    /// The weights with this name. A network's name alone, as in "resnet50", stands for its first source, as
    /// it does for networks.
    ///
    /// - Throws: ``CatalogueError`` where there are none, with the nearest name.
    package static func named(_ name: String) throws -> PretrainedWeights {
        let whole = (try? Architecture.named(name).name) ?? name
        guard let found = all.first(where: { $0.name == whole }) else {
            throw CatalogueError.unknownWeights(name, among: all.map(\.name))
        }
        return found
    }
}
