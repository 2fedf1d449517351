/// What an export came to.
package struct ExportOutcome: Sendable, Codable {
    /// The file, or the folder.
    package var file: String
    /// Its size.
    package var bytes: Int
    /// What read the file and answered: a library and its version; `nil` where nothing was asked.
    package var reader: String?
    /// How many pictures were compared.
    package var pictures: Int
    /// The greatest difference of an answer; of numbers in their standard deviations.
    package var drift: Double?
    /// What it may be.
    package var tolerance: Double
}
