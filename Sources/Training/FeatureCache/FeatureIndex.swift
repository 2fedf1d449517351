/// Where the records of all segments are, by the first 64 bits of their digest.
///
/// A hash table with linear probing. It holds no digests: a match of the 64 bits is a candidate, to be
/// compared in the mapped segment. Records with the same digest all stay in it, since the first may turn out
/// to be damaged.
struct FeatureIndex: Sendable {
    /// A record of a segment.
    struct Location: Sendable, Hashable {
        var segment: UInt32
        var record: UInt32
    }

    private struct Slot {
        var word: UInt64
        var location: Location
    }

    private static let empty = Slot(word: 0, location: Location(segment: .max, record: .max))

    private var slots: [Slot] = Array(repeating: empty, count: 64)
    private var count = 0

    /// Adds all records of the segment that has this number.
    mutating func insert(_ segment: FeatureSegment, number: Int) {
        reserve(count + segment.recordCount)
        for record in 0..<segment.recordCount {
            let location = Location(segment: UInt32(number), record: UInt32(record))
            insert(Slot(word: segment.digest(of: record).first, location: location))
        }
        count += segment.recordCount
    }

    /// Hands each record whose digest starts with these 64 bits to `isWanted`, and returns the first wanted
    /// one.
    func first(_ word: UInt64, where isWanted: (Location) -> Bool) -> Location? {
        var position = start(of: word)
        while slots[position].location != Self.empty.location {
            if slots[position].word == word, isWanted(slots[position].location) {
                return slots[position].location
            }
            position = (position + 1) & (slots.count - 1)
        }
        return nil
    }

    private mutating func insert(_ slot: Slot) {
        var position = start(of: slot.word)
        while slots[position].location != Self.empty.location {
            position = (position + 1) & (slots.count - 1)
        }
        slots[position] = slot
    }

    /// Makes room for `capacity` records with at least half of the slots left empty.
    private mutating func reserve(_ capacity: Int) {
        guard capacity * 2 > slots.count else { return }
        var size = slots.count
        while size < capacity * 2 { size *= 2 }
        let old = slots
        slots = Array(repeating: Self.empty, count: size)
        for slot in old where slot.location != Self.empty.location { insert(slot) }
    }

    /// The bits of a SHA-256 are as good as random, but keys made by hand may not be.
    private func start(of word: UInt64) -> Int {
        Int(truncatingIfNeeded: (word &* 0x9e37_79b9_7f4a_7c15) >> 32) & (slots.count - 1)
    }
}
