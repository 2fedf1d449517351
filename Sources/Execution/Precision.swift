internal import OneDNN
package import Tensors

/// The arithmetic of a plan.
public enum Precision: String, Sendable, Hashable, Codable, CaseIterable {
    /// 32-bit floating point throughout.
    case float32 = "f32"
    /// Kernels and feature maps in bfloat16, sums in 32 bits.
    case bfloat16 = "bf16"

    /// The faster one on this processor: bfloat16 where it multiplies such numbers natively, else 32-bit.
    public static var automatic: Precision { Engine.hasBFloat16 ? .bfloat16 : .float32 }

    /// Makes sure that this processor can compute in this precision.
    ///
    /// - Throws: ``ExecutionError`` where it cannot.
    package func requireSupport() throws {
        guard self == .bfloat16, !Engine.canEmulateBFloat16 else { return }
        throw ExecutionError(
            rawValue, found: "cannot be computed on this processor", expected: "one with AVX-512 or AMX",
            remedy: "Use f32, or auto")
    }

    /// The type of kernels and feature maps.
    package var elementType: ElementType {
        switch self {
        case .float32: .float32
        case .bfloat16: .bfloat16
        }
    }
}
