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
        let listed = LearningTask.listed.filter { entry in
            objects.contains { $0.value(entry.labels.key) != nil }
        }
        let (task, labels) = try Self.choose(listed.map(\.task), asked, path: path) { $0.keyWords }
        guard !listed.isEmpty || objects.isEmpty else {
            let keys = LearningTask.listed.map(\.labels.key)
            throw Self.error(
                path, line: objects[0].line, "has nothing to learn",
                expected: "a key \(keys.dropLast().joined(separator: ", ")) or \(keys.last ?? "")")
        }
        let names = try labels.names(objects, path: path)
        let hasParts = objects.contains { $0.value("part") != nil }
        rows = try objects.map { object throws(DatasetError) in
            var part: Part?
            if hasParts { part = try Self.part(try object.text("part") ?? "", path, line: object.line) }
            return Row(
                line: object.line,
                path: try Self.picture(try object.text("path") ?? "", in: path, line: object.line),
                part: part, label: try labels.label(of: object, names: names))
        }
        self.task = task
        numberNames = names
        let known = ["path", "part", labels.key]
        var others: [String] = []
        for key in objects.flatMap({ $0.members.map(\.key) })
        where !known.contains(key) && !others.contains(key) {
            others.append(key)
            // A list with ever new keys is told of by the first few.
            if others.count == 20 { break }
        }
        remarks = others.map { key in
            let message = "The key \(key) is not used: what is learned is \(task.name)."
            return Finding(severity: .note, kind: .unusedColumn, path: nil, message: message)
        }
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

    /// What stands behind a key; `nil` where that is nothing, or null.
    func value(_ key: String) -> JSONValue? {
        members.first { $0.key == key && $0.value != .null }?.value
    }

    /// A value that is of another kind.
    func error(_ key: String, expected: String) -> DatasetError {
        PictureList.error(path, line: line, "has a value of \(key) that makes no sense", expected: expected)
    }

    func text(_ key: String) throws(DatasetError) -> String? {
        guard let value = value(key) else { return nil }
        guard case .text(let text) = value else { throw error(key, expected: "a text in quotation marks") }
        return text
    }

    /// The name of a class, which may be a whole number.
    func name(_ value: JSONValue, of key: String) throws(DatasetError) -> String {
        switch value {
        case .text(let text): return text.trimmed
        case .integer(let number): return "\(number)"
        default: throw error(key, expected: "names of classes")
        }
    }
}
