internal import GraftDatasets
internal import GraftImages
internal import GraftInsight
internal import GraftModels
internal import GraftTensors
internal import GraftTraining

/// Makes small pictures of what a report shows.
struct ReportCards: Sendable {
    private let inspection: Inspection
    private let samples: [String: Sample]
    private let explainer: Explainer?
    private let index: ReferenceIndex?

    /// The side of a card's picture, and of a neighbour's.
    private static let (side, smallSide) = (176, 80)
    /// The first cards have a map of the evidence and neighbours.
    private static let explained = 60
    private static let neighbours = 3

    init(_ inspection: Inspection, _ dataset: any Dataset, threads: Int) {
        self.inspection = inspection
        samples = Dictionary(dataset.samples.map { ($0.path, $0) }) { first, _ in first }
        // Not every network has such an end; a report does without maps then.
        explainer = try? Explainer(inspection.model, threads: threads)
        index = inspection.model.references.map(ReferenceIndex.init)
    }

    /// The cards of pictures at these positions.
    ///
    /// - Parameter explains: whether the first of them have a map of the evidence and neighbours.
    func cards(_ positions: [Int], explains: Bool) async throws -> [ReportContent.Card] {
        var cards: [ReportContent.Card] = []
        var small: [String: [UInt8]] = [:]
        for (number, position) in positions.enumerated() {
            try Task.checkCancellation()
            let picture = inspection.pictures[position]
            var card = card(picture)
            let isExplained = explains && number < Self.explained
            if isExplained, inspection.model.task.rules.hasClasses, let explainer,
                let found = try await explainer.explain(picture.sample.load()).explanation
            {
                card.thumbnail = Self.encoded(found.view, side: Self.side)
                card.heatMap = Self.encoded(found.map.overlay(on: found.view), side: Self.side)
            } else if let image = picture.sample.load().decode().image {
                card.thumbnail = Self.encoded(inspection.model.preprocessing.view(of: image), side: Self.side)
            }
            if isExplained, let vector = picture.vector, let index {
                card.nearest = index.nearest(Self.neighbours, to: vector).map { neighbour in
                    let entry = index.pictures.entries[neighbour.position]
                    if small[entry.path] == nil {
                        let image = samples[entry.path]?.load().decode().image
                        small[entry.path] = image.flatMap { Self.encoded($0, side: Self.smallSide) }
                    }
                    return ReportContent.Card.Neighbour(
                        path: entry.path, label: entry.label, thumbnail: small[entry.path])
                }
            }
            cards.append(card)
        }
        return cards
    }

    private func card(_ picture: InspectedPicture) -> ReportContent.Card {
        let model = inspection.model
        let given = picture.target.words(model.classes)
        guard model.task.rules.hasClasses else {
            let numbers = picture.outputs.map { "\(Double($0).shortened)" }.joined(separator: ", ")
            return ReportContent.Card(path: picture.sample.path, given: given, answered: numbers)
        }
        let order = picture.outputs.indices.sorted { (picture.outputs[$0], $1) > (picture.outputs[$1], $0) }
        let shares = order.prefix(3).map {
            ReportContent.Card.Share(name: model.classes[$0], share: Double(picture.outputs[$0]))
        }
        let said =
            inspection.hasOneClassEach
            ? [order[0]] : picture.outputs.indices.filter { picture.outputs[$0] >= 0.5 }
        let answered = said.isEmpty ? "nothing" : said.map { model.classes[$0] }.joined(separator: ", ")
        return ReportContent.Card(
            path: picture.sample.path, given: given, answered: answered, shares: Array(shares))
    }

    /// A picture with this side as a JPEG file; `nil` where it cannot be encoded.
    private static func encoded(_ image: PixelImage, side: Int) -> [UInt8]? {
        guard
            let frame = try? Preprocessing(
                height: side, width: side, resizeRule: .centerBox(margin: 0), interpolation: .bilinear,
                mean: [0, 0, 0], scale: [1, 1, 1])
        else { return nil }
        return try? ImageEncoder().encoded(frame.view(of: image), as: .jpeg)
    }
}

extension Inspection {
    /// The positions of pictures that the model gets wrong, or of numbers all, the worst first.
    var mistakesWorstFirst: [Int] {
        if hasOneClassEach {
            let answers = answers
            func certainty(_ position: Int) -> Float {
                let picture = pictures[position]
                return picture.outputs[answers[position]] - picture.outputs[picture.target.classes.first ?? 0]
            }
            return pictures.indices.filter { pictures[$0].target.classes.first != answers[$0] }
                .sorted { (-certainty($0), $0) < (-certainty($1), $1) }
        }
        func error(_ position: Int) -> Double {
            let picture = pictures[position]
            if model.task.rules.hasClasses {
                return picture.outputs.indices.reduce(0.0) { sum, label in
                    let share = Double(picture.outputs[label])
                    let isRight = picture.target.classes.contains(label)
                    return sum + ((share >= 0.5) == isRight ? 0 : abs(share - 0.5) + 0.5)
                }
            }
            return zip(picture.target.numbers, picture.outputs).enumerated().reduce(0.0) { sum, pair in
                let unit = model.standardization?.deviation[pair.offset] ?? 1
                let difference = (pair.element.0 - Double(pair.element.1)) / unit
                return sum + difference * difference
            }
        }
        let errors = pictures.indices.map(error)
        return pictures.indices.filter { errors[$0] > 0 }.sorted { (-errors[$0], $0) < (-errors[$1], $1) }
    }
}
