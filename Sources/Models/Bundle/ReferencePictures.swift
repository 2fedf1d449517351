internal import GraftFiles
package import GraftTensors
internal import GraftWeightFiles

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// Some of the pictures that a model was trained on, as the model sees them: what another picture is compared with, to
/// tell whether it is unlike all of them, and which are nearest to it.
package struct ReferencePictures: Sendable {
    /// One of them.
    package struct Entry: Sendable, Hashable, Codable {
        /// Its path, relative to the data.
        package var path: String
        /// Its class, classes or numbers, in words.
        package var label: String
    }

    /// A reference picture that is near to another one.
    package struct Neighbour: Sendable, Hashable {
        /// The position of its entry.
        package var position: Int
        /// One less the cosine of the angle between the two: 0 where they are the same, 1 where they have nothing in
        /// common.
        package var distance: Double
    }

    /// The pictures.
    package var entries: [Entry]
    /// Their vectors of length 1, [count, width], in half precision.
    package var vectors: Tensor
    /// The distances of the validation pictures, sorted: a picture further away than 95 % of them is unlike the training
    /// pictures.
    package var distances: [Float]
    /// For each validation picture one less the probability of its class, sorted: what sets with a guaranteed coverage
    /// are made of. Empty where pictures are not of one class each.
    package var scores: [Float]

    /// The most pictures that are kept.
    package static let limit = 2000
    /// The mean over so many of the nearest ones is the distance of a picture.
    package static let neighbourCount = 5
    /// With fewer validation pictures nothing is said to be unlike the others.
    static let leastCount = 20
    /// The share of validation pictures that are like the training pictures.
    private static let keptShare = 0.95

    /// The number of features of a vector.
    package var width: Int { vectors.shape.rank == 2 ? vectors.shape[1] : 0 }

    /// Some of them, at even distances, and the distance beyond which a picture is unlike these.
    ///
    /// From fewer pictures others are further away. How much so is seen from those that are left out, which are like the
    /// validation pictures: the threshold grows as their distances do.
    package func thinned(to count: Int) -> (pictures: ReferencePictures, threshold: Double?) {
        let positions = ReferenceSample.evenly(Array(entries.indices), count: count)
        guard positions.count < entries.count, let threshold else { return (self, threshold) }
        var few = self
        few.entries = positions.map { entries[$0] }
        let rows = vectors.floats
        few.vectors = Tensor(
            halvesOf: positions.flatMap { rows[$0 * width..<($0 + 1) * width] },
            shape: [positions.count, width])
        let kept = Set(positions)
        let left = ReferenceSample.evenly(entries.indices.filter { !kept.contains($0) }, count: count)
        let (all, some) = (ReferenceIndex(self), ReferenceIndex(few))
        func usual(_ distance: ([Float]) -> Double?) -> Double {
            let sorted = left.compactMap { distance(Array(rows[$0 * width..<($0 + 1) * width])) }.sorted()
            return sorted.isEmpty
                ? 0 : sorted[min(Int(Self.keptShare * Double(sorted.count)), sorted.count - 1)]
        }
        // The nearest of all is the picture itself.
        let before = usual { vector in
            let near = all.nearest(Self.neighbourCount + 1, to: vector).dropFirst()
            return near.isEmpty ? nil : near.reduce(0) { $0 + $1.distance } / Double(near.count)
        }
        let after = usual(some.distance)
        return (few, before > 0 ? threshold * max(after / before, 1) : threshold)
    }

    /// Beyond this distance a picture is unlike the training pictures; `nil` where there were too few to know.
    package var threshold: Double? {
        guard distances.count >= Self.leastCount else { return nil }
        return Double(distances[min(Int(Self.keptShare * Double(distances.count)), distances.count - 1)])
    }
}

/// The reference pictures of a model, ready for comparison.
package struct ReferenceIndex: Sendable {
    /// What is compared with.
    package let pictures: ReferencePictures
    private let rows: [Float]

    /// An index; vectors are brought to single precision.
    package init(_ pictures: ReferencePictures) {
        self.pictures = pictures
        rows = pictures.vectors.floats
    }

    /// The nearest pictures, nearest first; of those as near, the first.
    ///
    /// - Parameter vector: of length 1.
    package func nearest(_ count: Int, to vector: [Float]) -> [ReferencePictures.Neighbour] {
        let width = pictures.width
        guard vector.count == width, width > 0 else { return [] }
        var best = BestFew<Int>(count)
        for position in pictures.entries.indices {
            best.offer(position, Double(DotProduct.of(vector, rows, from: position * width)))
        }
        return best.found.map {
            ReferencePictures.Neighbour(position: $0.element, distance: max(1 - $0.score, 0))
        }
    }

    /// How far a picture is from those that the model was trained on: the mean over its nearest ones.
    package func distance(of vector: [Float]) -> Double? {
        let nearest = nearest(ReferencePictures.neighbourCount, to: vector)
        guard !nearest.isEmpty else { return nil }
        return nearest.reduce(0) { $0 + $1.distance } / Double(nearest.count)
    }

    /// Whether a picture at this distance is unlike the training pictures.
    package func isUnlike(_ distance: Double) -> Bool { pictures.threshold.map { distance > $0 } ?? false }
}

extension ReferencePictures {
    private static let names = (
        vectors: "vectors", distances: "distances", scores: "scores", entries: "pictures"
    )

    /// Writes them to a safetensors file.
    func write(to path: String) throws {
        var tensors = NamedTensors()
        _ = tensors.append(vectors, named: Self.names.vectors)
        _ = tensors.append(Tensor(distances, shape: [distances.count]), named: Self.names.distances)
        _ = tensors.append(Tensor(scores, shape: [scores.count]), named: Self.names.scores)
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
        let text = String(decoding: try encoder.encode(entries), as: UTF8.self)
        try Safetensors.write(tensors, metadata: [Self.names.entries: text], to: path)
    }

    /// Those of a file that was read.
    ///
    /// - Throws: ``Flaw`` where they contradict each other.
    init(_ tensors: NamedTensors) throws(Flaw) {
        func tensor(_ name: String, _ rank: Int, _ type: ElementType) throws(Flaw) -> Tensor {
            guard let tensor = tensors[name], tensor.shape.rank == rank, tensor.elementType == type else {
                throw Flaw(.references, "has no \(name)", expected: "\(type) with \(rank) axes")
            }
            if let flaw = tensor.firstNonFinite {
                throw Flaw(
                    .references, "has \(flaw.value) in \(name), at number \(flaw.position + 1)",
                    expected: "finite numbers")
            }
            return tensor
        }
        vectors = try tensor(Self.names.vectors, 2, .float16)
        distances = try tensor(Self.names.distances, 1, .float32).floats
        scores = try tensor(Self.names.scores, 1, .float32).floats
        let text = tensors.metadata[Self.names.entries] ?? ""
        guard let entries = try? JSONDecoder().decode([Entry].self, from: Data(text.utf8)),
            entries.count == vectors.shape[0]
        else {
            throw Flaw(.references, "does not name its pictures", expected: "one name for each vector")
        }
        self.entries = entries
        for (name, numbers) in [(Self.names.distances, distances), (Self.names.scores, scores)]
        where zip(numbers, numbers.dropFirst()).contains(where: { $0 > $1 }) {
            throw Flaw(.references, "has \(name) that are not sorted")
        }
    }
}
