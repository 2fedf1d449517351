package import GraftNetworks

/// The memory that inference of one picture a core takes, told from the network alone: no plan is made, no
/// weights are read.
///
/// ``parameters`` and ``workspace`` follow how a `Plan` packs parameters and, by the same
/// ``InferenceLayout``, shares memory by lifetime. What they leave out is what oneDNN decides when it makes a
/// primitive: scratchpads, and channels filled up to whole vectors. On a processor with AVX512-BF16 that is
/// at most 3 hundredths of the parameters and 9 hundredths of the workspace of any network of the catalogue.
package struct MemoryEstimate: Sendable, Hashable, Codable {
    /// The bytes of the packed parameters, which all cores share.
    package var parameters: Int
    /// The bytes of the feature maps that are needed at one time, of one picture.
    package var workspace: Int

    /// What the process itself takes: code, libraries, the compiled primitives.
    static let process = 62_000_000

    /// The bytes of a process that computes one picture on each of so many cores, once it has packed the
    /// weights.
    ///
    /// The peak of a run, as `graft models --measure` finds it in a process of its own, differs by a tenth
    /// and 25 MB at most. Reading and packing the weights takes more for a moment, for they are there several
    /// times then.
    package func total(cores: Int) -> Int { MemoryEstimate.process + parameters + cores * workspace }
}

extension Network {
    /// What inference in this precision takes.
    package func memoryEstimate(precision: Precision) -> MemoryEstimate {
        let layout = InferenceLayout(self, outputs: outputs, elementType: precision.elementType)
        return MemoryEstimate(
            parameters: layout.packedByteCount, workspace: layout.workspaceByteCount)
    }
}
