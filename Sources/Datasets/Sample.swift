internal import GraftFiles
internal import GraftImages

/// One labelled picture of a data set, not yet read.
///
/// ```swift
/// let sample = Sample(path: "a.jpg", target: .label(0), part: .train, file: "/photos/a.jpg")
/// ```
public struct Sample: Sendable {
    /// What names the sample in messages and in a saved split: the path relative to the data set's root.
    public let path: String
    /// What is right for it.
    public let target: Target
    /// The part that the data's own layout gives it to; `nil` where that is left to a `Split`.
    public let part: Part?

    /// The picture itself, called by ``path``.
    package private(set) var picture: Picture
    /// Where a list names it, in words; `nil` where its path says all.
    let place: String?
    /// Why the sample cannot be used, however good its picture is; `nil` where nothing is wrong with its
    /// target.
    let flaw: Problem?

    /// A picture in a file, for a ``Dataset`` of your own.
    ///
    /// - Parameters:
    ///   - path: What names the sample in messages and in a saved split; no other sample's.
    ///   - target: What is right for it.
    ///   - part: The part that the data gives it to; `nil` where that is left to a `Split`.
    ///   - file: The path of the file.
    public init(path: String, target: Target, part: Part?, file: String) {
        self.init(path: path, target: target, part: part, source: .file(file))
    }

    init(
        path: String, target: Target, part: Part?, source: Picture.Source, place: String? = nil,
        flaw: Problem? = nil
    ) {
        self.path = path
        self.target = target
        self.part = part
        picture = Picture(name: path, source: source)
        self.place = place
        self.flaw = flaw
    }

    /// The same sample, whose picture may take what these limits allow.
    func limited(to limits: DecodingLimits) -> Sample {
        var sample = self
        sample.picture.limits = limits
        return sample
    }

    /// The path of its file; `nil` where the picture is no file of its own.
    package var file: String? {
        if case .file(let path) = picture.source { path } else { nil }
    }

    /// The index of its class; `nil` where it has not just one.
    package var label: Int? {
        target.classes.count == 1 ? target.classes[0] : nil
    }
}
