internal import ContentModel

/// What confirms an expression at one place: the hits that took part, and what the weakest of their views weighs.
struct Finding {
    /// The parts in the order of the expression; one hit for a pattern, one a member for `all`, none for a rule on
    /// conditions alone.
    var parts: [Hit]
    var weight: Double
    var field: Int
    /// From the first part to the last, in the folded view.
    var hull: TextSpan
    /// Code points of the folded view behind the hull in which another word, would it come, could take a part's place.
    var lookahead = 0
    /// Which member of a rule it is, where its members are looked for one by one.
    var part = 0

    init(_ hit: Hit) {
        parts = [hit]
        weight = hit.view.weight
        field = hit.field
        hull = hit.folded
    }

    private init() { (parts, weight, field, hull) = ([], 1, 0, TextSpan(start: 0, end: 0)) }

    /// What a rule on conditions alone finds.
    static let withoutWords = Finding()

    mutating func join(_ other: Finding) {
        parts += other.parts
        weight = min(weight, other.weight)
        hull = TextSpan(start: min(hull.start, other.hull.start), end: max(hull.end, other.hull.end))
        lookahead = max(lookahead, other.lookahead)
    }

    /// Whether two findings share a byte of the original.
    func overlaps(_ other: Finding) -> Bool {
        parts.contains { part in
            other.parts.contains { $0.field == part.field && $0.original.overlaps(part.original) }
        }
    }
}
