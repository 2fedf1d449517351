internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// What a BatchNorm on stored statistics comes to when it is part of a convolution that is trained.
struct Folding {
    /// gamma / √(variance + epsilon), what the kernel of each filter is multiplied by.
    var scale: Slot
    /// (bias − mean) · scale + beta, what is added.
    var shift: Slot
    /// Whether training changes gamma, beta or the convolution's bias.
    var isTrained: Bool
}

extension ConvolutionKernel {
    /// The factors and biases; computed at each run where training changes them.
    func folding(_ builder: inout PlanBuilder) throws -> Folding? {
        guard let node = fused.normalization, case .batchNormalization(let normalization) = node.operation
        else { return nil }
        if let known = builder.training?.foldings[node.name] { return known }
        let dimensions = [convolution.filters]
        let vector = try MemoryDescriptor(dimensions, .float32, .rowMajor)
        let isTrained =
            builder.isTrained(node, .gamma) || builder.isTrained(node, .beta)
            || builder.isTrained(fused.node, .bias)
        var folding: Folding
        if isTrained {
            folding = Folding(
                scale: .value(builder.addValue(vector)), shift: .value(builder.addValue(vector)),
                isTrained: true)
            try planFolding(&builder, folding, node, normalization)
        } else {
            let affine = try normalization.affine(builder, node)
            folding = Folding(
                scale: try builder.constant(affine.scale, dimensions: dimensions, as: vector),
                shift: try builder.constant(
                    try foldedParameters(builder).bias, dimensions: dimensions, as: vector),
                isTrained: false)
        }
        builder.training?.foldings[node.name] = folding
        return folding
    }

    private func planFolding(
        _ builder: inout PlanBuilder, _ folding: Folding, _ node: Node, _ normalization: BatchNormalization
    ) throws {
        let dimensions = [convolution.filters]
        let gamma =
            normalization.hasScale ? try builder.parameterSlot(node, .gamma, dimensions: dimensions) : nil
        let beta = try builder.parameterSlot(node, .beta, dimensions: dimensions)
        let bias =
            convolution.hasBias ? try builder.parameterSlot(fused.node, .bias, dimensions: dimensions) : nil
        let mean = try builder.numbers(node, .movingMean)
        let factors = try normalization.deviations(builder, node).map { 1 / $0 }
        let read = [gamma, beta, bias].compactMap(\.self)
        builder.append(touching: [folding.scale, folding.shift] + read) { workspace in
            let gammas = workspace.numbers(in: gamma)
            let betas = workspace.numbers(in: beta)
            let biases = workspace.numbers(in: bias)
            workspace.withFloats(in: folding.scale) { scale in
                workspace.withFloats(in: folding.shift) { shift in
                    for filter in factors.indices {
                        let factor = (gammas?[filter] ?? 1) * factors[filter]
                        scale[filter] = factor
                        shift[filter] =
                            (betas?[filter] ?? 0) + ((biases?[filter] ?? 0) - mean[filter]) * factor
                    }
                }
            }
        }
    }

