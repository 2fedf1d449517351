internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// Dropout: nothing in inference; in training a mask of zeros and 1 / (1 − rate), drawn anew at each run.
struct DropoutKernel: DifferentiableKernel {
    let node: Node
    let dropout: Dropout

    func planForward(_ builder: inout PlanBuilder) throws {
        guard builder.isTrainingPlan else {
            builder.setValue(try builder.value(of: node.inputs[0]), of: node.name)
            return
        }
        let descriptor = try descriptor(builder)
        let source = try builder.read(node.inputs[0], as: descriptor)
        let mask = builder.addValue(descriptor, named: maskName)
        let destination = builder.addValue(descriptor, named: node.name)
        let rate = dropout.rate
        builder.append(touching: [.value(source), .value(mask), .value(destination)]) { workspace in
            guard workspace.isTraining else {
                workspace.copy(source, to: destination)
                return
            }
            workspace.drawMask(into: mask, rate: rate)
            workspace.multiply(source, by: mask, into: destination)
        }
    }

    func planBackward(_ builder: inout PlanBuilder) throws {
        let mask = try builder.value(of: maskName)
        let gradient = try builder.gradient(of: node.name)
        try builder.contribute(to: node.inputs[0], as: descriptor(builder)) { builder, target in
            builder.append(touching: [.value(gradient), .value(mask), .value(target)]) { workspace in
                // What did not drop anything forward does not drop anything backward.
                guard workspace.isTraining else {
                    workspace.copy(gradient, to: target)
                    return
                }
                workspace.multiply(gradient, by: mask, into: target)
            }
        }
    }

    private func descriptor(_ builder: PlanBuilder) throws -> MemoryDescriptor {
        let present = builder.descriptor(try builder.value(of: node.inputs[0]))
        return try MemoryDescriptor(present.dimensions, .float32, .channelsLast)
    }

    private var maskName: String { "\(node.name)/mask" }
}

extension Workspace {
    /// Zeros with a probability of `rate`, to a 65,536th, and 1 / (1 − rate) elsewhere; each 64 random bits
    /// decide on four elements.
    fileprivate func drawMask(into mask: ValueIndex, rate: Float) {
        let keep = 1 / (1 - rate)
        let threshold = UInt64(rate * 65_536)
        withFloats(in: .value(mask)) { mask in
            var bits: UInt64 = 0
            for index in mask.indices {
                if index % 4 == 0 { bits = generator.next() }
                mask[index] = bits & 0xffff < threshold ? 0 : keep
                bits >>= 16
            }
        }
    }

    fileprivate func copy(_ source: ValueIndex, to destination: ValueIndex) {
        withFloats(in: .value(source)) { source in
            withFloats(in: .value(destination)) { destination in
                for index in destination.indices { destination[index] = source[index] }
            }
        }
    }

    fileprivate func multiply(_ first: ValueIndex, by second: ValueIndex, into product: ValueIndex) {
        withFloats(in: .value(first)) { first in
            withFloats(in: .value(second)) { second in
                withFloats(in: .value(product)) { product in
                    for index in product.indices { product[index] = first[index] * second[index] }
                }
            }
        }
    }
}
