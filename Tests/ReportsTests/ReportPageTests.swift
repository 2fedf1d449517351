import Testing

@testable import GraftReports

/// The whole page.
@Suite struct ReportPageTests {
    @Test func policyHasTheHashesOfTheInlineTexts() throws {
        var hashed: [[UInt8]] = []
        let page = ReportPage(SampleContent.named("x")) { bytes in
            hashed.append(bytes)
            return [UInt8(hashed.count), 255, 0]
        }
        let html = String(decoding: page.html, as: UTF8.self)
        let style = try #require(html.part(between: "<style>", and: "</style>"))
        let script = try #require(html.part(between: "<script>", and: "</script>"))
        #expect(hashed == [Array(style.utf8), Array(script.utf8)])
        let policy = try #require(html.part(between: "Content-Security-Policy\" content=\"", and: "\""))
        #expect(policy.hasPrefix("default-src 'none'; img-src data:; "))
        #expect(policy.contains("style-src 'sha256-Af8A'; script-src 'sha256-Av8A'"))
        #expect(!policy.contains("unsafe"))
    }

    @Test func nothingOfThePageIsElsewhere() {
        let html = SampleContent.page(SampleContent.named("x"))
        for word in ["http:", "https:", "//", "@import", "url("] {
            // Comments in the script are the only double slashes.
            let found =
                word == "//" ? html.replacing("\n// ", with: "").count(of: word) : html.count(of: word)
            #expect(found == 0, "\(word)")
        }
        #expect(html.count(of: " style=\"") == 0 && html.count(of: " onclick=") == 0)
    }

    @Test func namesCannotBecomeTags() {
        let plain = SampleContent.page(SampleContent.named("x"))
        let hostile = SampleContent.page(
            SampleContent.named("</script></style></title>--><img src=x onerror='f()' a=\"b\">&lt;\u{202E}\n")
        )
        #expect(hostile.count(of: "<") == plain.count(of: "<"))
        #expect(hostile.count(of: ">") == plain.count(of: ">"))
        #expect(hostile.count(of: "\"") == plain.count(of: "\""))
        #expect(hostile.count(of: "<img src=x") == 0)
        #expect(hostile.count(of: "\u{202E}") == 0)
        #expect(hostile.contains("&amp;lt;\\u{202e}"))
    }

    @Test func emptyContentHasNoSections() {
        let html = SampleContent.page(SampleContent.empty)
        #expect(html.contains("<h1>flowers</h1>"))
        #expect(html.contains("What it is. How good it is."))
        for tag in ["<section", "<nav", "<dl", "<h2", "<table", "<ol", "<svg"] {
            #expect(html.count(of: tag) == 0, "\(tag)")
        }
    }

