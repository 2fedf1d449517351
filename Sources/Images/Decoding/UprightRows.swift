/// Where the rows of a stored picture go in the upright one: a copy in memory of what is turned is not needed.
///
/// Orientations are those of Exif 2.3, tag 0x0112: where row 0 and column 0 of the stored picture belong.
struct UprightRows {
    let width: Int
    let height: Int
    /// Where the first pixel of the first row goes, and how far one column and one row on go from there.
    private let first: Int
    private let perColumn: Int
    private let perRow: Int

    /// - Parameters:
    ///   - width: The columns of the stored picture, `height` its rows.
    ///   - orientation: 1 to 8; others count as 1.
    init(width: Int, height: Int, orientation: Int) {
        let isTransposed = (5...8).contains(orientation)
        (self.width, self.height) = isTransposed ? (height, width) : (width, height)
        // Mirroring is counted in the upright picture.
        let flipsColumns = [2, 3, 7, 8].contains(orientation)
        let flipsRows = [3, 4, 6, 7].contains(orientation)
        let column = (isTransposed ? self.width : 1) * (flipsColumns ? -1 : 1)
        let row = (isTransposed ? 1 : self.width) * (flipsRows ? -1 : 1)
        first = (flipsColumns ? -column * (width - 1) : 0) + (flipsRows ? -row * (height - 1) : 0)
        perColumn = column
        perRow = row
    }

    /// Whether rows stay as they are.
    var isPlain: Bool { first == 0 && perColumn == 1 }

    /// Puts a stored row of three samples a pixel where it belongs.
    func put(_ row: UnsafePointer<UInt8>, count: Int, index: Int, into target: UnsafeMutablePointer<UInt8>) {
        for column in 0..<count {
            let to = 3 * (first + index * perRow + column * perColumn)
            unsafe target[to] = row[3 * column]
            unsafe target[to + 1] = row[3 * column + 1]
            unsafe target[to + 2] = row[3 * column + 2]
        }
    }
}
