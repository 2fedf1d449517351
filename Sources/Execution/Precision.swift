internal import GraftFiles
package import GraftNetworks
internal import GraftOneDNN
package import GraftTensors

/// The arithmetic of a plan.
///
/// ```swift
/// let trunk = try Trunk(.named("mobilenet_v2"), precision: .float32)
/// ```
public enum Precision: String, Sendable, Hashable, Codable, CaseIterable {
    /// 32-bit floating point throughout.
    case float32 = "f32"
    /// Kernels and feature maps in bfloat16, sums in 32 bits.
    case bfloat16 = "bf16"
    /// Convolutions in eight bits where their network was calibrated for it, all else in the precision that
    /// ``automatic`` says. What is trained never is in eight bits.
    case int8

    /// The faster one on this processor: bfloat16 where it multiplies such numbers natively, else 32-bit.
    public static var automatic: Precision { Engine.hasBFloat16 ? .bfloat16 : .float32 }

    /// The arithmetic of what is not in eight bits.
    package var floating: Precision { self == .int8 ? .automatic : self }

    /// Whether this processor can compute in this precision.
    package var isSupported: Bool { (try? requireSupport()) != nil }

    /// Makes sure that this processor can compute in this precision.
    ///
    /// - Throws: ``ExecutionError`` where it cannot.
    package func requireSupport() throws {
        let wanted: (isThere: Bool, processor: String) =
            switch self {
            case .float32: (true, "any")
            case .bfloat16: (Engine.canEmulateBFloat16, "one with AVX-512 or AMX")
            case .int8: (Engine.hasInt8, "one with AVX2, AVX-512 or AMX")
            }
        guard !wanted.isThere else { return }
        throw ExecutionError(
            rawValue, found: "cannot be computed on this processor", expected: wanted.processor,
            remedy: "Use f32, or auto")
    }

    /// The type of kernels and feature maps that are not in eight bits.
    package var elementType: ElementType {
        floating == .bfloat16 ? .bfloat16 : .float32
    }
}

extension Network {
    /// Whether eight bits save time on this processor: without VNNI they do not where many convolutions look at each
    /// channel alone.
    package var isQuickerInEightBits: Bool { Engine.hasVNNI || !hasDepthwise }

    /// Whether it has a convolution that looks at each channel alone.
    var hasDepthwise: Bool {
        nodes.contains { node in
            guard case .convolution(let convolution) = node.operation else { return false }
            return convolution.groups > 1 && convolution.groups == inputShapes(of: node)[0][2]
        }
    }
}
