internal import GraftFiles
internal import GraftTensors

extension DatasetSubset {
    /// At most so many samples of `dataset`, drawn per part and class in proportion; the data set's order is
    /// kept. A picture of several classes counts for the rarest of them, and pictures with numbers are drawn
    /// at random.
    ///
    /// The draw depends on the samples' paths and the seed. Each class of each part keeps at least one
    /// sample, as far as the limit allows.
    ///
    /// - Throws: ``DatasetError`` where the limit is below 1.
    package init(_ dataset: some Dataset, limit: Int, seed: UInt64) throws(DatasetError) {
        guard limit >= 1 else {
            let problem = Problem("The limit", found: "is \(limit) pictures", expected: "at least 1")
            throw DatasetError(.badRequest, problem)
        }
        let samples = dataset.samples
        guard limit < samples.count else {
            self.init(dataset, indices: Array(samples.indices))
            return
        }
        let strata = Strata(samples.map(\.target), classes: dataset.classes)
        let groups = Dictionary(grouping: samples.indices) { index in
            let part = samples[index].part.map(\.rawValue) ?? "all"
            return ExactText("limit/\(part)/\(strata.names[strata.indices[index]])")
        }
        let names = groups.keys.sorted()
        let members = names.map { groups[$0] ?? [] }
        let shares = Apportionment.shares(of: limit, sizes: members.map(\.count)) { min($0, 1) }
        var chosen: [Int] = []
        for (index, name) in names.enumerated() {
            var order = members[index].sorted {
                samples[$0].path.utf8.lexicographicallyPrecedes(samples[$1].path.utf8)
            }
            var generator = CounterGenerator(seed: seed, purpose: name.text)
            generator.shuffle(&order)
            chosen += order.prefix(shares[index])
        }
        self.init(dataset, indices: Array(chosen.sorted().prefix(limit)))
    }
}
