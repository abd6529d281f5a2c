/// What happens to a post in one market, weakest first.
public enum Action: UInt8, Sendable, Comparable, CaseIterable {
    /// Published as it is.
    case allow
    /// Published with labels.
    case label
    /// Published to fewer people; see ``Reach``.
    case limit
    /// Held for a person.
    case review
    /// Not published.
    case block

    /// The action's name on the wire and in rule files.
    public var name: String {
        switch self {
        case .allow: "allow"
        case .label: "label"
        case .limit: "limit"
        case .review: "review"
        case .block: "block"
        }
    }

    /// The action of that name, or nil.
    public init?(name: String) {
        guard let action = Action.allCases.first(where: { $0.name == name }) else { return nil }
        self = action
    }

    public static func < (left: Action, right: Action) -> Bool { left.rawValue < right.rawValue }
}

/// To whom a limited post is shown.
public enum Reach: String, Sendable, CaseIterable {
    case adults
    case followers
    case reduced
}
