/// Resamples pictures: antialiased and separable, like Pillow.
///
/// As in Pillow the intermediate picture is rounded to whole grey levels too, so the order of the passes
/// matters where bicubic overshoots: horizontally first, except where a picture loses many more rows than
/// columns (a rule found by trying Pillow 13; it gave the order of each of 1,419 random resizes). Sums are in
/// `Float` where Pillow has 22-bit fixed point; those too near to a half are done again exactly, so that
/// results are equal.
///
/// Keeps filter tables and memory from one picture to the next. Each worker has its own.
package final class Resampler {
    private var tables: [FilterTable.Key: FilterTable] = [:]
    /// Rows of the source as `Float`s: all that matter where the vertical pass is first, else four.
    let sourceRows = FloatScratch()
    /// The picture between the two passes.
    let intermediate = FloatScratch()

    /// Most tables that are kept. A folder has few sizes of pictures, or so many that keeping them does not
    /// pay.
    private static let tableLimit = 64

    package init() {}

    /// Rows of the result before they are finished.
    let levels = FloatScratch()
    /// The levels of a whole result, where something is done with them before they are finished.
    let result = FloatScratch()
    /// The part of a picture that is turned, and what colour operations need.
    let pixels = FloatScratch()

    /// What is made of which part of a picture.
    struct Request {
        /// The part of the picture that filters see; its edge is where pixels end.
        var visible: PixelArea
        /// What is scaled, from the corner of the visible part on.
        var box: PixelBox
        var width: Int
        var height: Int
        var interpolation: Interpolation
        /// Whether Pillow would do the vertical pass first.
        var isVerticalFirst: Bool
        /// Whether the box is one that no other picture will have, so that its tables are not kept.
        var isUnique = false

        /// Part of a picture, scaled to a size.
        init(_ image: PixelImage, box: PixelBox, width: Int, height: Int, interpolation: Interpolation) {
            self.init(
                PixelArea(image), box: box, width: width, height: height, interpolation: interpolation)
        }

        /// Part of a picture, scaled to a size as if there were nothing around it.
        init(cutting part: PixelArea, width: Int, height: Int, interpolation: Interpolation) {
            self.init(
                part, box: PixelBox(part), width: width, height: height, interpolation: interpolation)
        }

        private init(
            _ visible: PixelArea, box: PixelBox, width: Int, height: Int, interpolation: Interpolation
        ) {
            self.visible = visible
            self.box = box
            self.width = width
            self.height = height
            self.interpolation = interpolation
            isVerticalFirst = Self.isVerticalFirst(visible, width: width, height: height)
        }

        /// Whether Pillow does the vertical pass first when it makes a picture of this size.
        static func isVerticalFirst(_ source: PixelArea, width: Int, height: Int) -> Bool {
            source.height > height && source.height - height > 2 * (source.width - width)
        }
    }

    /// A picture of another size, from `box` of the source, or all of it.
    ///
    /// - Precondition: width and height are positive and the box fits the picture.
    package func resize(
        _ image: PixelImage, box: PixelBox? = nil, width: Int, height: Int, interpolation: Interpolation
    ) -> PixelImage {
        var values = [Float](repeating: 0, count: 3 * width * height)
        let request = Request(
            image, box: box ?? PixelBox(image), width: width, height: height, interpolation: interpolation)
        unsafe values.withUnsafeMutableBufferPointer { target in
            unsafe resample(
                image, request, finish: Finish(levelsOf: .rgb, height: height, width: width), into: target)
        }
        return PixelImage(width: width, height: height, samples: values.map { UInt8($0) })
    }

    /// Resamples a picture and writes the finished values, [height, width, channels], into `target`.
    ///
    /// Where the box reaches out of the picture its outermost pixels continue.
    func resample(
        _ image: PixelImage, _ request: Request, finish: Finish,
        into target: UnsafeMutableBufferPointer<Float>
    ) {
        let (box, width, height) = (request.box, request.width, request.height)
        precondition(width == finish.width && height == finish.height && target.count == finish.elementCount)
        precondition(box.left < box.right && box.top < box.bottom, "\(box) is empty")
        guard let start = target.baseAddress else { return }
        let columns = table(
            .init(
                sourceExtent: request.visible.width, start: box.left, end: box.right, resultExtent: width,
                interpolation: request.interpolation), isUnique: request.isUnique)
        let rows = table(
            .init(
                sourceExtent: request.visible.height, start: box.top, end: box.bottom, resultExtent: height,
                interpolation: request.interpolation), isUnique: request.isUnique)
        if request.isVerticalFirst {
            unsafe verticalFirst(
                image, request.visible, rows: rows, columns: columns, finish: finish, into: start)
        } else {
            unsafe horizontalFirst(
                image, request.visible, rows: rows, columns: columns, finish: finish, into: start)
        }
    }

    private func table(_ key: FilterTable.Key, isUnique: Bool) -> FilterTable {
        if isUnique { return FilterTable(key) }
        if let known = tables[key] { return known }
        if tables.count >= Self.tableLimit { tables.removeAll(keepingCapacity: true) }
        let made = FilterTable(key)
        tables[key] = made
        return made
    }
}
