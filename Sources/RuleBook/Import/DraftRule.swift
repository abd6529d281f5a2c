internal import ContentModel

/// A rule before it is written.
struct DraftRule {
    var id: String
    var category: Category
    var severity: Severity
    var confidence: Double
    var match: DraftMatch?
    var unless: [DraftClearance] = []
    /// Demands on the age of the author's account, in days.
    var accountAge: [(comparison: Condition.Comparison, days: Double)] = []
    /// Why the rule is recorded only and never acted on; nil when it is.
    var shadowReason: String?
}

/// What a drafted rule looks for.
indirect enum DraftMatch {
    case phrases([String], boundary: Pattern.Boundary)
    /// With a text that the regex matches, where there is a plain one.
    case regex(String, boundary: Pattern.Boundary, sample: String?)
    case domains([String])
    case any([DraftMatch])
    case all([DraftMatch], within: Int?)

    /// One of several, without needless nesting; lists of phrases with one boundary are joined.
    static func anyOf(_ members: [DraftMatch]) -> DraftMatch? {
        var joined: [DraftMatch] = []
        for member in members {
            if case .phrases(let own, let boundary) = member,
                let place = joined.firstIndex(where: {
                    if case .phrases(_, boundary) = $0 { true } else { false }
                }), case .phrases(let others, _) = joined[place]
            {
                joined[place] = .phrases(others + own, boundary: boundary)
            } else if case .domains(let own) = member,
                let place = joined.firstIndex(where: { if case .domains = $0 { true } else { false } }),
                case .domains(let others) = joined[place]
            {
                joined[place] = .domains(others + own)
            } else {
                joined.append(member)
            }
        }
        return joined.count > 1 ? .any(joined) : joined.first
    }

    /// All of several; nil of none.
    static func allOf(_ members: [DraftMatch]) -> DraftMatch? {
        members.count > 1 ? .all(members, within: nil) : members.first
    }

    /// Its leaves, in their order.
    var leaves: [DraftMatch] {
        switch self {
        case .phrases, .regex, .domains: [self]
        case .any(let members), .all(let members, _): members.flatMap(\.leaves)
        }
    }
}

/// What clears hits of a drafted rule.
struct DraftClearance {
    var match: DraftMatch
    var near = 0
}
