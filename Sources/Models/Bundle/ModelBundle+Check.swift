internal import GraftDatasets
internal import GraftExecution
internal import GraftFiles
internal import GraftImages
internal import GraftNetworks
internal import GraftTensors
internal import GraftTraining

extension ModelBundle {
    /// Checks that the parts fit each other.
    ///
    /// - Throws: ``Flaw`` with the first that does not, a network's own error where its sizes are absurd.
    func check() throws {
        _ = try NetworkDescription(network).network()
        try checkClasses()
        try checkTask()
        try checkInput()
        try checkMetrics()
        try checkParameters()
        try checkGolden()
        try checkQuantization()
        try checkReferences()
    }

    private func checkReferences() throws {
        guard let references else { return }
        let width = try embedding?.width
        guard references.width == width, references.entries.count <= ReferencePictures.limit else {
            throw Flaw(
                .references, "has \(references.entries.count) vectors of \(references.width) numbers",
                expected: width.map { "at most \(ReferencePictures.limit) of \($0)" } ?? "none")
        }
    }

    private func checkClasses() throws(Flaw) {
        guard network.outputShape == [self.classes.count] else {
            throw Flaw(
                .description,
                "has \(self.classes.count) classes for a network whose output has the shape \(network.outputShape)",
                expected: "one class for each output")
        }
        var seen: Set<String> = []
        for name in self.classes {
            guard !name.isEmpty else { throw Flaw(.description, "has a class without a name") }
            guard seen.insert(name).inserted else {
                throw Flaw(.description, "has two classes named \(name)")
            }
        }
    }

    private func checkInput() throws(Flaw) {
        let wanted: Shape = [
            self.preprocessing.height, self.preprocessing.width, self.preprocessing.channels,
        ]
        guard network.inputs.count == 1, let shape = network.inputShape else {
            throw Flaw(.description, "has a network with \(network.inputs.count) inputs", expected: "1")
        }
        guard shape == wanted else {
            throw Flaw(
                .description, "has a preprocessing that makes inputs of shape \(wanted)",
                expected: "\(shape), as the network takes them")
        }
    }

    private func checkTask() throws(Flaw) {
        let isStandardized = (self.task.rules as? any LearningRules)?.isStandardized ?? false
        guard isStandardized == (self.standardization != nil) else {
            throw Flaw(.description, "has a standardisation, or none, against its task \(self.task.name)")
        }
        guard let standardization = self.standardization else { return }
        for numbers in [standardization.mean, standardization.deviation] {
            guard numbers.count == self.classes.count, numbers.allSatisfy(\.isFinite) else {
                throw Flaw(
                    .description,
                    "has a standardisation of \(numbers.count) numbers, or one that is not finite",
                    expected: "one for each of the \(self.classes.count) outputs")
            }
        }
    }

    private func checkMetrics() throws(Flaw) {
        for metrics in [self.validation] + epochs.map(\.validation) {
            // Written so that a NaN is refused, too.
            guard metrics.images >= 0, (0...1).contains(metrics.top1), (0...1).contains(metrics.top5) else {
                throw Flaw(.description, "has metrics with a share outside of 0 to 1, or a negative count")
            }
        }
    }

    private func checkQuantization() throws(Flaw) {
        guard let quantization = self.quantization else {
            guard self.trunk.precision != .int8 else {
                throw Flaw(.description, "says int8 and not on which grids")
            }
            return
        }
        if let flaw = quantization.flaw(in: network) {
            throw Flaw(.description, flaw.found, expected: flaw.expected)
        }
    }

    private func checkParameters() throws(Flaw) {
        let wanted = network.parameters
        for parameter in wanted {
            let expected = "float32 of shape \(parameter.shape)"
            guard let tensor = parameters[parameter.name] else {
                throw Flaw(.weights, "has no \(parameter.name)", expected: expected)
            }
            guard tensor.shape == parameter.shape, tensor.elementType == .float32 else {
                throw Flaw(
                    .weights, "has \(parameter.name) as \(tensor.elementType) of shape \(tensor.shape)",
                    expected: expected)
            }
            if let flaw = tensor.firstNonFinite {
                throw Flaw(
                    .weights, "has \(flaw.value) in \(parameter.name), at number \(flaw.position + 1)",
                    expected: "finite numbers")
            }
        }
        let known = Set(wanted.map(\.name))
        if let extra = parameters.names.first(where: { !known.contains($0) }) {
            throw Flaw(.weights, "has \(extra), which no part of the network takes")
        }
    }

    private func checkGolden() throws(Flaw) {
        let count = golden.count
        guard count > 0 else { throw Flaw(.golden, "has no examples", expected: "at least one") }
        let wanted: [(String, Tensor, Shape)] = [
            (
                "inputs", golden.inputs,
                [count, self.preprocessing.height, self.preprocessing.width, self.preprocessing.channels]
            ),
            ("outputs", golden.outputs, [count, self.classes.count]),
        ]
        for (name, tensor, shape) in wanted where tensor.shape != shape || tensor.elementType != .float32 {
            throw Flaw(
                .golden, "has \(name) as \(tensor.elementType) of shape \(tensor.shape)",
                expected: "float32 of shape \(shape)")
        }
        for (name, tensor, _) in wanted {
            if let flaw = tensor.firstNonFinite {
                throw Flaw(
                    .golden, "has \(flaw.value) in \(name), at number \(flaw.position + 1)",
                    expected: "finite numbers")
            }
        }
    }
}
