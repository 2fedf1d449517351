internal import GraftFiles

extension PictureList {
    /// What JSON lines say: an object each, with `path`, `label`, `labels` or `numbers`, and maybe `part`.
    ///
    /// - Throws: ``DatasetError`` where a line is no such object, or lines do not belong together.
    init(jsonLines bytes: [UInt8], path: String, task asked: LearningTask?) throws(DatasetError) {
        var objects: [JSONLine] = []
        let text = bytes.starts(with: [0xef, 0xbb, 0xbf]) ? bytes[3...] : bytes[...]
        let lines = text.split(separator: UInt8(ascii: "\n"), omittingEmptySubsequences: false)
        for (index, line) in lines.enumerated() where !line.allSatisfy({ [0x20, 0x09, 0x0d].contains($0) }) {
            objects.append(try JSONLine(Array(line), path: path, line: index + 1))
        }
        let present = LearningTask.allCases.filter { task in objects.contains { $0.value(task) != nil } }
        let task = try Self.choose(
            present, asked, path: path,
            words: [
                .classification: "a key label", .multiLabel: "a key labels", .regression: "a key numbers",
            ])
        guard !present.isEmpty || objects.isEmpty else {
            throw Self.error(
                path, line: objects[0].line, "has nothing to learn",
                expected: "a key label, labels or numbers")
        }
        let names = task == .regression ? try Self.numberNames(objects, path: path) : []
        let hasParts = objects.contains { $0.value("part") != nil }
        rows = try objects.map { object throws(DatasetError) in
            var part: Part?
            if hasParts { part = try Self.part(try object.text("part") ?? "", path, line: object.line) }
            return Row(
                line: object.line,
                path: try Self.picture(try object.text("path") ?? "", in: path, line: object.line),
                part: part, content: try object.content(task, numberNames: names))
        }
        self.task = task
        numberNames = names
        let known = ["path", "part", JSONLine.key(task)]
        var others: [String] = []
        for key in objects.flatMap({ $0.members.map(\.key) })
        where !known.contains(key) && !others.contains(key) {
            others.append(key)
            // A list with ever new keys is told of by the first few.
            if others.count == 20 { break }
        }
        remarks = others.map { key in
            let message = "The key \(key) is not used: what is learned is \(task.rawValue)."
            return Finding(severity: .note, kind: .unusedColumn, path: nil, message: message)
        }
    }

    /// The names of the numbers, in the order of the first line that has some.
    private static func numberNames(
        _ objects: [JSONLine], path: String
    ) throws(DatasetError) -> [String] {
        guard let first = objects.first(where: { $0.value(.regression) != nil }) else { return [] }
        let names = try first.numbers().map(\.key)
        guard !names.isEmpty else {
            throw error(path, line: first.line, "has no numbers", expected: "one or more")
        }
        return names
    }
}

/// One line of a list.
struct JSONLine {
    let path: String
    let line: Int
    let members: [JSONValue.Member]

    /// - Throws: ``DatasetError`` where the line is no JSON object.
    init(_ bytes: [UInt8], path: String, line: Int) throws(DatasetError) {
        self.path = path
        self.line = line
        let value: JSONValue
        do throws(JSONParser.Failure) {
            value = try JSONParser.parse(bytes)
        } catch {
            throw PictureList.error(path, line: line, error.found, expected: "a JSON object")
        }
        guard case .object(let members) = value else {
            throw PictureList.error(path, line: line, "is no object", expected: "one like {\"path\": …}")
        }
        self.members = members
    }

    /// The key of what a task learns.
    static func key(_ task: LearningTask) -> String {
        switch task {
        case .classification: "label"
        case .multiLabel: "labels"
        case .regression: "numbers"
        }
    }

    /// What stands behind a key; `nil` where that is nothing, or null.
    func value(_ key: String) -> JSONValue? {
        members.first { $0.key == key && $0.value != .null }?.value
    }

    func value(_ task: LearningTask) -> JSONValue? { value(Self.key(task)) }

    private func error(_ key: String, expected: String) -> DatasetError {
        PictureList.error(path, line: line, "has a value of \(key) that makes no sense", expected: expected)
    }

    func text(_ key: String) throws(DatasetError) -> String? {
        guard let value = value(key) else { return nil }
        guard case .text(let text) = value else { throw error(key, expected: "a text in quotation marks") }
        return text
    }

    /// The name of a class, which may be a whole number.
    private func name(_ value: JSONValue, of key: String) throws(DatasetError) -> String {
        switch value {
        case .text(let text): return text.trimmed
        case .integer(let number): return "\(number)"
        default: throw error(key, expected: "names of classes")
        }
    }

    func numbers() throws(DatasetError) -> [JSONValue.Member] {
        guard case .object(let numbers) = value(.regression) else {
            throw error("numbers", expected: "an object like {\"width\": 1.5}")
        }
        return numbers
    }

    /// What is to be learned from the line.
    func content(_ task: LearningTask, numberNames: [String]) throws(DatasetError) -> PictureList.Content {
        guard let value = value(task) else {
            return .flaw("has no \(Self.key(task))", expected: "what is to be learned")
        }
        switch task {
        case .classification:
            let name = try name(value, of: "label")
            return name.isEmpty ? .flaw("has no label", expected: "the name of a class") : .label(name)
        case .multiLabel:
            guard case .array(let values) = value else {
                throw error("labels", expected: "an array like [\"cat\", \"dog\"]")
            }
            let names = try values.map { value throws(DatasetError) in try name(value, of: "labels") }
            return names.contains("")
                ? .flaw("has a label without a name", expected: "names") : .labels(names)
        case .regression:
            return try numbers(named: numberNames)
        }
    }

    private func numbers(named names: [String]) throws(DatasetError) -> PictureList.Content {
        let given = try numbers()
        if let unknown = given.first(where: { !names.contains($0.key) }) {
            throw PictureList.error(
                path, line: line, "has the number \(unknown.key), which lines before it do not have",
                expected: names.joined(separator: ", "))
        }
        var values: [Float] = []
        for name in names {
            let text: String
            switch given.first(where: { $0.key == name })?.value {
            case nil, .null: return .flaw("has no \(name)", expected: "a number")
            case .integer(let number): text = "\(number)"
            case .number(let number): text = number
            default: throw error(name, expected: "a number")
            }
            guard let number = Float(text), number.isFinite else { return .notFinite(name, text) }
            values.append(number)
        }
        return .numbers(values)
    }
}
