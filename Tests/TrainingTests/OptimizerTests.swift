import GraftFiles
import GraftTensors
import Testing

@testable import GraftExecution
@testable import GraftTraining

/// The update rules against PyTorch's and Keras' (Conformance/optimizers.py).
@Suite struct OptimizerTests {
    struct Fixture: Decodable {
        var seed: UInt64
        var count: Int
        var updateRules: [Case]
    }

    struct Case: Decodable, CustomTestStringConvertible {
        struct Step: Decodable { var values: [Float] }
        var source: String
        var rule: OptimizerSettings.Rule
        var rates: [Float]
        var momentum: Float?
        var nesterov: Bool?
        var decay: Float?
        var epsilon: Float?
        var weightDecay: Float?
        var steps: [Step]

        var settings: OptimizerSettings {
            var settings = OptimizerSettings(rule)
            settings.momentum = momentum ?? 0
            settings.isNesterov = nesterov ?? false
            settings.decay = decay ?? 0.9
            settings.epsilon = epsilon
            settings.weightDecay = weightDecay ?? 0
            return settings
        }
        var testDescription: String {
            "\(source) \(rule) \(momentum ?? 0) \(nesterov ?? false) \(epsilon ?? 0) \(weightDecay ?? 0) \(Set(rates).count) rates"
        }
        /// Whether the source's formula is another one with these numbers.
        var differs: Bool {
            let changes = Set(rates).count > 1
            return switch (source, rule) {
            case ("keras", .sgd): momentum != nil && changes
            case ("torch", .rmsprop): momentum != nil && changes
            case ("keras", .adam), ("keras", .adamw): true
            default: false
            }
        }
    }

    static let cases = (try? TrainingFixture.load("optimizers", as: Fixture.self).updateRules) ?? []

    let fixture: Fixture

    init() throws { fixture = try TrainingFixture.load("optimizers") }

    @Test(arguments: cases) func twelveStepsAreTheSource(of example: Case) {
        let found = run(example.settings, example.rates)
        let errors = zip(found, example.steps).map { distance($0, $1.values) }
        #expect(found.count == 12 && errors.count == 12)
        if example.differs {
            #expect((errors.max() ?? 0) > 1e-4)
        } else {
            #expect((errors.max() ?? 1) < 2e-6, "\(errors)")
        }
    }

    @Test func everyRuleOfBothSourcesIsThere() {
        #expect(Set(Self.cases.map { "\($0.source) \($0.rule)" }).count == 8)
    }

    @Test(arguments: cases.filter { $0.source == "keras" && $0.differs && $0.rule != .sgd })
    func epsilonIsAllThatKerasAdamHasElsewhere(_ example: Case) throws {
        var parameter = numbers("parameter")
        var state: OptimizerState?
        for (step, rate) in example.rates.enumerated() {
            // Keras' epsilon, as it is in PyTorch's formula at this step.
            var settings = example.settings
            var power: Float = 1
            for _ in 0...step { power *= 0.999 }
            settings.epsilon = (example.epsilon ?? 1e-7) / (1 - power).squareRoot()
            var optimizer = OptimizerMemory(parameters: 1)
            if let state { optimizer.state = state }
            take(step, &parameter, &optimizer, settings, rate)
            state = optimizer.state
            #expect(distance(parameter, example.steps[step].values) < 1e-5)
        }
    }

    @Test(arguments: cases.filter { $0.source == "keras" && $0.differs && $0.rule == .sgd })
    func kerasMomentumIsPyTorchsTimesTheRate(_ example: Case) throws {
        var parameter = numbers("parameter")
        var optimizer = OptimizerMemory(parameters: 1)
        for (step, rate) in example.rates.enumerated() {
            var state = optimizer.state
            if step > 0 {
                // The velocity that gives the same product with the new rate.
                let ratio = example.rates[step - 1] / rate
                state.moments = state.moments.map { $0.map { $0.map { $0 * ratio } } }
                optimizer.state = state
            }
            take(step, &parameter, &optimizer, example.settings, rate)
            #expect(distance(parameter, example.steps[step].values) < 1e-5)
        }
    }

    @Test func usualEpsilonIsTheSources() {
        #expect(OptimizerSettings(.rmsprop).usedEpsilon == 1e-7)
        #expect(OptimizerSettings(.adam).usedEpsilon == 1e-8)
        #expect(OptimizerSettings(.adamw).usedEpsilon == 1e-8)
    }

