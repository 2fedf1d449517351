internal import GraftTensors

/// Parts of pictures for cross-validation: each class is spread evenly over all parts.
struct Folds: Sendable {
    /// The part of each picture.
    let parts: [Int]
    /// How many parts there are.
    let count: Int

    /// Divides pictures of these classes; groups of copies stay together.
    ///
    /// - Parameters:
    ///   - groups: pictures of the same group are in the same part.
    init(labels: [Int], groups: [Int], count: Int, seed: UInt64 = 0) {
        self.count = count
        var parts = [Int](repeating: 0, count: labels.count)
        var members: [Int: [Int]] = [:]
        for (position, group) in groups.enumerated() { members[group, default: []].append(position) }
        var byClass: [Int: [[Int]]] = [:]
        for group in members.keys.sorted() {
            let pictures = members[group] ?? []
            byClass[labels[pictures[0]], default: []].append(pictures)
        }
        var next = 0
        for label in byClass.keys.sorted() {
            var order = byClass[label] ?? []
            var generator = CounterGenerator(seed: seed, purpose: "folds/\(label)")
            generator.shuffle(&order)
            for pictures in order {
                for picture in pictures { parts[picture] = next % count }
                next += 1
            }
        }
        self.parts = parts
    }
}
