import GraftReports

/// Contents for tests.
enum SampleContent {
    /// The bytes that a JPEG begins with, and some more.
    static let jpeg: [UInt8] = [0xFF, 0xD8, 0xFF, 0xE0, 1, 2, 3]
    /// The bytes that a PNG begins with, and some more.
    static let png: [UInt8] = [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A, 4, 5]

    /// A title and a summary, and nothing else.
    static var empty: ReportContent {
        ReportContent(
            title: "flowers", summary: "What it is. How good it is.", scoreName: "top-1", pictureCount: 0)
    }

    /// A card of a picture.
    static func card(_ path: String) -> ReportContent.Card {
        ReportContent.Card(
            path: path, thumbnail: jpeg, heatMap: png, given: "rose", answered: "tulip",
            shares: [.init(name: "tulip", share: 0.8), .init(name: "rose", share: 0.2)],
            nearest: [.init(path: "near/\(path)", label: "tulip", thumbnail: jpeg)])
    }

    /// Classes that are all taken for each other.
    static func confused(classes count: Int) -> ReportContent {
        var content = empty
        content.classes = (0..<count).map { "class\($0)" }
        content.mistakes = [card("a.jpg")]
        content.mistakeCount = count * (count - 1)
        content.confusion = (0..<count * count).map {
            ReportContent.ConfusionCell(given: $0 / count, answered: $0 % count, count: 1 + $0, cards: [0])
        }
        return content
    }

    /// One name wherever a text can stand.
    static func named(_ name: String) -> ReportContent {
        var content = empty
        (content.title, content.summary, content.scoreName) = (name, name, name)
        content.figures = [.init(name: name, value: name, interval: name)]
        content.classes = [name, name]
        content.mistakeCount = 1
        content.mistakes = [
            .init(
                path: name, thumbnail: jpeg, heatMap: png, given: name, answered: name,
                shares: [.init(name: name, share: 0.5)],
                nearest: [
                    .init(path: name, label: name, thumbnail: nil),
                    .init(path: name, label: name, thumbnail: jpeg),
                ])
        ]
        content.unlike = content.mistakes
        content.confusion = [.init(given: 0, answered: 1, count: 1, cards: [0])]
        content.perClass = [.init(name: name, support: 1, precision: 0.5, recall: 0.5, f1: 0.5)]
        content.numbers = [
            .init(
                name: name, meanAbsolute: 1, rootMeanSquare: 1, determination: 0.5,
                points: [[1, 2], [2, 1]])
        ]
        content.stages = [
            .init(
                name: name, isKept: true, reason: name,
                epochs: [.init(training: 1, validation: 1, score: 0.5)], keptEpoch: 0)
        ]
        content.schedule = [.init(name: name, value: name)]
        content.notes = [.init(severity: name, text: name)]
        content.provenance = content.schedule
        content.commands = [name]
        return content
    }

    /// The page as text, with a hash that is no hash.
    static func page(_ content: ReportContent) -> String {
        String(decoding: ReportPage(content) { _ in [1, 2, 3] }.html, as: UTF8.self)
    }
}

extension String {
    /// How often a text stands in it.
    func count(of part: String) -> Int { ranges(of: part).count }

    /// What stands between two texts, the first time.
    func part(between start: String, and end: String) -> String? {
        guard let first = firstRange(of: start),
            let last = self[first.upperBound...].firstRange(of: end)
        else { return nil }
        return String(self[first.upperBound..<last.lowerBound])
    }
}
