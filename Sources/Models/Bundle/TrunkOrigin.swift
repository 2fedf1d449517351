package import GraftExecution
package import GraftFiles

/// Where the frozen part of a model comes from.
package struct TrunkOrigin: Sendable, Hashable {
    /// The name of the architecture, as in "efficientnet_lite0".
    package var architecture: String
    /// What its weights were trained on and by whom, as in "ImageNet".
    package var weightsOrigin: String
    /// The name of the published weight file.
    package var weightsFile: String
    /// The SHA-256 of the published weight file.
    package var weightsDigest: SHA256Digest
    /// The arithmetic in which the features were computed that the head was trained on.
    package var precision: Precision

    /// An origin.
    package init(
        architecture: String, weightsOrigin: String, weightsFile: String, weightsDigest: SHA256Digest,
        precision: Precision
    ) {
        self.architecture = architecture
        self.weightsOrigin = weightsOrigin
        self.weightsFile = weightsFile
        self.weightsDigest = weightsDigest
        self.precision = precision
    }
}

extension TrunkOrigin: Codable {
    private enum CodingKeys: String, CodingKey {
        case architecture, weightsOrigin, weightsFile, weightsDigest, precision
    }

    /// Reads the value that ``encode(to:)`` wrote.
    package init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        let digits = try container.decode(String.self, forKey: .weightsDigest)
        guard let digest = SHA256Digest(hexadecimal: digits) else {
            throw DecodingError.dataCorruptedError(
                forKey: .weightsDigest, in: container, debugDescription: "not 64 hexadecimal digits")
        }
        try self.init(
            architecture: container.decode(String.self, forKey: .architecture),
            weightsOrigin: container.decode(String.self, forKey: .weightsOrigin),
            weightsFile: container.decode(String.self, forKey: .weightsFile), weightsDigest: digest,
            precision: container.decode(Precision.self, forKey: .precision))
    }

    /// Writes the value.
    package func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(architecture, forKey: .architecture)
        try container.encode(weightsOrigin, forKey: .weightsOrigin)
        try container.encode(weightsFile, forKey: .weightsFile)
        try container.encode(weightsDigest.hexadecimal, forKey: .weightsDigest)
        try container.encode(precision, forKey: .precision)
    }
}
