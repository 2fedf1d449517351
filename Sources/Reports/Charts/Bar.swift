/// A share as a bar.
enum Bar {
    /// The bar of a share from 0 to 1. Screen readers skip it: the number stands beside it.
    static func markup(_ share: Double) -> Markup {
        let width = share.isFinite ? min(max(share, 0), 1) * 100 : 0
        return """
            <svg class="bar" aria-hidden="true"><rect width="100%" height="100%"/>\
            <rect class="part" width="\(width.coordinate)%" height="100%"/></svg>
            """
    }
}
