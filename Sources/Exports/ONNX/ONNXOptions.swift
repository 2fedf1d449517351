/// How an ONNX file takes its pictures and keeps its weights, and what it says of itself.
package struct ONNXOptions: Sendable, Hashable {
    /// The order of a picture's numbers.
    package enum Layout: String, Sendable, Hashable, CaseIterable {
        /// Batch, height, width, channels: as pictures lie in memory.
        case nhwc = "NHWC"
        /// Batch, channels, height, width: as PyTorch has them.
        case nchw = "NCHW"
    }

    /// The type of a picture's numbers, which are 0 to 255.
    package enum InputType: String, Sendable, Hashable, CaseIterable {
        case uint8, float32
    }

    /// The order of a picture's numbers, and of those of an output that is a feature map.
    package var layout: Layout
    /// The type of a picture's numbers.
    package var inputType: InputType
    /// Whether kernels are stored in 16 bits. Inputs, outputs and all arithmetic stay in 32 bits: a reader
    /// widens the kernels when it loads the file.
    package var isHalf: Bool
    /// More entries for the file's metadata, beside `names` and `imgsz`.
    package var metadata: [String: String]
    /// The program that writes the file.
    package var producerName: String
    /// Its version.
    package var producerVersion: String

    /// Options.
    package init(
        layout: Layout = .nhwc, inputType: InputType = .uint8, isHalf: Bool = false,
        metadata: [String: String] = [:], producerName: String = "graft", producerVersion: String
    ) {
        self.layout = layout
        self.inputType = inputType
        self.isHalf = isHalf
        self.metadata = metadata
        self.producerName = producerName
        self.producerVersion = producerVersion
    }
}
