internal import GraftFiles

/// What of the data is not used: every entry that was found is *used*, *left out*, which is told by name with
/// the reason, or *passed over* by a ``Rule``.
///
/// ```swift
/// var inventory = Inventory()
/// inventory.leaveOut("notes.txt", reason: "is not a picture")
/// inventory.passOver(".DS_Store", by: .hidden)
/// print(inventory.leftOut[0].message)
/// ```
public struct Inventory: Sendable, Hashable, Codable {
    /// Why something is passed over. The guide lists these.
    ///
    /// ```swift
    /// inventory.passOver(".DS_Store", by: .hidden)
    /// ```
    public enum Rule: String, Sendable, Hashable, Codable, CaseIterable {
        /// Its name begins with a dot.
        case hidden
        /// A system or a program put it there: `Thumbs.db`, `desktop.ini`, `__MACOSX`, `@eaDir` and the like.
        case system
        /// Graft wrote it: a model, a checkpoint or a sheet of pictures.
        case ownOutput
        /// A text about the data: `README.md`, `LICENSE.txt` and the like.
        case document
        /// A column that numbers the rows of a table, as pandas writes it.
        case rowNumbers
        /// The data's own lists do not name it.
        case unlisted
    }

    /// What one rule passed over.
    ///
    /// ```swift
    /// for entry in photos.inventory.passedOver { print(entry.rule, entry.count, entry.example) }
    /// ```
    public struct PassedOver: Sendable, Hashable, Codable {
        /// The rule.
        public let rule: Rule
        /// How many entries; what is in a folder is not counted.
        public internal(set) var count: Int
        /// The first of them.
        public let example: String
    }

    /// What cannot be used, in the order in which it was found.
    public private(set) var leftOut: [Finding] = []
    /// What rules pass over, in the order of the rules.
    public private(set) var passedOver: [PassedOver] = []

    /// Nothing.
    public init() {}

    /// Notes an entry that cannot be used.
    ///
    /// - Parameters:
    ///   - path: Its path relative to the data set's root.
    ///   - reason: Why, worded to follow the path: "is not a picture".
    public mutating func leaveOut(_ path: String, reason: String) { leaveOut(path, .unusedFile, reason) }

    /// Notes an entry that a rule passes over.
    public mutating func passOver(_ path: String, by rule: Rule) { passOver(1, such: path, by: rule) }

    mutating func leaveOut(_ path: String, _ kind: Finding.Kind, _ reason: String) {
        leaveOut(what: path, kind, reason, path: path)
    }

    /// Notes something that is no file, such as a column.
    mutating func leaveOut(what: String, _ kind: Finding.Kind, _ reason: String, path: String? = nil) {
        let message = Problem(what, found: reason).description
        leftOut.append(Finding(severity: .leftOut, kind: kind, path: path, message: message))
    }

    mutating func passOver(_ count: Int, such example: String, by rule: Rule) {
        guard count > 0 else { return }
        if let place = passedOver.firstIndex(where: { $0.rule == rule }) {
            passedOver[place].count += count
        } else {
            passedOver.append(PassedOver(rule: rule, count: count, example: example))
            let order = Rule.allCases
            passedOver.sort {
                (order.firstIndex(of: $0.rule) ?? 0) < (order.firstIndex(of: $1.rule) ?? 0)
            }
        }
    }
}

extension Inventory.PassedOver {
    /// "3 hidden files or folders such as .git".
    package var words: String {
        let (one, many) =
            switch rule {
            case .hidden: ("1 hidden file or folder", "hidden files or folders")
            case .system: ("1 file or folder of a system", "files or folders of a system")
            case .ownOutput: ("1 output of Graft", "outputs of Graft")
            case .document: ("1 text about the data", "texts about the data")
            case .rowNumbers: ("1 column of row numbers", "columns of row numbers")
            case .unlisted: ("1 file that no list names", "files that no list names")
            }
        return count == 1 ? "\(one), \(example)" : "\(count.grouped) \(many) such as \(example)"
    }
}

extension [Inventory.PassedOver] {
    /// "passed over: 3 hidden files or folders such as .git; 1 output of Graft, m.graft"; `nil` where nothing is.
    package var sentence: String? {
        isEmpty ? nil : "passed over: \(map(\.words).joined(separator: "; "))"
    }
}

extension Inventory {
    /// In short, a text for each of the two words that there is something to say of: "2 left out: …".
    ///
    /// - Parameter limit: How many entries are named.
    package func summaries(limit: Int = 3) -> [String] {
        var texts: [String] = []
        if !leftOut.isEmpty {
            let named = leftOut.prefix(limit).map { $0.message.withoutFullStop }.joined(separator: "; ")
            let rest = leftOut.count - limit
            texts.append(
                "\(leftOut.count.grouped) left out: \(named)" + (rest > 0 ? "; and \(rest.grouped) more" : "")
            )
        }
        return texts + [passedOver.sentence].compactMap(\.self)
    }
}

extension String {
    /// The sentence as a part of another.
    var withoutFullStop: String { hasSuffix(".") ? String(dropLast()) : self }
}
