internal import GraftDatasets

/// The answers to many pictures, in their order, as they are asked for: see ``Predictor/answers(for:)``.
///
/// ```swift
/// for try await answer in predictor.answers(for: pictures) { print(answer.name) }
/// ```
public struct PictureAnswers: AsyncSequence {
    /// One picture's answer, or why there is none.
    public typealias Element = PictureAnswer

    private let predictor: Predictor
    private let pictures: any Sequence<Picture>

    init(_ predictor: Predictor, _ pictures: any Sequence<Picture>) {
        self.predictor = predictor
        self.pictures = pictures
    }

    /// Starts from the first picture.
    public func makeAsyncIterator() -> Iterator {
        func start(_ pictures: some Sequence<Picture>) -> Iterator {
            var rest = pictures.makeIterator()
            return Iterator(ahead: predictor.ahead) { [predictor] in
                var group: [Picture] = []
                while group.count < predictor.chunk, let next = rest.next() { group.append(next) }
                guard !group.isEmpty else { return nil }
                return Task { [group] in try await predictor.answers(to: group) }
            }
        }
        return start(pictures)
    }

    /// Hands out one answer after the other.
    ///
    /// ```swift
    /// var iterator = predictor.answers(for: pictures).makeAsyncIterator()
    /// let first = try await iterator.next()
    /// ```
    public struct Iterator: AsyncIteratorProtocol {
        private let work: WorkAhead<[PictureAnswer]>
        private var ready: ArraySlice<PictureAnswer> = []

        init(ahead: Int, _ start: @escaping () -> Task<[PictureAnswer], any Error>?) {
            work = WorkAhead(limit: ahead, start)
        }

        /// The next answer; `nil` after the last one.
        ///
        /// - Throws: `CancellationError` when the task is cancelled, and what stops all answers, as a processor
        ///   that lacks the precision.
        public mutating func next() async throws -> PictureAnswer? {
            while ready.isEmpty {
                guard let group = try await work.next() else { return nil }
                ready = group[...]
            }
            return ready.removeFirst()
        }
    }
}

/// Work that is begun some steps before its results are asked for, which come in order. What was begun and is
/// not asked for any more is cancelled.
final class WorkAhead<Result: Sendable> {
    private let limit: Int
    private let start: () -> Task<Result, any Error>?
    private var running: [Task<Result, any Error>] = []
    private var isAtEnd = false

    /// - Parameters:
    ///   - limit: how many pieces of work are under way at a time.
    ///   - start: begins the next piece of work; `nil` after the last.
    init(limit: Int, _ start: @escaping () -> Task<Result, any Error>?) {
        self.limit = Swift.max(limit, 1)
        self.start = start
    }

    deinit { for task in running { task.cancel() } }

    /// The result of the next piece; `nil` after the last one.
    func next() async throws -> Result? {
        try Task.checkCancellation()
        while !isAtEnd, running.count < limit {
            guard let task = start() else {
                isAtEnd = true
                break
            }
            running.append(task)
        }
        guard !running.isEmpty else { return nil }
        let first = running.removeFirst()
        return try await withTaskCancellationHandler {
            try await first.value
        } onCancel: {
            first.cancel()
        }
    }
}
