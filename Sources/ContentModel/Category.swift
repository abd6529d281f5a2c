/// The harm that a rule finds evidence of, e.g. `fraud`.
public struct Category: RawRepresentable, Hashable, Sendable {
    public var rawValue: String

    public init(rawValue: String) { self.rawValue = rawValue }

    /// Every category that a rule may name, in the order in which tables list them. The harms are those that law or
    /// consumer protection names in some market.
    public static let all: [Category] = [
        "fraud", "contact", "gambling", "drugs", "weapons", "counterfeits", "sexual-services", "child-safety",
        "self-harm", "threats", "harassment", "profanity", "spam", "advertising", "medical", "personal-data",
        "malicious-links",
    ].map(Category.init(rawValue:))

    /// Categories that hurt those who read them all day, and that not every reviewer is asked to see.
    public static let sensitive: [Category] = ["child-safety", "self-harm"].map(Category.init(rawValue:))

    /// What never leaves the database in a file.
    public static let childSafety = Category(rawValue: "child-safety")
}

/// How urgent a rule's evidence is. Orders the review queue, never the score.
public enum Severity: String, Sendable, Comparable, CaseIterable {
    case low, medium, high, critical

    /// 0 (low) to 3 (critical).
    public var level: Int {
        switch self {
        case .low: 0
        case .medium: 1
        case .high: 2
        case .critical: 3
        }
    }

    public static func < (left: Severity, right: Severity) -> Bool { left.level < right.level }
}
