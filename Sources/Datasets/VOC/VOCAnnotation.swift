/// What a Pascal VOC annotation says of one picture: its objects.
struct VOCAnnotation {
    /// One thing in the picture.
    struct Object {
        let name: String
        let line: Int
        /// Whether the annotators found it hard to recognise.
        let isDifficult: Bool
        /// The area of its box in pixels; `nil` where it has none.
        let area: Double?
    }

    let objects: [Object]

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
        area = try element.child("bndbox").map(Self.area)
    }

    /// The area of a box whose edges are numbers of pixels that belong to it.
    private static func area(of box: XMLElement) throws(XMLReader.Flaw) -> Double {
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
        return (edges[2] - edges[0] + 1) * (edges[3] - edges[1] + 1)
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
