internal import GraftExecution
internal import GraftImages
internal import GraftNetworks

extension StagePlan {
    /// Whether what a later stage reads of a picture is computed on the way to what this one reads, equal to
    /// the bit in floating point.
    ///
    /// - Parameter trained: the nodes that training changes before the later stage.
    package func computesOnTheWay(_ later: StagePlan, trained: Set<String>) -> Bool {
        guard let frozen = cut.trunk, let inner = later.cut.trunk, later.isCached else { return false }
        let names = Set(inner.nodes.map(\.name))
        return names.isStrictSubset(of: frozen.nodes.map(\.name)) && names.isDisjoint(with: trained)
            && frozen.stores(later.cut.boundary, for: cut.boundary)
    }

    /// The ways in which training changes pictures at random, one for each variant that is kept; none where
    /// there are no variants.
    package func variations(seed: UInt64) -> [Variation] {
        guard isCached, !stage.augmentation.isNone else { return [] }
        return (0..<stage.variantCount).map { Variation(stage.augmentation, seed: seed, number: $0) }
    }
}

extension [StagePlan] {
    /// The nodes that training may change after a stage has read pictures, and before a later one does.
    package func trainedNodes(from earlier: Int, to later: Int) -> Set<String> {
        let stages = self[earlier].stageNumber..<self[later].stageNumber
        return reduce(into: []) { if stages.contains($1.stageNumber) { $0.formUnion($1.trainedNodes) } }
    }

    /// Whether what a stage reads, of variants too, was computed on the way by one before it.
    package func computeOnTheWay(_ number: Int, seed: UInt64) -> Bool {
        let later = self[number]
        return indices.prefix(number).contains { earlier in
            let trained = trainedNodes(from: earlier, to: number)
            let (wanted, known) = (later.variations(seed: seed), self[earlier].variations(seed: seed))
            return self[earlier].computesOnTheWay(later, trained: trained)
                && wanted.isEmpty == known.isEmpty && Set(wanted).isSubset(of: known)
        }
    }
}
