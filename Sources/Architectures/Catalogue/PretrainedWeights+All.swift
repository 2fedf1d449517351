extension PretrainedWeights {
    /// The catalogue: all published weights that Graft knows.
    public static let all: [PretrainedWeights] =
        EfficientNetLite.Variant.allCases.map { efficientNetLite($0) } + keras + torchvision + others

    /// The weights with this name. A network's name alone, as in "xception", will do where only one source has it.
    ///
    /// - Throws: ``CatalogueError`` where there are none, with the nearest name, or several.
    public static func named(_ name: String) throws -> PretrainedWeights {
        if let found = all.first(where: { $0.name == name }) { return found }
        let candidates = all.filter { $0.name.hasPrefix("\(name).") }
        if let only = candidates.first, candidates.count == 1 { return only }
        throw candidates.isEmpty
            ? CatalogueError.unknownWeights(name, among: all.map(\.name))
            : CatalogueError.ambiguousWeights(name, among: candidates.map(\.name))
    }
}
