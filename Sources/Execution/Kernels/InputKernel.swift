internal import GraftNetworks
internal import GraftOneDNN
internal import GraftTensors

/// Where data enters: f32, channels last.
struct InputKernel: DifferentiableKernel {
    let name: String
    let input: Input

    func planForward(_ builder: inout PlanBuilder) throws {
        let descriptor = try MemoryDescriptor(
            input.shape.logicalDimensions(batch: builder.batch), .float32, .channelsLast)
        _ = builder.addValue(descriptor, named: name)
    }

    func planBackward(_ builder: inout PlanBuilder) throws {}
}
