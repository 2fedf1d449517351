internal import GraftFiles

/// The records of TensorBoard's event files.
///
/// A file is its records one after the other: first ``version(wallTime:)``, then any others. Each function
/// gives the bytes of one whole record, so that a file can grow by appending. Field numbers are those of
/// TensorFlow's `event.proto`, `summary.proto` and `histogram.proto`.
package enum TensorBoardEvents {
    /// The record with which every file starts.
    ///
    /// - Parameter wallTime: the time of day, in seconds since 1970.
    package static func version(wallTime: Double) -> [UInt8] {
        var event = ProtobufMessage()
        event.addUnlessZero(1, wallTime)
        event.add(3, "brain.Event:2")
        return EventRecord.bytes(event.bytes)
    }

    /// A number at a step of training, one point of a curve.
    ///
    /// - Parameters:
    ///   - tag: the name of the curve. TensorBoard groups names by what is before their first "/".
    ///   - step: the place on the horizontal axis.
    ///   - wallTime: the time of day, in seconds since 1970.
    package static func scalar(_ tag: String, _ value: Float, step: Int, wallTime: Double) -> [UInt8] {
        record([self.value(tag) { $0.add(2, value) }], step, wallTime)
    }

    /// A histogram at a step of training.
    ///
    /// - Parameters:
    ///   - tag: the name of the series of histograms.
    ///   - step: the place of this histogram in the series.
    ///   - wallTime: the time of day, in seconds since 1970.
    package static func histogram(
        _ tag: String, _ histogram: TensorBoardHistogram, step: Int, wallTime: Double
    ) -> [UInt8] {
        var message = ProtobufMessage()
        message.addUnlessZero(1, histogram.minimum)
        message.addUnlessZero(2, histogram.maximum)
        message.addUnlessZero(3, Double(histogram.count))
        message.addUnlessZero(4, histogram.sum)
        message.addUnlessZero(5, histogram.sumOfSquares)
        message.add(6, histogram.limits)
        message.add(7, histogram.counts.map(Double.init))
        return record([value(tag) { $0.add(5, message) }], step, wallTime)
    }

    /// Pictures at a step of training, in one record. Their tags are "tag/image/0", "tag/image/1" and so on.
    ///
    /// - Parameters:
    ///   - tag: the name of the series of pictures.
    ///   - step: the place of these pictures in the series.
    ///   - wallTime: the time of day, in seconds since 1970.
    package static func images(
        _ tag: String, _ images: [TensorBoardImage], step: Int, wallTime: Double
    ) -> [UInt8] {
        let values = images.enumerated().map { index, image in
            var message = ProtobufMessage()
            message.addUnlessZero(1, image.height)
            message.addUnlessZero(2, image.width)
            message.addUnlessZero(3, image.colorSpace.rawValue)
            message.add(4, image.encoded)
            return value("\(tag)/image/\(index)") { $0.add(4, message) }
        }
        return record(values, step, wallTime)
    }

    /// The name of a new event file.
    ///
    /// TensorBoard reads files whose names contain "tfevents", those of one folder in the order of their
    /// names: therefore the time has ten digits.
    ///
    /// - Parameters:
    ///   - seconds: the time of day, in seconds since 1970.
    ///   - host: the machine's name. All but ASCII letters, digits, ".", "-" and "_" becomes "-".
    ///   - process: the number of the process, which makes names unique on this machine.
    package static func fileName(seconds: Int, host: String, process: Int) -> String {
        let digits = String(max(seconds, 0))
        let time = String(repeating: "0", count: max(10 - digits.count, 0)) + digits
        let name = host.unicodeScalars.map { scalar in
            switch scalar {
            case "a"..."z", "A"..."Z", "0"..."9", ".", "-", "_": String(scalar)
            default: "-"
            }
        }
        return "events.out.tfevents.\(time).\(name.isEmpty ? "localhost" : name.joined()).\(process)"
    }

    /// A `Summary.Value` with this tag, whose content `fill` adds.
    private static func value(_ tag: String, _ fill: (inout ProtobufMessage) -> Void) -> ProtobufMessage {
        var value = ProtobufMessage()
        value.add(1, tag)
        fill(&value)
        return value
    }

    /// The record of an `Event` with these values.
    private static func record(_ values: [ProtobufMessage], _ step: Int, _ wallTime: Double) -> [UInt8] {
        var summary = ProtobufMessage()
        for value in values { summary.add(1, value) }
        var event = ProtobufMessage()
        event.addUnlessZero(1, wallTime)
        event.addUnlessZero(2, step)
        event.add(5, summary)
        return EventRecord.bytes(event.bytes)
    }
}

extension ProtobufMessage {
    /// Adds a number, unless it is 0: readers take a field that is missing for 0.
    fileprivate mutating func addUnlessZero(_ field: Int, _ value: Double) {
        if value.bitPattern != 0 { add(field, value) }
    }

    /// Adds an integer, unless it is 0.
    fileprivate mutating func addUnlessZero(_ field: Int, _ value: Int) {
        if value != 0 { add(field, value) }
    }
}
