/// A chart with two axes, as SVG.
struct Chart: Sendable {
    /// The whole picture's width, in units of SVG.
    static let width = 380.0
    /// Where the left axis lies.
    static let left = 52.0
    /// Where the right edge of the area lies.
    static let right = 358.0
    /// Where the upper edge of the area lies.
    static let top = 12.0

    /// The values from left to right.
    var horizontal: Axis
    /// The values from bottom to top.
    var vertical: Axis
    /// What the values from left to right are.
    var horizontalTitle: String
    /// What the values from bottom to top are.
    var verticalTitle: String
    /// What the chart shows, for those who do not see it.
    var description: String
    /// Where the lower axis lies.
    var bottom = 208.0
    /// Room below the title of the lower axis.
    var extra = 0.0
    /// What is drawn.
    var marks = Markup()

    /// Where a value lies from left to right.
    func x(_ value: Double) -> Double {
        Self.left + (Self.right - Self.left) * horizontal.position(value)
    }

    /// Where a value lies from top to bottom.
    func y(_ value: Double) -> Double { bottom - (bottom - Self.top) * vertical.position(value) }

    /// Draws a line through points.
    mutating func addLine(_ points: [(Double, Double)], class name: String) {
        let places = points.map { "\(x($0.0).coordinate) \(y($0.1).coordinate)" }.joined(separator: "L")
        guard !places.isEmpty else { return }
        // A line of length zero with round ends is a dot.
        let end = points.count == 1 ? "h0" : ""
        marks.append("<path class=\"\(name)\" d=\"M\(places)\(end)\"/>\n")
    }

    /// Draws a dot for each point.
    mutating func addDots(_ points: [(Double, Double)], class name: String) {
        let places = points.map { "M\(x($0.0).coordinate) \(y($0.1).coordinate)h0" }.joined()
        guard !places.isEmpty else { return }
        marks.append("<path class=\"\(name)\" d=\"\(places)\"/>\n")
    }

    /// The chart.
    var svg: Markup {
        let height = bottom + 40 + extra
        let middle = (Self.top + bottom) / 2
        return """
            <svg class="chart" viewBox="0 0 \(Int(Self.width)) \(Int(height))" role="img" \
            aria-label="\(description)">
            \(grid)\(marks)\
            <text x="\(((Self.left + Self.right) / 2).coordinate)" y="\((bottom + 35).coordinate)" \
            text-anchor="middle">\(horizontalTitle)</text>
            <text transform="translate(12 \(middle.coordinate)) rotate(-90)" text-anchor="middle">\
            \(verticalTitle)</text>
            </svg>

            """
    }

    /// Lines and labels of the axes.
    private var grid: Markup {
        var result = Markup()
        for tick in vertical.ticks where tick.isIn(vertical) {
            let place = y(tick)
            result.append(
                """
                <path class="grid" d="M\(Self.left.coordinate) \(place.coordinate)H\(Self.right.coordinate)"/>
                <text x="\((Self.left - 6).coordinate)" y="\((place + 4).coordinate)" text-anchor="end">\
                \(vertical.label(tick))</text>

                """)
        }
        for tick in horizontal.ticks where tick.isIn(horizontal) {
            let place = x(tick)
            result.append(
                """
                <path class="grid" d="M\(place.coordinate) \(bottom.coordinate)v4"/>
                <text x="\(place.coordinate)" y="\((bottom + 17).coordinate)" text-anchor="middle">\
                \(horizontal.label(tick))</text>

                """)
        }
        return result
    }
}

extension Double {
    /// Whether the value lies on an axis.
    fileprivate func isIn(_ axis: Axis) -> Bool { (-1e-6...1 + 1e-6).contains(axis.position(self)) }
}
