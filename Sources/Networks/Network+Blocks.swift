extension Network {
    /// The names of the nodes of each block, in order. Every node is in one block.
    ///
    /// A block is what its source names as one: "block5" of VGG, "conv5_block3" or "layer4/2" of ResNet,
    /// "block_16" of MobileNetV2, "blocks/15" of EfficientNet; or, where names say nothing, a place where
    /// branches part and come together again, as in Keras' Inception v3. A convolution that stands alone
    /// belongs to the block before it, as MobileNetV2's last one does; those before the first block are a
    /// block together.
    package var blocks: [[String]] {
        var blocks: [[String]] = []
        for piece in pieces {
            if blocks.isEmpty || piece.isBlock {
                blocks.append(piece.nodes)
            } else {
                blocks[blocks.count - 1] += piece.nodes
            }
        }
        return blocks
    }

    /// Nodes in a row that bear the name of one block, or lie between two places where one output alone
    /// crosses.
    private struct Piece {
        var label: BlockLabel
        var nodes: [String] = []
        var convolutions = 0

        var isBlock: Bool { label.isBlock || convolutions > 1 }
    }

    private var pieces: [Piece] {
        let points = Set(cutPoints)
        var pieces: [Piece] = []
        for (position, node) in nodes.enumerated() {
            let isConvolution = node.operation.isConvolution
            let isAlone = position < 2 || points.contains(node.name)
            let next = position + 1 < nodes.count ? nodes[position + 1].name : nil
            let branches = isAlone && position > 0 && next.map { !points.contains($0) } == true
            if isAlone, isConvolution || branches || pieces.isEmpty {
                let label = BlockLabel(node.name)
                if position == 1 {
                    // The input belongs to what takes it.
                    pieces[0].label = label
                } else if pieces.last?.label != label {
                    pieces.append(Piece(label: label))
                }
            }
            pieces[pieces.count - 1].nodes.append(node.name)
            if isConvolution { pieces[pieces.count - 1].convolutions += 1 }
        }
        return pieces
    }
}

/// What a node's name tells about the block that it belongs to.
private struct BlockLabel: Hashable {
    /// The part of the name that all nodes of the block share.
    var text: String
    /// Whether it says so with the word "block".
    var isBlock = false

    init(_ name: String) {
        let path = name.split(separator: "/")
        let first = path.first ?? ""
        guard path.count < 2 || !path[1].allSatisfy(\.isNumber) else {
            // A module of modules that are counted: "layer4/2/conv1".
            text = "\(first)/\(path[1])"
            return
        }
        let words = first.split(separator: "_")
        text = String(first)
        if first.hasPrefix("expanded_conv") {
            // The first of MobileNetV2's blocks in Keras.
            (text, isBlock) = ("expanded_conv", true)
        } else if let place = words.firstIndex(where: { $0.hasPrefix("block") }) {
            let end = words[place] == "block" ? place + 2 : place + 1
            (text, isBlock) = (words.prefix(end).joined(separator: "_"), true)
        } else if let place = words.firstIndex(where: { $0 == "dw" || $0 == "pw" }) {
            // A depthwise convolution and the 1x1 convolution after it: "conv_dw_13", "conv_pw_13".
            (text, isBlock) = (words.dropFirst(place + 1).prefix(1).joined(), true)
        }
    }
}
