package import GraftFiles
package import GraftTensors

/// What the features of one collection are, and so which other features may never be taken for them.
///
/// Two runs share features when, and only when, their descriptions have the same text, shape and element
/// type.
package struct FeatureDescription: Sendable, Hashable {
    /// A short name for lists: "efficientnet_lite0 224 px bf16". It is not part of the key.
    package let title: String
    /// Everything the features depend on, one `name: value` a line, for people to read and for ``key``.
    package let text: String
    /// The shape of one picture's features.
    package let shape: Shape
    /// The type of the features' elements.
    package let elementType: ElementType
    /// The digest of text, shape, element type and file format: what the collection is found by.
    package let key: SHA256Digest

    /// A description from the named parts that the features depend on, such as trunk, weights, preprocessing
    /// and precision, always in the same order.
    ///
    /// - Precondition: the shape has at least one element.
    package init(
        title: String, parts: KeyValuePairs<String, String>, shape: Shape, elementType: ElementType
    ) {
        // Later lines of a value are indented, so that no value can look like the next part.
        let lines = parts.map { name, value in
            "\(name): "
                + value.split(separator: "\n", omittingEmptySubsequences: false).joined(separator: "\n    ")
        }
        self.init(title: title, text: lines.joined(separator: "\n"), shape: shape, elementType: elementType)
    }

    /// A description from its finished text.
    ///
    /// - Precondition: the shape has at least one element.
    init(title: String, text: String, shape: Shape, elementType: ElementType) {
        precondition(shape.elementCount > 0, "features of shape \(shape) are empty")
        self.title = title
        self.text = text
        self.shape = shape
        self.elementType = elementType
        key = SHA256Digest(
            of: """
                graft features, format \(FeatureSegmentLayout.version)
                shape: \(shape)
                element type: \(elementType)
                \(text)
                """)
    }

    /// The size of one picture's features in bytes.
    package var recordByteCount: Int { shape.elementCount * elementType.byteCount }
}
