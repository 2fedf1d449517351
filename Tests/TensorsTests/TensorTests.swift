import GraftTensors
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

    @Test(arguments: DrawnInPython.all)
    func randomNumbersAreThoseThatPythonDraws(expected: DrawnInPython) {
        let generator = CounterGenerator(seed: expected.seed, purpose: expected.purpose)
        var (first, second, third) = (generator, generator, generator)
        #expect((0..<3).map { _ in first.next() } == expected.bits)
        #expect((0..<3).map { _ in second.nextUniform().bitPattern } == expected.uniform)
        #expect((0..<3).map { _ in third.nextNormal().bitPattern } == expected.normal)
    }

    @Test func shuffleKeepsEveryElement() {
        var numbers = Array(0..<100)
        var generator = CounterGenerator(seed: 1)
        generator.shuffle(&numbers)
        #expect(numbers != Array(0..<100))
        #expect(numbers.sorted() == Array(0..<100))
    }
}

/// The first three numbers of each kind, as Conformance/counter_generator.py prints them.
struct DrawnInPython {
    let seed: UInt64
    let purpose: String
    let bits: [UInt64]
    let uniform: [UInt32]
    let normal: [UInt32]

    static let all = [
        DrawnInPython(
            seed: 7, purpose: "stem/kernel",
            bits: [0x3fe3_7216_a752_7568, 0xbaa5_eaa4_1b8b_9fac, 0x6a65_97cc_8a64_30e6],
            uniform: [0x3e7f_8dc8, 0x3f3a_a5ea, 0x3ed4_cb2e],
            normal: [0x3d8b_0048, 0x3e6d_5400, 0xbf75_b887]),
        DrawnInPython(
            seed: 0, purpose: "",
            bits: [0xe587_d3df_f9e9_2ed0, 0x274e_5e9a_4929_b0bb, 0x6a3d_7dab_3257_3d48],
            uniform: [0x3f65_87d3, 0x3e1d_3978, 0x3ed4_7afa],
            normal: [0x3e17_f290, 0xbf1a_6cda, 0x3df0_77e8]),
        DrawnInPython(
            seed: .max, purpose: "größe",
            bits: [0xb2a6_3b64_b8f0_f612, 0xe0b1_3f5a_421e_786e, 0xefe2_1c4f_e5d1_92fe],
            uniform: [0x3f32_a63b, 0x3f60_b13f, 0x3f6f_e21c],
            normal: [0xbf14_13b7, 0xbeba_c83c, 0xbf30_6cfc]),
    ]
}
