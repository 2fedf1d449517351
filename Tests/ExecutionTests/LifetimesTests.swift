import GraftTensors
import Testing

@testable import GraftExecution

@Suite struct LifetimesTests {
    @Test func bytesAreSharedByWhatIsNeverNeededTogether() {
        var lifetimes = Lifetimes()
        let (first, second, third) = (
            lifetimes.addBlock(size: 100), lifetimes.addBlock(size: 200), lifetimes.addBlock(size: 50)
        )
        for (block, times) in [(first, [0, 1]), (second, [1, 2]), (third, [3, 3])] {
            for time in times { lifetimes.use(block, at: time) }
        }
        let (offsets, count) = lifetimes.placed()
        // The largest first, the others on whole multiples of 64 bytes beside it, or in its place after it.
        #expect(offsets == [256, 0, 0])
        #expect(count == 356)
    }

    @Test func unusedBlocksTakeNothing() {
        var lifetimes = Lifetimes()
        _ = lifetimes.addBlock(size: 1000)
        let used = lifetimes.addBlock(size: 0)
        lifetimes.use(used, at: 4)
        #expect(lifetimes.placed().byteCount == 0)
        lifetimes.enlarge(used, to: 8)
        lifetimes.enlarge(used, to: 4)
        #expect(lifetimes.placed().byteCount == 8)
    }

    @Test func blocksThatMeetNeverOverlap() {
        var generator = CounterGenerator(seed: 9)
        for _ in 0..<20 {
            var lifetimes = Lifetimes()
            let blocks = (0..<30).map { _ in
                let (size, start) = (1 + generator.next(below: 500), generator.next(below: 40))
                return (size: size, first: start, last: start + generator.next(below: 8))
            }
            for block in blocks {
                let index = lifetimes.addBlock(size: block.size)
                lifetimes.use(index, at: block.last)
                lifetimes.use(index, at: block.first)
            }
            let (offsets, count) = lifetimes.placed()
            for (place, block) in blocks.enumerated() {
                #expect(offsets[place] % 64 == 0 && offsets[place] + block.size <= count)
                for (other, rival) in blocks.enumerated()
                where other != place && block.first <= rival.last && rival.first <= block.last {
                    let isApart =
                        offsets[place] + block.size <= offsets[other]
                        || offsets[other] + rival.size <= offsets[place]
                    #expect(isApart)
                }
            }
            // Where they are fewest, no more than all that live at one time.
            let most = (0..<50).map { time in
                blocks.filter { $0.first <= time && time <= $0.last }.map(\.size).reduce(0, +)
            }
            #expect((most.max() ?? 0) <= count)
        }
    }
}
