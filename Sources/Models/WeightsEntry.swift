package import GraftArchitectures
package import GraftFiles

/// What is known of published weights, and whether they are at hand.
package struct WeightsEntry: Sendable, Hashable, Encodable {
    /// What they are called in the catalogue, as in "resnet50.torchvision".
    package var name: String
    /// Who published them.
    package var publisher: String
    /// What they were trained on, as in "ImageNet".
    package var origin: String
    /// The name of the published file.
    package var file: String
    /// The size of the published file in bytes; `nil` where it is not known.
    package var fileSize: Int?
    /// The SPDX name of their licence.
    package var licence: String
    /// The share of ImageNet's validation images whose class the publisher's network names first; `nil` where
    /// none was published.
    package var publishedTop1: Double?
    /// The share of those whose class is among the first five.
    package var publishedTop5: Double?
    /// Whether the file is on this machine; its content is checked when it is loaded.
    package var isAtHand: Bool
    /// Whether the file has an address that it can be fetched from.
    package var hasAddress: Bool
    /// Where the file is, or belongs.
    package var path: String

    /// What is known of these weights.
    package init(_ weights: PretrainedWeights, home: GraftHome = .current) {
        name = weights.name
        publisher = weights.publisher
        origin = weights.origin
        file = weights.fileName
        fileSize = weights.fileSize
        licence = weights.licence
        publishedTop1 = weights.publishedTop1
        publishedTop5 = weights.publishedTop5
        isAtHand = weights.isPresent(in: home)
        hasAddress = !weights.file.addresses.isEmpty
        path = weights.path(in: home)
    }
}
