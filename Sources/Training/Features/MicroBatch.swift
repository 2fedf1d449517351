internal import Synchronization

/// How many pictures go through a network together: few, so that their feature maps stay in the core's cache.
/// What the network gives is the same for all numbers.
///
/// In long work, several numbers are tried on the pictures that are at work anyway, and the fastest one
/// stays.
package final class MicroBatch: Sendable {
    /// The number where none is tried.
    package static let usual = 2
    /// The numbers that are tried.
    package static let candidates = [usual, 1]
    /// How many times as fast as with the usual number the work must be for another one to be taken.
    private static let advantage = 1.02

    /// How often each number is tried, on at least how many pictures: other programs disturb, and the best
    /// trial counts.
    private static let rounds = 3
    private static let trialPictures = 24
    /// The least seconds of work for which trying pays.
    private static let leastSeconds = 20.0

    private struct State {
        var chosen: Int?
        var wasTried = false
        var trial = 0
        var pictures = 0
        var seconds = 0.0
        /// The least seconds a picture of each number's trials.
        var least: [Int: Double] = [:]
    }

    private let expected: Int
    private let state: Mutex<State>

    /// A number that stays.
    package init(_ number: Int = MicroBatch.usual) {
        expected = 0
        state = Mutex(State(chosen: number))
    }

    /// A number that is tried for on these many pictures for each core, where they take long enough.
    package init(triedOn pictures: Int) {
        expected = pictures
        state = Mutex(State())
    }

    /// The number that is at work now.
    package var current: Int { state.withLock { MicroBatch.current($0) } }

    /// Whether ``current`` stays.
    var isChosen: Bool { state.withLock { $0.chosen != nil } }

    /// The number that trials have found; `nil` where there were none, or they are not over.
    package var found: Int? { state.withLock { $0.wasTried ? $0.chosen : nil } }

    private static func current(_ state: State) -> Int {
        state.chosen ?? candidates[state.trial % candidates.count]
    }

    /// Tells what time one core took for pictures with a number.
    func report(_ pictures: Int, with number: Int, seconds: Double) {
        state.withLock { state in
            guard state.chosen == nil, number == MicroBatch.current(state) else { return }
            state.pictures += pictures
            state.seconds += seconds
            guard state.pictures >= MicroBatch.trialPictures else { return }
            let each = state.seconds / Double(state.pictures)
            state.least[number] = min(state.least[number] ?? .infinity, each)
            (state.pictures, state.seconds) = (0, 0)
            state.trial += 1
            if state.trial == 1, each * Double(expected) < MicroBatch.leastSeconds {
                state.chosen = MicroBatch.usual
            } else if state.trial == MicroBatch.rounds * MicroBatch.candidates.count {
                state.chosen = MicroBatch.fastest(state.least)
                state.wasTried = true
            }
        }
    }

    /// The number with the least seconds a picture; the usual one where that is about as fast.
    private static func fastest(_ seconds: [Int: Double]) -> Int {
        let best = candidates.min { (seconds[$0] ?? .infinity) < (seconds[$1] ?? .infinity) } ?? usual
        let (least, known) = (seconds[best] ?? .infinity, seconds[usual] ?? .infinity)
        return least * advantage < known ? best : usual
    }
}
