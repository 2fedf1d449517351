import GraftFiles
import GraftNetworks
import GraftTensors
import Testing

@testable import GraftExecution

@Suite struct UpdateStepTests {
    private func workspace() throws -> Workspace {
        var builder = NetworkBuilder("small")
        let x = builder.add("input", .input(Input(shape: [2])))
        _ = builder.add("dense", .dense(Dense(units: 1)), to: x)
        let network = try builder.build()
        let parameters = ParameterStore([
            "dense/kernel": Tensor([1, 2], shape: [1, 2]), "dense/bias": Tensor([3], shape: [1]),
        ])
        return try Workspace(Plan(training: network, parameters, batch: 1))
    }

    /// A step back with the gradient 3 for the kernel's first number, 4 for the second, and 1 for the bias.
    private func findGradients(_ workspace: Workspace) throws {
        try workspace.withFloats(of: "input") { ($0[0], $0[1]) = (3, 4) }
        try workspace.runForward()
        try workspace.withGradient(of: "dense") { $0[0] = 1 }
        try workspace.runBackward()
    }

    private func values(_ workspace: Workspace) throws -> [Float] {
        let store = try workspace.trainedParameters()
        return (store["dense/kernel"]?.floats ?? []) + (store["dense/bias"]?.floats ?? [])
    }

    private let descent = UpdateRule.gradientDescent(momentum: 0, isNesterov: false)

    @Test func gradientsAreScaledAndEachParameterHasItsRate() throws {
        let workspace = try workspace()
        try findGradients(workspace)
        try workspace.update(
            by: UpdateStep(descent, learningRates: [0.5, 2], weightDecays: [0, 0], gradientScale: 0.5))
        let expected: [Float] = [0.25, 1, 2]
        #expect(try values(workspace) == expected)
    }

    @Test func normIsThatOfTheScaledGradientsOfAllParameters() throws {
        let workspace = try workspace()
        try findGradients(workspace)
        // √(3² + 4² + 1²) / 2, brought down to 1.
        let factor = 0.5 / (Float(26).squareRoot() / 2)
        try workspace.update(
            by: UpdateStep(
                descent, learningRates: [1, 1], weightDecays: [0, 0], gradientScale: 0.5, clipping: .norm(1)))
        let found = try values(workspace)
        let wanted: [Float] = [1 - 3 * factor, 2 - 4 * factor, 3 - factor]
        for (value, expected) in zip(found, wanted) {
            #expect(abs(value - expected) < 1e-5)
        }
    }

    @Test func decayIsPartOfTheGradientOrApart() throws {
        for isApart in [false, true] {
            let workspace = try workspace()
            try findGradients(workspace)
            try workspace.update(
                by: UpdateStep(
                    descent, learningRates: [1, 1], weightDecays: [0.5, 0], decayIsApart: isApart,
                    clipping: .value(2)))
            // The gradient is brought down to 2, then the decay is taken.
            let expected: [Float] = [-1.5, -1, 2]
            #expect(try values(workspace) == expected)
        }
    }

    @Test func restoredMomentsAndAverageGoOnToTheSameBits() throws {
        let step = UpdateStep(
            .adaptiveMoments(first: 0.9, second: 0.999, epsilon: 1e-8), learningRates: [0.1, 0.1],
            weightDecays: [0, 0], averaging: 0.9)
        let whole = try workspace()
        #expect(try whole.averagedParameters() == nil)
        for _ in 0..<2 {
            try findGradients(whole)
            try whole.update(by: step)
        }
        let other = try workspace()
        try other.setParameters(whole.trainedParameters())
        try other.restore(whole.optimizerState, average: whole.averageState, averaging: 0.9)
        for workspace in [whole, other] {
            try findGradients(workspace)
            try workspace.update(by: step)
        }
        #expect(whole.optimizerState.step == 3)
        #expect(other.optimizerState == whole.optimizerState)
        #expect(other.averageState == whole.averageState)
        #expect(try values(other) == values(whole))
        let averaged = try #require(try whole.averagedParameters()?["dense/bias"]).floats
        #expect(averaged != (try whole.trainedParameters()["dense/bias"]?.floats))
    }

    @Test func statesOfOtherParametersAreRefused() throws {
        let workspace = try workspace()
        func message(_ moments: [[[Float]]], _ average: [[Float]]? = nil) -> String? {
            #expect(throws: ExecutionError.self) {
                try workspace.restore(
                    OptimizerState(step: 1, moments: moments),
                    average: average.map { ParameterAverage.State(step: 1, values: $0) }, averaging: 0.5)
            }?.problem.description
        }
        #expect(message([[]]) == "the optimizer's state is one of 1 parameters; expected 2.")
        #expect(
            message([[[1]], []]) == "the optimizer's state has 1 numbers for dense/kernel; expected 2.")
        #expect(
            message([[], []], [[1, 2], [3, 4]])
                == "the average's state has 2 numbers for dense/bias; expected 1.")
        #expect(workspace.optimizerState.step == 0)
    }

    @Test func gradientsAreHandedOutToBeSummed() throws {
        let workspace = try workspace()
        try findGradients(workspace)
        try workspace.sumGradients { gradient in
            for place in gradient.indices { gradient[place] *= 2 }
        }
        try workspace.update(by: UpdateStep(descent, learningRates: [1, 1], weightDecays: [0, 0]))
        let expected: [Float] = [-5, -6, 1]
        #expect(try values(workspace) == expected)
    }
}
