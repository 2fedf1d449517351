internal import GraftFiles
internal import GraftNetworks
internal import GraftTensors

#if canImport(Glibc)
    internal import Glibc
#else
    internal import Darwin
#endif

/// Operations on feature maps.
extension ONNXTranslation {
    /// A pooling. Its edges are those of the input's size, with what a last, partly filled window needs.
    mutating func add(_ pooling: Pooling, of node: Node, to input: String, _ shape: Shape) throws -> String {
        let edges = pooling.edges(input: shape)
        guard max(edges.bottom, edges.right) < pooling.size else {
            throw ExportError(
                "\(network.name): \(node.name)",
                found: "has a padding of \(max(edges.bottom, edges.right)) behind its input",
                expected: "less than its window of \(pooling.size)x\(pooling.size), as ONNX has it")
        }
        var attributes = [
            ONNXAttribute("kernel_shape", [pooling.size, pooling.size]),
            ONNXAttribute("strides", [pooling.stride, pooling.stride]),
            ONNXAttribute("pads", [edges.top, edges.left, edges.bottom, edges.right]),
        ]
        switch pooling.reduction {
        case .maximum: return graph.add("MaxPool", [input], named: node.name, attributes)
        case .average: attributes.append(ONNXAttribute("count_include_pad", 0))
        case .averageWithPadding: attributes.append(ONNXAttribute("count_include_pad", 1))
        }
        return graph.add("AveragePool", [input], named: node.name, attributes)
    }

    /// Means that give a fixed size. Where that does not divide the input's, windows overlap: then the means
    /// are products with a matrix of the rows' weights and one of the columns'.
    mutating func add(
        _ pooling: AdaptiveAveragePooling, of name: String, to input: String, _ shape: Shape
    ) -> String {
        if shape[0] == pooling.height, shape[1] == pooling.width { return input }
        if shape[0] % pooling.height == 0, shape[1] % pooling.width == 0 {
            let window = [shape[0] / pooling.height, shape[1] / pooling.width]
            let attributes = [ONNXAttribute("kernel_shape", window), ONNXAttribute("strides", window)]
            return graph.add("AveragePool", [input], named: name, attributes)
        }
        let rows = weights(pooling.height, shape[0], isByColumn: false)
        let columns = weights(pooling.width, shape[1], isByColumn: true)
        let left = graph.constant(rows, named: "\(name):left", dimensions: [pooling.height, shape[0]])
        let right = graph.constant(columns, named: "\(name):right", dimensions: [shape[1], pooling.width])
        let pooled = graph.add("MatMul", [left, input], named: "\(name):rows")
        return graph.add("MatMul", [pooled, right], named: name)
    }

    /// The weight of each of `extent` rows in the mean of each of `count` windows: [count, extent], or the
    /// transpose of that.
    private func weights(_ count: Int, _ extent: Int, isByColumn: Bool) -> [Float] {
        var weights = [Float](repeating: 0, count: count * extent)
        for index in 0..<count {
            let window = AdaptiveAveragePooling.window(index, of: count, input: extent)
            for row in window {
                weights[isByColumn ? row * count + index : index * extent + row] = 1 / Float(window.count)
            }
        }
        return weights
    }

    /// A normalisation among channels. ONNX has the same formula and calls k "bias", but OpenVINO computes with
    /// k = 1 whatever it is: (k + s)^beta is written as k^beta · (1 + s / k)^beta.
    mutating func add(
        _ normalization: LocalResponseNormalization, of name: String, to input: String
    ) -> String {
        let (k, beta) = (normalization.k, normalization.beta)
        let isRewritten = k != 1 && k != 0
        let divided = graph.add(
            "LRN", [input], named: isRewritten ? "\(name):divided" : name,
            [
                ONNXAttribute("size", normalization.size),
                ONNXAttribute("alpha", isRewritten ? normalization.alpha / k : normalization.alpha),
                ONNXAttribute("beta", beta), ONNXAttribute("bias", isRewritten ? 1 : k),
            ])
        guard isRewritten else { return divided }
        let factor = graph.constant(Float(pow(Double(k), -Double(beta))), named: "\(name):factor")
        return graph.add("Mul", [divided, factor], named: name)
    }

    /// A value as a vector, a feature map in the order height, width, channels.
    mutating func flatten(_ name: String, _ input: String, _ shape: Shape) -> String {
        if shape.rank == 1 { return input }
        let isOrdered = shape.rank != 3 || shape[0] * shape[1] == 1 || shape[2] == 1
        return graph.add("Flatten", [isOrdered ? input : channelsLast(input)], named: name)
    }

    /// A feature map N x C x H x W as N x H x W x C.
    mutating func channelsLast(_ value: String) -> String {
        graph.add(
            "Transpose", [value], named: "\(value):channelsLast", [ONNXAttribute("perm", [0, 2, 3, 1])])
    }

    /// A value of batch 1 once for each picture; `rank` counts the axes behind the batch.
    mutating func repeated(_ value: String, rank: Int) -> String {
        let batch = graph.add(
            "Shape", [ONNXExport.inputName], named: "\(value):batch",
            [ONNXAttribute("start", 0), ONNXAttribute("end", 1)])
        let ones = graph.integers([Int](repeating: 1, count: rank), named: "\(value):ones")
        let shape = graph.add(
            "Concat", [batch, ones], named: "\(value):shape", [ONNXAttribute("axis", 0)])
        return graph.add("Expand", [value, shape], named: "\(value):repeated")
    }
}
