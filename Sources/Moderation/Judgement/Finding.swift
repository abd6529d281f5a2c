internal import ContentModel

/// What confirms an expression at one place: the hits that took part, and what the weakest of their views weighs.
struct Finding {
    /// The parts in the order of the expression; one hit for a pattern, one a member for `all`.
    var parts: [Hit]
    var weight: Double
    var field: Int
    /// From the first part to the last, in the folded view.
    var hull: TextSpan

    init(_ hit: Hit) {
        parts = [hit]
        weight = hit.view.weight
        field = hit.field
        hull = hit.folded
    }

    mutating func join(_ other: Finding) {
        parts += other.parts
        weight = min(weight, other.weight)
        hull = TextSpan(start: min(hull.start, other.hull.start), end: max(hull.end, other.hull.end))
    }
}
