import GraftTensors
import Testing

@Suite struct BestFewTests {
    @Test func bestComeFirstAndOfEqualOnesTheFirst() {
        var best = BestFew<String>(3)
        for (name, score) in [("a", 1.0), ("b", 3), ("c", 2), ("d", 3), ("e", 0), ("f", 2)] {
            best.offer(name, score)
        }
        #expect(best.elements == ["b", "d", "c"] && best.found.map(\.score) == [3, 3, 2])
        var few = BestFew<Int>(3)
        few.offer(7, -.infinity)
        #expect(few.elements == [7])
        var none = BestFew<Int>(0)
        none.offer(1, 1)
        #expect(none.elements.isEmpty)
    }
}
