import Tensors
import Testing

@Suite struct TensorTests {
    @Test func copyIsIndependentOnceChanged() {
        let first = Tensor([1, 2, 3], shape: [3])
        var second = first
        unsafe second.withUnsafeMutableBytes { unsafe $0.storeBytes(of: 9, as: Float.self) }
        #expect(first.floats == [1, 2, 3])
        #expect(second.floats == [9, 2, 3])
    }

    @Test(arguments: [
        (UInt16(0x3c00), Float(1)), (0xc000, -2), (0x7bff, 65504), (0x0001, 0x1p-24), (0x8000, -0.0),
        (0x7c00, .infinity), (0x3555, 0.33325195),
    ])
    func halfPrecisionIsWidenedExactly(bits: UInt16, value: Float) {
        let tensor = unsafe withUnsafeBytes(of: bits) {
            unsafe Tensor(bytes: $0, shape: [], elementType: .float16)
        }
        #expect(tensor.floats[0].bitPattern == value.bitPattern)
    }

    @Test func bfloat16RoundsToNearestEven() {
        #expect(BFloat16(1.00390625).floatValue == 1.0)
        #expect(BFloat16(1.01171875).floatValue == 1.015625)
        #expect(BFloat16(.nan).floatValue.isNaN)
        #expect(BFloat16(-.infinity).floatValue == -.infinity)
    }

    @Test func impossibleShapesAreRefused() {
        #expect(Shape(checking: [-1]) == nil)
        #expect(Shape(checking: [.max, 2]) == nil)
        #expect(Shape(checking: [2, 3])?.elementCount == 6)
        #expect(Shape([]).elementCount == 1)
    }

    @Test func randomNumbersAreAlwaysTheSame() {
        // From the same lines in Python (Conformance/counter_generator.py).
        var generator = CounterGenerator(seed: 7, purpose: "stem/kernel")
        let drawn = (0..<3).map { _ in generator.next() }
        var again = CounterGenerator(seed: 7, purpose: "stem/kernel")
        #expect(drawn == (0..<3).map { _ in again.next() })
        var other = CounterGenerator(seed: 8, purpose: "stem/kernel")
        #expect(drawn[0] != other.next())
    }

    @Test func shuffleKeepsEveryElement() {
        var numbers = Array(0..<100)
        var generator = CounterGenerator(seed: 1)
        generator.shuffle(&numbers)
        #expect(numbers != Array(0..<100))
        #expect(numbers.sorted() == Array(0..<100))
    }
}
