internal import ContentModel

/// A rule that found something in a post, before any market has weighed it.
struct RuleFinding {
    /// Place in the program's rules.
    var rule: Int
    /// At least one; a rule on conditions alone has one without parts.
    var findings: [Place]

    /// One finding, with the originals' spans that decide about overlap.
    struct Place {
        var parts: [Hit]
        var weight: Double

        func overlaps(_ other: Place) -> Bool {
            parts.contains { part in
                other.parts.contains { $0.field == part.field && $0.original.overlaps(part.original) }
            }
        }
    }
}
