import GraftTensors
import Testing

@Suite struct DotProductTests {
    @Test func everyLengthAndStartGivesTheSum() {
        var generator = CounterGenerator(seed: 4)
        let numbers = (0..<200).map { _ in generator.nextNormal() }
        for count in [0, 1, 15, 16, 17, 33, 64, 100] {
            for start in [0, 1, 7, 100] {
                let left = (0..<count).map { _ in generator.nextNormal() }
                let sum = left.indices.reduce(0.0) { $0 + Double(left[$1]) * Double(numbers[start + $1]) }
                #expect(abs(Double(DotProduct.of(left, numbers, from: start)) - sum) < 1e-4)
            }
        }
    }
}