    /// Adds what turns the gradients of the folded kernel W' = scale · W and bias into those of the
    /// parameters: dW = scale · dW', dbias = scale · dbias', dbeta = dbias' and dgamma = (Σ dW' · W + dbias'
    /// · (bias − mean)) / √(variance + epsilon), the sum over the kernel of a filter.
    func planUnfolding(
        _ builder: inout PlanBuilder, _ folding: Folding, kernelGradient: Slot?, biasGradient: Slot?,
        _ plain: MemoryDescriptor
    ) throws {
        guard let node = fused.normalization, case .batchNormalization(let normalization) = node.operation
        else { return }
        let dimensions = [convolution.filters]
        let scalesKernel = builder.isTrained(fused.node, .kernel)
        let ownBias = builder.gradientSlot(fused.node, .bias, dimensions: dimensions)
        let gammaGradient = builder.gradientSlot(node, .gamma, dimensions: dimensions)
        guard scalesKernel || ownBias != nil || gammaGradient != nil else { return }
        let kernel =
            gammaGradient == nil
            ? nil : try builder.parameterSlot(fused.node, .kernel, dimensions: plain.dimensions)
        let bias =
            convolution.hasBias ? try builder.parameterSlot(fused.node, .bias, dimensions: dimensions) : nil
        let mean = try builder.numbers(node, .movingMean)
        let factors = try normalization.deviations(builder, node).map { 1 / $0 }
        let touched =
            [folding.scale]
            + [kernelGradient, biasGradient, ownBias, gammaGradient, kernel, bias].compactMap(\.self)
        builder.append(touching: touched) { workspace in
            guard let scale = workspace.numbers(in: folding.scale) else { return }
            let shiftGradient = workspace.numbers(in: biasGradient)
            var products: [Float] = []
            if let kernelGradient {
                products = workspace.unfold(
                    kernelGradient, of: kernel, by: scalesKernel ? scale : nil, filters: scale.count)
            }
            if let gammaGradient, let shiftGradient {
                let biases = workspace.numbers(in: bias)
                workspace.withFloats(in: gammaGradient) { target in
                    for filter in scale.indices {
                        let offset = (biases?[filter] ?? 0) - mean[filter]
                        target[filter] =
                            (products[filter] + shiftGradient[filter] * offset) * factors[filter]
                    }
                }
            }
            if let ownBias, let shiftGradient {
                workspace.withFloats(in: ownBias) { target in
                    for filter in scale.indices { target[filter] = shiftGradient[filter] * scale[filter] }
                }
            }
        }
    }
}

extension Workspace {
    /// A copy of some few numbers.
    fileprivate func numbers(in slot: Slot?) -> [Float]? {
        guard let slot else { return nil }
        return withFloats(in: slot) { span in span.indices.map { span[$0] } }
    }

    /// Multiplies the part of each filter of a kernel's gradient by a factor.
    ///
    /// - Parameters:
    ///   - filters: their number.
    ///   - factors: those of the filters; nothing is multiplied where they are not given.
    /// - Returns: for each filter, the sum of the products of the gradient's elements before that with the
    ///   kernel's, where that is given.
    fileprivate func unfold(
        _ gradient: Slot, of kernel: Slot?, by factors: [Float]?, filters: Int
    ) -> [Float] {
        var products = [Float](repeating: 0, count: filters)
        withFloats(in: gradient) { gradient in
            let length = gradient.count / filters
            unsafe gradient.withUnsafeMutableBufferPointer { gradient in
                unsafe products.withUnsafeMutableBufferPointer { products in
                    func unfold(_ kernel: UnsafeMutableBufferPointer<Float>?) {
                        nonisolated(unsafe) let (gradient, kernel, products) = unsafe (
                            gradient, kernel, products
                        )
                        ParallelParts.forEachRow(filters, ofLength: length, threads: threads) { filter in
                            let range = filter * length..<(filter + 1) * length
                            let part = unsafe UnsafeMutableBufferPointer(rebasing: gradient[range])
                            if let kernel = unsafe kernel {
                                let part = UnsafeBufferPointer(part)
                                unsafe products[filter] = dotProduct(
                                    part, UnsafeBufferPointer(rebasing: kernel[range]))
                            }
                            if let factor = factors?[filter] {
                                for index in part.indices { unsafe part[index] *= factor }
                            }
                        }
                    }
                    if let kernel {
                        withFloats(in: kernel) { span in
                            unsafe span.withUnsafeMutableBufferPointer { unsafe unfold($0) }
                        }
                    } else {
                        unfold(nil)
                    }
                }
            }
        }
        return products
    }
}

/// Σ a · b in sixteen sums, so that they can be computed side by side.
private func dotProduct(_ a: UnsafeBufferPointer<Float>, _ b: UnsafeBufferPointer<Float>) -> Float {
    var sums = SIMD16<Float>(repeating: 0)
    let whole = a.count / 16 * 16
    if let a = unsafe UnsafeRawPointer(a.baseAddress), let b = unsafe UnsafeRawPointer(b.baseAddress) {
        for offset in stride(from: 0, to: whole * 4, by: 64) {
            unsafe sums +=
                a.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
                * b.loadUnaligned(fromByteOffset: offset, as: SIMD16<Float>.self)
        }
    }
    var sum = sums.sum()
    for index in whole..<a.count { unsafe sum += a[index] * b[index] }
    return sum
}