    @Test(arguments: OptimizerSettings.Rule.allCases)
    func weightDecayIsOfMarkedParametersOnly(_ rule: OptimizerSettings.Rule) {
        var decaying = OptimizerSettings(rule)
        decaying.weightDecay = 0.1
        let spared = run(decaying, [0.05, 0.05], decays: false)
        #expect(spared == run(OptimizerSettings(rule), [0.05, 0.05]))
        #expect(spared != run(decaying, [0.05, 0.05]))
    }

    @Test(arguments: OptimizerSettings.Rule.allCases)
    func threadsAndARestoredStateChangeNoBit(_ rule: OptimizerSettings.Rule) throws {
        var settings = OptimizerSettings(rule)
        if rule == .sgd || rule == .rmsprop { settings.momentum = 0.9 }
        settings.weightDecay = 0.01
        let count = 100_003
        var generator = CounterGenerator(seed: 4)
        let start = (0..<count).map { _ in generator.nextUniform() }
        func run(threads: Int, restoring: Bool) throws -> [Float] {
            var parameter = start
            var optimizer = OptimizerMemory(parameters: 1, threads: threads)
            let update = settings.step(learningRates: [0.01], decays: [true])
            for step in 0..<4 {
                if step == 2, restoring {
                    let state = optimizer.state
                    optimizer = OptimizerMemory(parameters: 1, threads: threads)
                    optimizer.state = state
                }
                let gradient = parameter.indices.map { parameter[$0] * 0.3 - Float($0 % 7) * 0.1 }
                optimizer.begin(update)
                var span = parameter.mutableSpan
                optimizer.update(0, &span, gradient.span, by: update, scale: 1)
            }
            return parameter
        }
        let alone = try run(threads: 1, restoring: false)
        #expect(alone != start)
        #expect(try run(threads: 5, restoring: false) == alone)
        #expect(try run(threads: 2, restoring: true) == alone)
    }

    @Test func gradientIsScaledThenLimited() {
        var parameter: [Float] = [0, 0, 0, 0]
        var optimizer = OptimizerMemory(parameters: 1)
        var update = OptimizerSettings(.sgd).step(learningRates: [1], decays: [false])
        update.clipping = .value(2)
        optimizer.begin(update)
        var span = parameter.mutableSpan
        let gradient: [Float] = [1, 8, -8, .nan]
        optimizer.update(0, &span, gradient.span, by: update, scale: 0.5)
        #expect(parameter[..<3] == [-0.5, -2, 2])
        #expect(parameter[3].isNaN)
    }

    @Test func stateOfAnotherRuleIsRefused() throws {
        let other = #expect(throws: TrainingError.self) {
            try OptimizerSettings(.adam).check(OptimizerState(step: 1, moments: [[[1]], []]))
        }
        #expect(
            other?.description
                == "the optimizer's state has 1 vectors for parameter 0; expected 2 of one length, as adam keeps them."
        )
    }

    // MARK: The fixture's problem

    private func run(_ settings: OptimizerSettings, _ rates: [Float], decays: Bool = true) -> [[Float]] {
        var parameter = numbers("parameter")
        var optimizer = OptimizerMemory(parameters: 1)
        return rates.enumerated().map { step, rate in
            take(step, &parameter, &optimizer, settings, rate, decays: decays)
            return parameter
        }
    }

    private func take(
        _ step: Int, _ parameter: inout [Float], _ optimizer: inout OptimizerMemory,
        _ settings: OptimizerSettings, _ rate: Float, decays: Bool = true
    ) {
        let (curvature, slope) = (numbers("curvature"), numbers("slope/\(step)"))
        let gradient = parameter.indices.map { abs(curvature[$0]) * parameter[$0] + slope[$0] }
        let update = settings.step(learningRates: [rate], decays: [decays])
        optimizer.begin(update)
        var span = parameter.mutableSpan
        optimizer.update(0, &span, gradient.span, by: update, scale: 1)
    }

    private func numbers(_ purpose: String) -> [Float] {
        var generator = CounterGenerator(seed: fixture.seed, purpose: "optimizers/\(purpose)")
        return (0..<fixture.count).map { _ in generator.nextNormal() }
    }

    private func distance(_ one: [Float], _ other: [Float]) -> Float {
        zip(one, other).map { abs($0 - $1) }.max() ?? .infinity
    }
}
