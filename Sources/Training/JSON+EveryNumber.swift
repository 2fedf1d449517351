#if canImport(FoundationEssentials)
    package import FoundationEssentials
#else
    package import Foundation
#endif

// JSON has no numbers that are not finite, but the loss of a training that diverged is one: it is written as
// a word and read again.

extension JSONEncoder {
    /// An encoder of every number; equal values give equal bytes.
    package static func ofEveryNumber() -> JSONEncoder {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        encoder.nonConformingFloatEncodingStrategy = .convertToString(
            positiveInfinity: NumberWord.infinity, negativeInfinity: NumberWord.negativeInfinity,
            nan: NumberWord.nan)
        return encoder
    }
}

extension JSONDecoder {
    /// A decoder of what the encoder of every number wrote.
    package static func ofEveryNumber() -> JSONDecoder {
        let decoder = JSONDecoder()
        decoder.nonConformingFloatDecodingStrategy = .convertFromString(
            positiveInfinity: NumberWord.infinity, negativeInfinity: NumberWord.negativeInfinity,
            nan: NumberWord.nan)
        return decoder
    }
}

/// What numbers that are not finite are called.
private enum NumberWord {
    static let infinity = "infinity"
    static let negativeInfinity = "-infinity"
    static let nan = "nan"
}
