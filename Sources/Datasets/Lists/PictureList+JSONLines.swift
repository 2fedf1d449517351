internal import GraftFiles

extension PictureList {
    /// What JSON lines say: an object each, with `path`, `label`, `labels` or `numbers`, and maybe `part`.
    ///
    /// - Throws: ``DatasetError`` where a line is no such object, or lines do not belong together.
    init(jsonLines bytes: [UInt8], path: String, task asked: LearningTask?) throws(DatasetError) {
        var objects: [JSONLine] = []
        for (number, line) in TextLines(bytes) where !line.allSatisfy({ [0x20, 0x09].contains($0) }) {
            objects.append(try JSONLine(Array(line), path: path, line: number))
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
        let names = NumberNames(try labels.names(objects, path: path))
        let parts = JSONPart(objects)
        rows = try objects.map { object throws(DatasetError) in
            let picture = try Self.picture(try object.text("path") ?? "", in: path, line: object.line)
            return Row(
                line: object.line, path: picture, written: picture, part: try parts.part(of: object),
                label: try labels.label(of: object, names: names))
        }
        self.task = task
        numberNames = names.all
        let known = Set(["path", "part", labels.key, parts.key ?? "part"].map(ExactText.init))
        remarks = [parts.reading].compactMap(\.self)
        var others: [ExactText] = []
        // A list with ever new keys is told of by the first few.
        search: for object in objects {
            for member in object.members {
                let key = ExactText(member.key)
                guard !known.contains(key), !others.contains(key) else { continue }
                others.append(key)
                if others.count == 20 { break search }
            }
        }
        var inventory = Inventory()
        for key in others {
            inventory.leaveOut(
                what: "The key \(key.text)", .unusedColumn, "is not used: what is learned is \(task.name)")
        }
        self.inventory = inventory
    }
}

/// Where the lines of a list say the part.
private struct JSONPart {
    /// The key that says it; `nil` where none does.
    let key: String?
    /// Whether it says yes or no to the validation part.
    private let isAnswer: Bool

    init(_ objects: [JSONLine]) {
        func isRead(_ name: String) -> Bool {
            objects.contains { object in
                switch object.value(name) {
                case nil: false
                case .text(let word)?: name == "part" || Part(word: word) != nil
                default: name == "part"
                }
            }
        }
        func answers(_ name: String) -> Bool {
            objects.allSatisfy { if case .bool? = $0.value(name) { true } else { false } }
        }
        let word = TableColumns.partNames.first(where: isRead)
        let answer = word == nil && !objects.isEmpty ? TableColumns.answerNames.first(where: answers) : nil
        key = word ?? answer
        isAnswer = answer != nil
    }

    func part(of object: JSONLine) throws(DatasetError) -> Part? {
        guard let key else { return nil }
        if isAnswer { return object.value(key) == .bool(true) ? .validation : .train }
        return try PictureList.part(try object.text(key) ?? "", object.path, line: object.line)
    }

    /// That a key other than the usual one says the parts.
    var reading: Finding? {
        guard let key, key != "part" else { return nil }
        return PictureList.reading(
            "The key \(key) says \(isAnswer ? "which pictures are for validation" : "the parts").")
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
        members.first { $0.key.hasBytes(of: key) && $0.value != .null }?.value
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
