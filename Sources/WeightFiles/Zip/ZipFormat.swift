/// Numbers of zip archives (PKWARE's "APPNOTE.TXT", 4.3 to 4.5).
enum ZipFormat {
    /// What stands before an entry's bytes: its signature, and its length without name and extra field.
    static let localHeader = 0x0403_4b50
    static let localHeaderLength = 30
    /// Where the checksum is in it.
    static let checksumOffset = 14

    /// An entry of the directory at the archive's end, without name, extra field and comment.
    static let directoryEntry = 0x0201_4b50
    static let directoryEntryLength = 46

    /// The end of the directory, without its comment, and the longest comment.
    static let directoryEnd = 0x0605_4b50
    static let endLength = 22
    static let commentLimit = 65_535

    /// The end of the directory with fields of 64 bits, and what leads to it.
    static let directoryEnd64 = 0x0606_4b50
    static let end64Length = 56
    static let end64Locator = 0x0706_4b50

    /// The extra field with sizes and offsets of 64 bits.
    static let extra64 = 0x0001
    /// The extra field that moves an entry's bytes to a multiple of a number: "Data Stream Alignment".
    static let extraAlignment = 0xa11e

    /// What a field of 16 or 32 bits holds where another one has the number.
    static let elsewhere16 = 0xffff
    static let elsewhere32 = 0xffff_ffff
}
