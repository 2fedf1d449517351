internal import GraftImages

/// Kinds of pictures and films that Graft knows by the endings of their names and does not read.
///
/// A camera's RAW file is a TIFF inside, whose first picture is a preview of some few pixels: what can be
/// decoded of it is not the photo.
enum UnreadKind {
    private static let films: Set<String> = [
        "avi", "m4v", "mkv", "mov", "mp4", "mpeg", "mpg", "mts", "webm", "wmv", "3gp",
    ]
    private static let drawings: Set<String> = ["ai", "eps", "pdf", "psd", "svg", "xcf"]

    /// Why a file with this ending is not used, worded to follow its name; `nil` where its ending does not
    /// say so.
    static func reason(ending: String) -> String? {
        let name = ending.uppercased()
        if ForeignFormat.rawEndings.contains(ending) {
            return "is a camera's RAW file (\(name)), which is not read"
        }
        if films.contains(ending) { return "is a film (\(name)), which is not read" }
        if drawings.contains(ending) { return "is of a kind that is not read (\(name))" }
        return nil
    }
}
