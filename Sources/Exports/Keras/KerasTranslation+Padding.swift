internal import GraftFiles
internal import GraftNetworks
internal import GraftTensors

/// Rows and columns around feature maps.
extension KerasTranslation {
    /// Zeros around what a window runs over: by the window's own mode of padding where Keras has it, else by
    /// a layer of their own.
    ///
    /// - Returns: what the window runs over, and its mode of padding.
    mutating func pad(
        _ edges: Padding.Edges, of node: Node, to input: String, kernelHeight: Int, kernelWidth: Int,
        stride: Int
    ) -> (input: String, mode: String) {
        if let mode = mode(
            edges, of: graph.shape(of: input), kernelHeight: kernelHeight, kernelWidth: kernelWidth,
            stride: stride)
        {
            return (input, mode)
        }
        return (addZeros(edges, like: name(of: node), to: input), "valid")
    }

    /// Keras's word for edges: "valid" where there are none, "same" where they are TensorFlow's.
    func mode(
        _ edges: Padding.Edges, of shape: Shape, kernelHeight: Int, kernelWidth: Int, stride: Int
    ) -> String? {
        func edgesAre(_ padding: Padding) -> Bool {
            edges
                == padding.edges(
                    height: shape[0], width: shape[1], kernelHeight: kernelHeight, kernelWidth: kernelWidth,
                    stride: stride)
        }
        if edgesAre(.valid) { return "valid" }
        return edgesAre(.same) ? "same" : nil
    }

    /// Adds zeros around a feature map.
    mutating func addZeros(_ edges: Padding.Edges, like name: String, to input: String) -> String {
        graph.addHelper(
            .zeroPadding, like: "\(name)_pad", to: [input],
            [
                "padding": .array([
                    .integers([edges.top, edges.bottom]), .integers([edges.left, edges.right]),
                ]), "data_format": .text("channels_last"),
            ], shape: padded(graph.shape(of: input), edges))
    }

    /// Adds copies of the first and last rows and columns around a feature map. A window that reaches over an
    /// edge has the copied number inside, too: its maximum is that without padding.
    mutating func addCopies(_ edges: Padding.Edges, like name: String, to input: String) -> String {
        let rows = extend(input, before: edges.top, after: edges.bottom, axis: 0, like: name)
        return extend(rows, before: edges.left, after: edges.right, axis: 1, like: name)
    }

    /// Adds copies of the first and last row, axis 0, or column, axis 1.
    private mutating func extend(
        _ input: String, before: Int, after: Int, axis: Int, like name: String
    ) -> String {
        guard before > 0 || after > 0 else { return input }
        let shape = graph.shape(of: input)
        func copies(_ count: Int, first: Int, last: Int) -> [String] {
            guard count > 0 else { return [] }
            let (cut, none) = (JSONValue.integers([first, last]), JSONValue.integers([0, 0]))
            let edge = graph.addHelper(
                .cropping, like: "\(name)_edge", to: [input],
                [
                    "cropping": .array(axis == 0 ? [cut, none] : [none, cut]),
                    "data_format": .text("channels_last"),
                ], shape: axis == 0 ? [1, shape[1], shape[2]] : [shape[0], 1, shape[2]])
            return [String](repeating: edge, count: count)
        }
        let rest = shape[axis] - 1
        let parts = copies(before, first: 0, last: rest) + [input] + copies(after, first: rest, last: 0)
        var extents = shape.dimensions
        extents[axis] += before + after
        return graph.addHelper(
            .concatenate, like: "\(name)_pad", to: parts, ["axis": .integer(axis + 1)], shape: Shape(extents))
    }

    private func padded(_ shape: Shape, _ edges: Padding.Edges) -> Shape {
        [shape[0] + edges.top + edges.bottom, shape[1] + edges.left + edges.right, shape[2]]
    }
}
