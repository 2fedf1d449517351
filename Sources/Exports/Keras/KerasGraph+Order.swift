extension KerasGraph {
    /// The layers that the outputs need, in the order of `model.layers`, which Keras computes when it loads a
    /// model (`map_graph` in `keras/src/ops/function.py`): by falling depth, the longest way to an output; at
    /// the same depth as a walk from the outputs back meets them.
    func ordered(outputs: [String]) -> [KerasLayer] {
        let (met, finished) = walk(from: outputs)
        var depths: [String: Int] = [:]
        for name in finished.reversed() {
            let depth = depths[name] ?? 0
            for input in layers[name]?.inputs ?? [] { depths[input] = max(depths[input] ?? 0, depth + 1) }
        }
        return met.enumerated().sorted { first, second in
            let (left, right) = (depths[first.element] ?? 0, depths[second.element] ?? 0)
            return left == right ? first.offset < second.offset : left > right
        }.compactMap { layers[$0.element] }
    }

    /// A walk from the outputs back, inputs of a layer from the first to the last: the layers in the order in
    /// which it meets them, and in that in which it has met all that they need.
    private func walk(from outputs: [String]) -> (met: [String], finished: [String]) {
        var met: [String] = []
        var finished: [String] = []
        var known: Set<String> = []
        for output in outputs {
            var path: [(name: String, next: Int)] = []
            if known.insert(output).inserted {
                met.append(output)
                path.append((output, 0))
            }
            while let (name, next) = path.last {
                let inputs = layers[name]?.inputs ?? []
                guard next < inputs.count else {
                    finished.append(name)
                    path.removeLast()
                    continue
                }
                path[path.count - 1].next += 1
                if known.insert(inputs[next]).inserted {
                    met.append(inputs[next])
                    path.append((inputs[next], 0))
                }
            }
        }
        return (met, finished)
    }
}
