import Foundation
import GraftCluster
import GraftDatasets
import GraftExecution
import GraftNetworks
import GraftTensors
import Synchronization
import Testing

@testable import GraftTraining

/// Processes that each see a part of every batch take the steps that one process takes with all of it.
@Suite struct ManyProcessesTests {
    let head: HeadFixture

    init() throws {
        head = try HeadFixture(classes: 3, rows: 12, purpose: "processes") { _, draw in draw }
    }

    /// The parameters after steps with these batches.
    private func train(
        _ batches: [[Int]], _ communicator: any Communicator, _ change: @Sendable (inout Stage) -> Void
    ) throws -> ParameterStore {
        var stage = Stage(name: "head", trainable: .head)
        stage.batchSize = 8
        stage.classWeights = .given(["a": 3])
        change(&stage)
        let objective = try Objective(
            .classification, outputs: ["a", "b", "c"], targets: head.targets, stage: stage,
            training: Array(0..<12))
        let plan = try StagePlan(stage, network: head.network, trainedNodes: ["top/dense"])
        var state = try StageState(
            plan, objective, head.parameters, pictures: 12, precision: .float32, seed: 1,
            communicator: communicator, progress: nil)
        for batch in batches {
            try state.train(on: FeatureBlock(matrix: head.features, rows: batch), batch)
        }
        return try state.progress().parameters
    }

    @Test(arguments: [nil, GradientClipping.norm(0.1), .value(0.05)])
    func twoHalfBatchesAreOneWholeBatch(_ clipping: GradientClipping?) throws {
        @Sendable func change(_ stage: inout Stage) {
            stage.optimizer = OptimizerSettings(.sgd)
            stage.optimizer.momentum = 0.5
            stage.clipping = clipping
        }
        // The parts differ in size, and in the weight of their classes.
        let whole = try train([[0, 1, 2, 3, 4, 5, 6, 7], [8, 9, 10, 11, 0, 1]], SingleProcess(), change)
        let meeting = Meeting(size: 2)
        let parts: [[[Int]]] = [[[0, 1, 2], [8, 9, 10, 11]], [[3, 4, 5, 6, 7], [0, 1]]]
        let found = Mutex<[Int: Result<ParameterStore, any Error>]>([:])
        DispatchQueue.concurrentPerform(iterations: 2) { rank in
            let result = Result { try train(parts[rank], meeting.seat(rank), change) }
            found.withLock { $0[rank] = result }
        }
        for rank in 0..<2 {
            let result = try #require(found.withLock { $0[rank] }).get()
            for name in whole.names {
                let one = try #require(result[name]).floats
                let other = try #require(whole[name]).floats
                let start = try #require(head.parameters[name]).floats
                #expect(zip(one, other).allSatisfy { abs($0 - $1) < 1e-6 }, "\(name)")
                #expect(zip(one, start).contains { abs($0 - $1) > 1e-4 }, "\(name)")
            }
        }
        let first = try #require(found.withLock { $0[0] }).get()
        let second = try #require(found.withLock { $0[1] }).get()
        #expect(first.names.allSatisfy { first[$0] == second[$0] })
    }

    @Test func oneProcessIsAlone() throws {
        let alone = SingleProcess()
        #expect(alone.rank == 0 && alone.size == 1)
        var numbers = [1.5, 2]
        alone.sum(&numbers)
        #expect(numbers == [1.5, 2])
    }
}

/// Threads that meet to add up numbers, as processes do.
private final class Meeting: Sendable {
    private struct State {
        var sums: [Double] = []
        var present = 0
        var round = 0
    }

    let size: Int
    private let condition = NSCondition()
    private let state = Mutex(State())
    /// What the last round came to.
    private let result = Mutex<[Double]>([])

    init(size: Int) { self.size = size }

    func seat(_ rank: Int) -> any Communicator { Seat(meeting: self, rank: rank) }

    func sum(_ numbers: [Double]) -> [Double] {
        condition.lock()
        defer { condition.unlock() }
        let (round, isLast) = state.withLock { state in
            if state.present == 0 { state.sums = numbers.map { _ in 0 } }
            for place in numbers.indices { state.sums[place] += numbers[place] }
            state.present += 1
            return (state.round, state.present == size)
        }
        if isLast {
            state.withLock { state in
                result.withLock { $0 = state.sums }
                state.present = 0
                state.round += 1
            }
            condition.broadcast()
        } else {
            while state.withLock({ $0.round == round }) { condition.wait() }
        }
        return result.withLock { $0 }
    }

    private struct Seat: Communicator {
        let meeting: Meeting
        let rank: Int
        var size: Int { meeting.size }

        func sum(_ numbers: inout [Double]) { numbers = meeting.sum(numbers) }

        func sum(_ numbers: inout MutableSpan<Float>) {
            let sums = meeting.sum(numbers.indices.map { Double(numbers[$0]) })
            for place in numbers.indices { numbers[place] = Float(sums[place]) }
        }

        func barrier() { _ = meeting.sum([]) }
    }
}
