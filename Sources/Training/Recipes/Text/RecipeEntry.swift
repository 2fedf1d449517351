internal import GraftFiles

/// A value in the text of a recipe, with the key it stands under: what errors name.
struct RecipeEntry {
    /// The file.
    let file: String
    /// The key.
    let key: String
    /// What is there.
    let value: YAMLValue

    /// An error about this value.
    func error(_ found: String, expected: String? = nil, remedy: Remedy? = nil) -> TrainingError {
        let place = "\(file), line \(value.line)"
        return TrainingError(
            key.isEmpty ? place : "\(place): \(key)", found: found, expected: expected, remedy: remedy)
    }

    /// An error that tells what is there.
    func mismatch(expected: String, remedy: Remedy? = nil) -> TrainingError {
        error(description, expected: expected, remedy: remedy)
    }

    /// The error for a flaw of the value that this text became, at the place of the setting.
    func error(_ flaw: RecipeFlaw) -> TrainingError {
        var place = self
        var rest = flaw.keys[...]
        while let key = rest.first, let next = place.part(key) {
            place = next
            rest.removeFirst()
        }
        if rest.isEmpty, flaw.tellsValue, let expected = flaw.expected {
            return place.mismatch(expected: expected, remedy: flaw.remedy)
        }
        let key = ([place.key] + rest).filter { !$0.isEmpty }.joined(separator: ": ")
        return RecipeEntry(file: file, key: key, value: place.value)
            .error(flaw.found, expected: flaw.expected, remedy: flaw.remedy)
    }

    /// The value under a key, or at a place in a list; `nil` where there is none.
    private func part(_ key: String) -> RecipeEntry? {
        switch value.content {
        case .mapping(let pairs): pairs.first { $0.key == key }.map { inner($0.key, $0.value) }
        case .list(let values): Int(key).flatMap { $0 < values.count ? inner(self.key, values[$0]) : nil }
        default: nil
        }
    }

    /// What is there, worded to follow the key.
    private var description: String {
        switch value.content {
        case .scalar("", isQuoted: false): "has no value"
        case .scalar(let text, isQuoted: true): "is the text \"\(text.shortened)\""
        case .scalar(let text, isQuoted: false): "is \(text.shortened)"
        case .list: "is a list"
        case .mapping: "is a mapping of keys to values"
        }
    }

    /// Another value in the same file.
    private func inner(_ key: String, _ value: YAMLValue) -> RecipeEntry {
        RecipeEntry(file: file, key: key, value: value)
    }

    // MARK: Scalars

    /// The text, quoted or not; `nil` where there is a list, a mapping or nothing.
    var text: String? {
        switch value.content {
        case .scalar("", isQuoted: false): nil
        case .scalar(let text, _): text
        default: nil
        }
    }

    /// What is written without quotes.
    var plain: String? {
        if case .scalar(let text, isQuoted: false) = value.content { text } else { nil }
    }

    /// A text of one line.
    func line(expected: String) throws(TrainingError) -> String {
        guard let text, !text.isEmpty, !text.contains(where: \.isNewline) else {
            throw mismatch(expected: expected)
        }
        return text
    }

    /// A whole number; whether it is a possible one is for the value to say that it becomes a part of.
    func integer(expected: String) throws(TrainingError) -> Int {
        guard let plain, let number = Int(plain) else { throw mismatch(expected: expected) }
        return number
    }

    /// A number as it is written in decimals: not "nan", "inf" or hexadecimal digits, which Swift would read
    /// too.
    var number: Float? {
        guard let plain, plain.allSatisfy({ "0123456789+-.eE".contains($0) }), let number = Float(plain),
            number.isFinite
        else { return nil }
        return number
    }

    /// A number; whether it is a possible one is for the value to say that it becomes a part of.
    func number(expected: String) throws(TrainingError) -> Float {
        guard let number else { throw mismatch(expected: expected) }
        return number
    }

    /// A time, in seconds.
    func seconds() throws(TrainingError) -> Double {
        guard let plain, let seconds = TimeText.seconds(plain) else {
            throw mismatch(expected: TimeText.expected)
        }
        return seconds
    }

    /// true or false.
    func flag() throws(TrainingError) -> Bool {
        switch plain {
        case "true": return true
        case "false": return false
        default: throw mismatch(expected: "true or false")
        }
    }

