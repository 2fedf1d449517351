extension ReportContent {
    /// A picture of the data, with what the model says of it.
    package struct Card: Sendable, Codable {
        /// A class and how probable the model says it is.
        package struct Share: Sendable, Codable {
            /// The name of the class.
            package var name: String
            /// From 0 to 1.
            package var share: Double

            /// Creates it from its parts.
            package init(name: String, share: Double) {
                self.name = name
                self.share = share
            }
        }

        /// A picture that the model was trained on and that is near to this one.
        package struct Neighbour: Sendable, Codable {
            /// Its file.
            package var path: String
            /// Its class, or its numbers, in words.
            package var label: String
            /// A small JPEG or PNG picture; `nil` where the file is gone.
            package var thumbnail: [UInt8]?

            /// Creates it from its parts.
            package init(path: String, label: String, thumbnail: [UInt8]? = nil) {
                self.path = path
                self.label = label
                self.thumbnail = thumbnail
            }
        }

        /// The file.
        package var path: String
        /// A small JPEG or PNG picture; `nil` where it cannot be read.
        package var thumbnail: [UInt8]?
        /// The same with what the answer rests on in colour; `nil` where there is no such map.
        package var heatMap: [UInt8]?
        /// The right class, classes or numbers, in words.
        package var given: String
        /// What the model says, in words.
        package var answered: String
        /// The most probable classes, first ones first; empty for numbers.
        package var shares: [Share]
        /// The nearest pictures that it was trained on, nearest first.
        package var nearest: [Neighbour]

        /// Creates it from its parts.
        package init(
            path: String, thumbnail: [UInt8]? = nil, heatMap: [UInt8]? = nil, given: String,
            answered: String, shares: [Share] = [], nearest: [Neighbour] = []
        ) {
            self.path = path
            self.thumbnail = thumbnail
            self.heatMap = heatMap
            self.given = given
            self.answered = answered
            self.shares = shares
            self.nearest = nearest
        }
    }
}
