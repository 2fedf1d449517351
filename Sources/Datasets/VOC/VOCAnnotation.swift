/// What a Pascal VOC annotation says of one picture: its objects.
struct VOCAnnotation {
    /// One thing in the picture.
    struct Object {
        let name: String
        let line: Int
        /// Whether the annotators found it hard to recognise.
        let isDifficult: Bool
        /// Where it is; `nil` where it has no box.
        let box: Box?
    }

    /// A rectangle of pixels, whose edges belong to it.
    struct Box {
        let left: Double
        let top: Double
        let right: Double
        let bottom: Double

        /// The number of its pixels.
        var area: Double { (right - left + 1) * (bottom - top + 1) }
    }

    let objects: [Object]
    /// The picture's extents; `nil` where they are missing or no positive numbers.
    let size: (width: Double, height: Double)?

    /// Reads an annotation.
    ///
    /// - Throws: `XMLReader.Flaw` where it is no XML, is another document, or an object has no name, a box
    ///   that is none or something else than 0 or 1 as difficult.
    init(_ bytes: [UInt8]) throws(XMLReader.Flaw) {
        let root = try XMLReader.read(bytes)
        guard root.name == "annotation" else {
            throw XMLReader.Flaw(
                line: root.line, found: "has <\(root.name)> as its outermost element",
                expected: "<annotation>")
        }
        var objects: [Object] = []
        for element in root.children("object") { objects.append(try Object(element)) }
        self.objects = objects
        let extents = root.children("size").first.map { size in
            ["width", "height"].map { size.children($0).first.flatMap { Double($0.text.trimmed) } ?? 0 }
        }
        size = extents.flatMap { $0.allSatisfy { $0 > 0 && $0.isFinite } ? ($0[0], $0[1]) : nil }
    }

    /// The objects of which less than a third is in the middle square of the picture; none where the picture's size
    /// or their boxes are not known.
    func outsideMiddleSquare(_ objects: [Object]) -> Int {
        guard let size else { return 0 }
        let side = min(size.width, size.height)
        let (left, top) = ((size.width - side) / 2, (size.height - side) / 2)
        return objects.count { object in
            guard let box = object.box else { return false }
            let width = min(box.right + 1, left + side) - max(box.left, left)
            let height = min(box.bottom + 1, top + side) - max(box.top, top)
            return max(width, 0) * max(height, 0) < box.area / 3
        }
    }
}

extension VOCAnnotation.Object {
    fileprivate init(_ element: XMLElement) throws(XMLReader.Flaw) {
        let name = try element.onlyText("name")
        guard let name, !name.isEmpty else {
            throw XMLReader.Flaw(
                line: element.line, found: "has an object without a class", expected: "<name> in <object>")
        }
        let difficult = try element.onlyText("difficult")
        guard [nil, "", "0", "1"].contains(difficult) else {
            throw XMLReader.Flaw(
                line: element.line, found: "has an object whose <difficult> is \(difficult ?? "")",
                expected: "0 or 1")
        }
        self.name = name
        line = element.line
        isDifficult = difficult == "1"
        box = try element.child("bndbox").map { element throws(XMLReader.Flaw) in
            try VOCAnnotation.Box(element)
        }
    }
}

extension VOCAnnotation.Box {
    fileprivate init(_ box: XMLElement) throws(XMLReader.Flaw) {
        var edges: [Double] = []
        for name in ["xmin", "ymin", "xmax", "ymax"] {
            let text = try box.onlyText(name)
            guard let edge = text.flatMap({ Double($0) }), edge.isFinite else {
                throw XMLReader.Flaw(
                    line: box.line, found: "has a box whose <\(name)> is \(text ?? "missing")",
                    expected: "a number")
            }
            edges.append(edge)
        }
        guard edges[2] >= edges[0], edges[3] >= edges[1] else {
            throw XMLReader.Flaw(
                line: box.line, found: "has a box that ends before it starts",
                expected: "<xmax> and <ymax> not below <xmin> and <ymin>")
        }
        (left, top, right, bottom) = (edges[0], edges[1], edges[2], edges[3])
    }
}

extension XMLElement {
    /// The only child of this name; `nil` where there is none.
    fileprivate func child(_ name: String) throws(XMLReader.Flaw) -> XMLElement? {
        let found = children(name)
        guard found.count < 2 else {
            throw XMLReader.Flaw(line: found[1].line, found: "has a second <\(name)> in <\(self.name)>")
        }
        return found.first
    }

    /// The text of the only child of this name, without spaces around it; `nil` where there is none.
    fileprivate func onlyText(_ name: String) throws(XMLReader.Flaw) -> String? {
        try child(name)?.text.trimmed
    }
}
