internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// Learned numbers, given anew for each picture of a batch.
struct LearnedTensorKernel: DifferentiableKernel {
    let node: Node
    let tensor: LearnedTensor

    func planForward(_ builder: inout PlanBuilder) throws {
        let (batch, count) = (builder.batch, tensor.shape.elementCount)
        let dimensions = tensor.shape.dimensions
        let slot: Slot
        if builder.isTrainingPlan {
            slot = try builder.parameterSlot(node, .value, dimensions: dimensions)
        } else {
            let wanted = try MemoryDescriptor(dimensions, .float32, .rowMajor)
            slot = try builder.shared(PackedKey(node: node, role: .value), as: wanted) {
                try $0.constant($0.tensor(node, .value), dimensions: dimensions, as: wanted)
            }
        }
        let value = builder.addValue(
            try MemoryDescriptor(tensor.shape.logicalDimensions(batch: batch), .float32, .channelsLast),
            named: node.name)
        builder.append(touching: [slot, .value(value)]) { workspace in
            workspace.withFloats(in: slot) { numbers in
                workspace.withFloats(in: .value(value)) { target in
                    for image in 0..<batch {
                        for place in 0..<count { target[image * count + place] = numbers[place] }
                    }
                }
            }
        }
    }

    func planBackward(_ builder: inout PlanBuilder) throws {
        guard let slot = builder.gradientSlot(node, .value, dimensions: tensor.shape.dimensions) else {
            return
        }
        let gradient = try builder.gradient(of: node.name)
        let (batch, count) = (builder.batch, tensor.shape.elementCount)
        builder.append(touching: [slot, .value(gradient)]) { workspace in
            workspace.withFloats(in: .value(gradient)) { gradient in
                workspace.withFloats(in: slot) { target in
                    for place in 0..<count {
                        target[place] = (0..<batch).reduce(0) { $0 + gradient[$1 * count + place] }
                    }
                }
            }
        }
    }
}