    @Test func sectionsStandInTheirOrderWithLinks() {
        var content = SampleContent.named("x")
        content.calibration = .init(
            bins: [.init(confidence: 0.9, accuracy: 0.8, count: 10)], error: 0.1, band: [0.01, 0.2])
        let html = SampleContent.page(content)
        let order = [
            "mistakes", "confusion", "classes", "numbers", "unlike", "calibration", "training", "schedule",
            "notes", "again",
        ]
        #expect(html.ranges(of: "<section id=\"").count == order.count)
        let places = order.compactMap { html.firstRange(of: "<section id=\"\($0)\"")?.lowerBound }
        #expect(places.count == order.count && places == places.sorted())
        for name in order { #expect(html.count(of: "<a href=\"#\(name)\"") == 1, "\(name)") }
    }

    @Test func everyCardIsInThePage() {
        var content = SampleContent.empty
        content.mistakeCount = 200
        content.mistakes = (0..<150).map { SampleContent.card("picture\($0).jpg") }
        content.unlike = (0..<70).map { SampleContent.card("odd\($0).jpg") }
        let html = SampleContent.page(content)
        for index in 0..<150 {
            #expect(html.count(of: "id=\"card-\(index)\"") == 1)
            #expect(html.count(of: "<bdi>picture\(index).jpg</bdi>") == 1)
        }
        for index in 0..<70 { #expect(html.count(of: "<bdi>odd\(index).jpg</bdi>") == 1) }
        // A picture, its heat map and a neighbour each.
        #expect(html.count(of: "<img ") == 3 * 220)
        #expect(html.count(of: "loading=\"lazy\"") == 3 * 220)
    }

    @Test func everyClassIsInTheTableTheWorstFirst() throws {
        var content = SampleContent.empty
        content.perClass = (0..<120).map {
            .init(name: "class\($0)", support: 9, f1: $0 == 7 ? nil : Double($0 * 37 % 120) / 120)
        }
        let table = try #require(SampleContent.page(content).part(between: "<tbody>", and: "</tbody>"))
        let names = table.split(separator: "<th scope=\"row\">").dropFirst().compactMap {
            $0.split(separator: "<").first.map(String.init)
        }
        #expect(names.count == 120 && Set(names).count == 120)
        #expect(names.first == "class0")
        #expect(names.last == "class7")
    }

    @Test func matrixHasAllCellsOfFewClasses() {
        let html = SampleContent.page(SampleContent.confused(classes: 30))
        #expect(html.count(of: "<table class=\"matrix\">") == 1)
        #expect(html.count(of: "<td class=") == 900)
        #expect(html.count(of: "<a href=\"#card-0\"") == 870)
        #expect(html.count(of: "<option value=\"29-0\"") == 1)
    }

    @Test func manyClassesHaveTheMostFrequentMistakesOnly() {
        let html = SampleContent.page(SampleContent.confused(classes: 31))
        #expect(html.count(of: "<table class=\"matrix\">") == 0)
        #expect(html.count(of: "data-cell=") == ReportPage.mostFrequent)
        #expect(html.count(of: "<option ") == ReportPage.mostFrequent + 1)
        // The last cell beside the diagonal has the largest count.
        #expect(html.contains("data-cell=\"30-29\""))
        #expect(!html.contains("data-cell=\"0-1\""))
    }

    @Test func cellsAndCardsThatDoNotExistAreLeftOut() {
        var content = SampleContent.confused(classes: 2)
        content.confusion += [
            .init(given: 2, answered: 0, count: 1, cards: [0]),
            .init(given: -1, answered: 0, count: 1, cards: []),
        ]
        content.confusion[1].cards = [-1, 0, 5]
        let html = SampleContent.page(content)
        #expect(html.count(of: "<td class=") == 4)
        #expect(html.contains("<option value=\"0-1\" data-cards=\"0\""))
    }

    @Test(arguments: [
        (0.05, 0.9, 0.8, "nothing here"), (0.3, 0.9, 0.6, "too high"), (0.3, 0.6, 0.9, "too low"),
    ])
    func calibrationIsSaidInWords(error: Double, confidence: Double, accuracy: Double, words: String) {
        var content = SampleContent.empty
        content.calibration = .init(
            bins: [.init(confidence: confidence, accuracy: accuracy, count: 1234)], error: error,
            band: [0.01, 0.1])
        let html = SampleContent.page(content)
        #expect(html.contains(words))
        #expect(html.contains("text-anchor=\"middle\">1,234</text>"))
    }

    @Test func stagesThatWereNotKeptSayWhy() {
        var content = SampleContent.empty
        content.stages = [
            .init(name: "all layers", isKept: false, reason: "The time was over.", epochs: [])
        ]
        let html = SampleContent.page(content)
        #expect(html.contains("not kept</span>") && html.contains("The time was over."))
        #expect(html.count(of: "<svg") == 0)
    }

    @Test func valuesThatAreNoNumbersDoNotReachTheCharts() {
        var content = SampleContent.empty
        content.numbers = [
            .init(
                name: "x", meanAbsolute: .nan, rootMeanSquare: .infinity,
                points: [[.nan, 1], [1e300, 0], [1], [2, 3]])
        ]
        content.stages = [
            .init(name: "head", isKept: true, reason: "", epochs: [.init(validation: .nan)], keptEpoch: 4)
        ]
        let html = SampleContent.page(content)
        #expect(html.contains("1 point"))
        for word in ["nan", "inf\"", "inf "] { #expect(html.count(of: word) == 0, "\(word)") }
    }
}
