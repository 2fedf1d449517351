internal import GraftFiles
internal import GraftTensors

#if canImport(FoundationEssentials)
    internal import FoundationEssentials
#else
    internal import Foundation
#endif

/// One collection's folder: its files and what they may be called.
///
/// | name | what |
/// |---|---|
/// | `collection.json` | what the features are; its lock is held while segments are merged |
/// | `used` | empty; its time of change is when the collection was last used |
/// | `<16 digits>.segment` | records, never changed |
/// | `<16 digits>.writing` | empty, locked by the process that writes the segment of that name |
/// | `.….partial` | a file being written |
struct FeatureFolder: Sendable {
    static let descriptionName = "collection.json"
    static let usedName = "used"
    static let segmentSuffix = ".segment"
    static let writingSuffix = ".writing"
    static let partialSuffix = ".partial"

    let folder: CacheFolder

    /// The folder at `path`.
    init(_ path: String) { folder = CacheFolder(path: path) }

    /// What `collection.json` holds.
    struct Card: Codable, Hashable {
        var format: UInt32
        var key: String
        var title: String
        var description: String
        var shape: Shape
        var elementType: ElementType

        init(_ description: FeatureDescription) {
            format = FeatureSegmentLayout.version
            key = description.key.hexadecimal
            title = description.title
            self.description = description.text
            shape = description.shape
            elementType = description.elementType
        }
    }

    /// The description in `collection.json`; `nil` where it is missing or not what its key says.
    var description: FeatureDescription? {
        guard let data = folder.contents(of: Self.descriptionName),
            let card = try? JSONDecoder().decode(Card.self, from: data),
            let byteCount = card.shape.elementCount.multiplied(checked: card.elementType.byteCount),
            FeatureSegmentLayout.recordByteCounts.contains(byteCount)
        else { return nil }
        let description = FeatureDescription(
            title: card.title, text: card.description, shape: card.shape, elementType: card.elementType)
        return Card(description) == card ? description : nil
    }

    /// Makes the folder and its `collection.json` where they are not there.
    func prepare(for description: FeatureDescription) throws(FileError) {
        if !folder.exists { try folder.make() }
        guard self.description?.key != description.key else { return }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        let path = folder.path(of: Self.descriptionName)
        guard let data = try? encoder.encode(Card(description)) else {
            throw FileError(.other, Problem(path, found: "cannot be encoded"))
        }
        try FileReplacement.write(String(decoding: data, as: UTF8.self) + "\n", to: path)
    }

    /// When the collection was last used.
    var lastUsed: Date {
        folder.lastChange(of: Self.usedName) ?? folder.lastChange(of: Self.descriptionName) ?? .distantPast
    }

    /// The size of all files of ours in bytes.
    var byteCount: Int {
        folder.names.filter(Self.isOurs).reduce(0) { $0 + folder.byteCount(of: $1) }
    }

    /// Removes all files of ours, and the folder where nothing else is in it; the bytes that were freed.
    ///
    /// A process that has the segments mapped keeps them; one that writes makes the folder again.
    func clear() -> Int {
        var freed = 0
        for name in folder.names where Self.isOurs(name) {
            let byteCount = folder.byteCount(of: name)
            if folder.remove(name) { freed += byteCount }
        }
        folder.removeIfEmpty()
        return freed
    }

    /// Removes what dead processes left half-written, and nothing of living ones.
    func removeLeftovers() {
        let names = folder.names
        for name in names where name.hasSuffix(Self.writingSuffix) {
            // Held while it is removed: whoever gets the lock of a removed file writes unprotected, which
            // costs a second attempt at worst.
            guard let lock = FileLock(ifFree: folder.path(of: name)) else { continue }
            folder.remove(name)
            withExtendedLifetime(lock) {}
        }
        for name in names where name.hasPrefix(".") && name.hasSuffix(Self.partialSuffix) {
            if let stem = Self.segmentStem(ofPartial: name) {
                if !folder.names.contains(stem + Self.writingSuffix) { folder.remove(name) }
            } else if name.hasPrefix("." + Self.descriptionName + "."),
                let change = folder.lastChange(of: name), change.timeIntervalSinceNow < -3600
            {
                // Written within milliseconds; an hour later nobody is at it.
                folder.remove(name)
            }
        }
    }

    /// A new segment's name without its suffix: 16 random digits.
    static func randomStem() -> String {
        let digits = String(UInt64.random(in: 0 ... .max), radix: 16)
        return String(repeating: "0", count: 16 - digits.count) + digits
    }

    /// Whether a file of this name is a segment by its name.
    static func isSegment(_ name: String) -> Bool {
        name.hasSuffix(segmentSuffix) && isStem(name.dropLast(segmentSuffix.count))
    }

    private static func isOurs(_ name: String) -> Bool {
        name == descriptionName || name == usedName || isSegment(name)
            || (name.hasSuffix(writingSuffix) && isStem(name.dropLast(writingSuffix.count)))
            || (name.hasSuffix(partialSuffix)
                && (segmentStem(ofPartial: name) != nil || name.hasPrefix("." + descriptionName + ".")))
    }

    /// The 16 digits in `.<16 digits>.segment.<process>-<random>.partial`.
    private static func segmentStem(ofPartial name: String) -> String? {
        let stem = name.dropFirst().prefix(16)
        guard isStem(stem), name.dropFirst(17).hasPrefix(segmentSuffix + ".") else { return nil }
        return String(stem)
    }

    private static func isStem(_ text: Substring) -> Bool {
        text.utf8.count == 16 && text.utf8.allSatisfy { (48...57).contains($0) || (97...102).contains($0) }
    }
}