    /// One of these words.
    func word<Word: RawRepresentable & CaseIterable>(
        _ type: Word.Type, named name: (Word) -> String = { "\($0.rawValue)" }
    ) throws(TrainingError) -> Word where Word.RawValue == String {
        let words = Word.allCases.map(name)
        guard let plain, let found = Word.allCases.first(where: { name($0) == plain }) else {
            throw mismatch(expected: words.alternatives, remedy: hint(among: words))
        }
        return found
    }

    /// The word that somebody who mistyped this one may have meant.
    func hint(among words: [String]) -> Remedy? {
        plain.flatMap { NearestName.of($0, among: words) }.map { "Did you mean \($0)?" }
    }

    // MARK: Lists and mappings

    /// The values of a list.
    func list(expected: String) throws(TrainingError) -> [RecipeEntry] {
        guard case .list(let values) = value.content else { throw mismatch(expected: expected) }
        return values.map { inner(key, $0) }
    }

    /// The texts of a list that holds one at least.
    func texts(expected: String) throws(TrainingError) -> [String] {
        let remedy: Remedy? = text.map { "In brackets: [\($0)]" }
        guard case .list(let values) = value.content, !values.isEmpty else {
            throw mismatch(expected: expected, remedy: remedy)
        }
        return try values.map { (value) throws(TrainingError) in
            try inner(key, value).line(expected: "a list of texts")
        }
    }

    /// Whether this is a mapping of keys to values.
    var isMapping: Bool { if case .mapping = value.content { true } else { false } }

    /// The entries of a mapping, whatever the keys.
    func entries(expected: String) throws(TrainingError) -> [RecipeEntry] {
        guard case .mapping(let pairs) = value.content else { throw mismatch(expected: expected) }
        return pairs.map { inner($0.key, $0.value) }
    }

    /// The entries of a mapping by key.
    ///
    /// - Throws: ``TrainingError`` where a key is not one of `keys`.
    func entries(_ keys: [String], expected: String) throws(TrainingError) -> [String: RecipeEntry] {
        var result: [String: RecipeEntry] = [:]
        for entry in try entries(expected: expected) {
            guard keys.contains(entry.key) else {
                let nearest = NearestName.of(entry.key, among: keys)
                let subject = key.isEmpty ? "a recipe" : key
                throw entry.error(
                    "is no key of \(subject)", expected: keys.alternatives,
                    remedy: nearest.map { "Did you mean \($0)?" })
            }
            result[entry.key] = entry
        }
        return result
    }

    /// A choice: one of the words alone, or a mapping with one of the keys.
    func choice(words: [String], keys: [String], and others: [String] = []) throws(TrainingError)
        -> (name: String, value: RecipeEntry?, others: [String: RecipeEntry])
    {
        let shapes = (words + keys.map { "{\($0): ...}" }).alternatives
        if let plain, !plain.isEmpty {
            guard words.contains(plain) else {
                let needsValue: Remedy? = keys.contains(plain) ? "Give it a value: {\(plain): ...}" : nil
                throw mismatch(expected: shapes, remedy: needsValue ?? hint(among: words + keys))
            }
            return (plain, nil, [:])
        }
        var found = try entries(keys + others, expected: shapes)
        let chosen = keys.filter { found[$0] != nil }
        guard chosen.count == 1 else {
            throw error(
                chosen.isEmpty ? "does not say which" : "has both \(chosen[0]) and \(chosen[1])",
                expected: shapes)
        }
        let value = found.removeValue(forKey: chosen[0])
        return (chosen[0], value, found)
    }
}

extension [String: RecipeEntry] {
    /// The entry under a key that has to be there.
    func required(_ key: String, in parent: RecipeEntry, expected: String) throws(TrainingError)
        -> RecipeEntry
    {
        guard let entry = self[key] else {
            throw parent.error("has no \(key)", expected: expected)
        }
        return entry
    }
}

extension [String] {
    /// "a, b or c".
    var alternatives: String {
        count < 2 ? joined() : dropLast().joined(separator: ", ") + " or " + self[count - 1]
    }
}

extension String {
    /// At most 40 letters, for errors; without line breaks.
    fileprivate var shortened: String {
        let line = String(map { $0.isNewline ? " " : $0 })
        return line.count > 40 ? "\(line.prefix(40))…" : line
    }
}
