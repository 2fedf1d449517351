package import GraftDatasets
internal import GraftFiles

/// What the doctor found, with the pictures: one page that needs nothing else.
package struct DoctorPage: Sendable {
    /// A finding and small pictures of the files that it is about.
    private struct Card {
        var finding: Finding
        var pictures: [(path: String, bytes: [UInt8]?)]
    }

    /// Findings that belong together on the page.
    private struct Group {
        var id: String
        var title: String
        var introduction: String
        var kinds: [Finding.Kind]
    }

    private static let groups = [
        Group(
            id: "labels", title: "Wrong labels",
            introduction:
                "The class that is given, and what a classifier that did not see the picture takes it for. The surest "
                + "come first.", kinds: [.wrongLabel, .conflictingLabels]),
        Group(
            id: "leaks", title: "Copies in two parts",
            introduction: "A picture that is trained on must not be tested with.", kinds: [.leakage]),
        Group(
            id: "copies", title: "Copies and near copies",
            introduction: "The same picture, or nearly the same, perhaps mirrored or turned.",
            kinds: [.duplicate, .nearDuplicate]),
        Group(
            id: "unusable", title: "Left out", introduction: "Files that cannot be used.",
            kinds: [
                .unreadable, .empty, .cutShort, .damaged, .notAPicture, .unsupported, .tooLarge, .badTarget,
            ]),
        Group(
            id: "unlike", title: "Unlike the others",
            introduction:
                "Pictures that show nothing, or something else than the rest: look whether they belong here.",
            kinds: [.outlier, .blank, .faint, .blurred, .dark]),
    ]

    /// No more pictures of a group are shown.
    private static let limit = 150
    private static let side = 176

    private let title: String
    private let summary: String
    private let findings: [Finding]
    private let samples: [String: Sample]
    private let threads: Int

    /// A page.
    ///
    /// - Parameter title: what the data is called.
    package init(_ report: DoctorReport, _ dataset: any Dataset, title: String, threads: Int) {
        self.title = title
        self.threads = max(threads, 1)
        findings = report.findings
        samples = Dictionary(dataset.samples.map { ($0.path, $0) }) { first, _ in first }
        let (used, all) = (report.usableCount, dataset.samples.count)
        let warnings = findings.count { $0.severity == .warning }
        summary =
            "\(used.grouped) of \(all.counted("picture", "pictures")) can be used.\n"
            + (warnings == 0
                ? "Nothing stands out that could mislead a training."
                : "\(warnings.counted("finding", "findings")) could mislead a training; \(warnings == 1 ? "it is" : "they are") marked.")
    }

    /// The file's bytes.
    package func html() async throws -> [UInt8] {
        let shell = PageShell(title: title) { SHA256Digest(of: $0).bytes }
        var sections: [PageSection] = []
        var others = findings
        for group in Self.groups {
            let found = findings.filter { group.kinds.contains($0.kind) }
            others.removeAll { group.kinds.contains($0.kind) }
            guard !found.isEmpty else { continue }
            sections.append(section(group, found, try await cards(Array(found.prefix(Self.limit)))))
        }
        let notes = Markup(each: others) { finding in
            let look = finding.severity == .note ? "badge" : "badge bad"
            return """
                <li><span class="\(look)">\(finding.severity.word)</span> <span>\(lines: finding.message)</span></li>

                """
        }
        if !others.isEmpty {
            sections.insert(
                PageSection(
                    id: "notes", title: "The data as a whole", link: nil,
                    body: "<ul class=\"notes\">\n\(notes)</ul>\n"), at: 0)
        }
        return shell.html(
            header: """
                <header>
                <h1>\(title)</h1>
                <p class="summary">\(lines: summary)</p>
                </header>

                """, sections: sections)
    }

    private func section(_ group: Group, _ found: [Finding], _ cards: [Card]) -> PageSection {
        var words = group.introduction
        if cards.count < found.count {
            words += " The first \(cards.count.grouped) of \(found.count.grouped) are here."
        }
        let items = Markup(each: cards) { card in
            let pictures = Markup(each: card.pictures) { picture in
                EmbeddedPicture(picture.bytes).map {
                    "<img loading=\"lazy\" decoding=\"async\" alt=\"\(picture.path)\" src=\"\($0)\">\n"
                } ?? "<p class=\"missing\">no picture</p>\n"
            }
            let look = card.finding.severity == .note ? "badge" : "badge bad"
            return """
                <li class="card">
                <div class="pictures">
                \(pictures)</div>
                <h3 tabindex="-1"><bdi>\(card.finding.message)</bdi></h3>
                <p><span class="\(look)">\(card.finding.severity.word)</span></p>
                </li>

                """
        }
        return PageSection(
            id: group.id, title: group.title, link: nil,
            body: """
                <p>\(words)</p>
                <div class="gallery">
                <div class="controls">
                <p class="status" role="status" aria-live="polite"></p>
                </div>
                <ol class="cards">
                \(items)</ol>
                <button type="button" class="more">Show more</button>
                </div>

                """)
    }

    private func cards(_ findings: [Finding]) async throws -> [Card] {
        let paths = Set(findings.flatMap { [$0.path, $0.other].compactMap(\.self) }).sorted()
        let pictures = try await withThrowingTaskGroup(of: (String, [UInt8]?).self) { group in
            var waiting = paths.makeIterator()
            func begin() {
                guard let path = waiting.next() else { return }
                let sample = samples[path]
                group.addTask {
                    try Task.checkCancellation()
                    let image = sample?.load().decode().image
                    return (path, image.flatMap { Thumbnail.whole($0, side: Self.side) })
                }
            }
            for _ in 0..<threads { begin() }
            var made: [String: [UInt8]] = [:]
            while let (path, picture) = try await group.next() {
                made[path] = picture
                begin()
            }
            return made
        }
        return findings.map { finding in
            Card(
                finding: finding,
                pictures: [finding.path, finding.other].compactMap(\.self).map { ($0, pictures[$0]) })
        }
    }
}

extension Finding.Severity {
    fileprivate var word: String {
        switch self {
        case .leftOut: "left out"
        case .warning: "warning"
        case .note: "note"
        }
    }
}
