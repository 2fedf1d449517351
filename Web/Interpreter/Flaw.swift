/// What is wrong with a model or a picture, as the number that the page is told.
enum Flaw: Int32, Error {
    /// It does not begin as such a file does, or has another version.
    case unknownFormat = 1
    /// It ends too early, or is longer than it says.
    case wrongLength
    /// A number in it is not possible.
    case impossibleNumber
    /// The shapes of two parts do not fit.
    case unfitting
    /// It needs more memory than there is.
    case tooLarge
    /// The picture has no pixels, or too many.
    case badPicture
}
