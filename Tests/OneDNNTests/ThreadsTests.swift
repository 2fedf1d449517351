import GraftOneDNN
import Synchronization
import Testing

@testable import GraftOneDNN

@Suite struct ThreadsTests {
    @Test func everyNumberIsVisitedOnceBeforeAndAfterThreadsGiveWay() {
        func visits() -> [Int] {
            let counts = Mutex([Int](repeating: 0, count: 100))
            Threads.perform(100, threads: 3) { number in counts.withLock { $0[number] += 1 } }
            return counts.withLock { $0 }
        }
        let once = [Int](repeating: 1, count: 100)
        #expect(visits() == once)
        Threads.giveWay()
        Threads.giveWay()
        #expect(visits() == once)
    }

    @Test func threadThatLosesItsCoreAgainAndAgainSharesIt() {
        #expect(!CoreWatch.isShared(switches: 0, seconds: 0.3))
        #expect(!CoreWatch.isShared(switches: 4, seconds: 0.3))
        #expect(CoreWatch.isShared(switches: 30, seconds: 0.3))
        #expect(!CoreWatch.isShared(switches: 30, seconds: 10))
    }
}
