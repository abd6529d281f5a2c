public import ContentModel
public import RuleBook

/// One state of a region's folder: `global` or a market. Immutable, and named by number and content.
public struct RuleVersion: Sendable, Hashable {
    public var region: String
    /// From 1, by region.
    public var number: Int
    /// SHA-256 over the paths and contents of its files, hexadecimal.
    public var hash: String
    public var author: String
    public var note: String
    /// Milliseconds since 1970.
    public var created: Int64

    /// E.g. `cn#12`.
    public var name: String { "\(region)#\(number)" }
}

/// A rule that is out of force for a while, decided at night by whoever is on duty.
public struct Suspension: Sendable, Equatable {
    public var rule: RuleName
    /// Milliseconds since 1970.
    public var until: Int64
    public var reason: String
    public var author: String

    public init(rule: RuleName, until: Int64, reason: String, author: String) {
        self.rule = rule
        self.until = until
        self.reason = reason
        self.author = author
    }
}

/// The rules in force: one version of each region.
public struct ActiveRules: Sendable {
    /// Grows with every change of what is in force.
    public var generation: Int64
    /// By region.
    public var versions: [RuleVersion]
    public var files: RuleFiles
}

/// What one line of a region's history says.
public struct Activation: Sendable {
    public enum Kind: String, Sendable { case activate, rollback }

    public var region: String
    public var version: Int
    public var kind: Kind
    public var author: String
    public var note: String
    /// Milliseconds since 1970.
    public var at: Int64
}

/// What a verdict's `rule_set` was made of.
public struct RuleSetRecord: Sendable {
    /// E.g. `cn@3f9a1c2b4d5e`.
    public var name: String
    public var market: String
    /// Names of versions, e.g. `cn#12`.
    public var versions: [String]
    /// `YYYY-MM-DD`, the day on which rules were in effect or not.
    public var day: String
    public var suspended: [String]
    /// The version of what the engine does with equal rules.
    public var engine: Int

    public init(name: String, market: String, versions: [String], day: String, suspended: [String], engine: Int) {
        self.name = name
        self.market = market
        self.versions = versions
        self.day = day
        self.suspended = suspended
        self.engine = engine
    }
}

/// Why a change of versions did not happen; nothing was changed.
public enum RuleVersionError: Error, Sendable, CustomStringConvertible {
    /// Somebody else changed what is in force in between.
    case changedMeanwhile
    case noSuchRegion(String, known: [String])
    case noSuchVersion(String)
    case nothingBefore(region: String)

    public var description: String {
        switch self {
        case .changedMeanwhile: "the rules in force were changed by somebody else in between: try again"
        case .noSuchRegion(let region, let known):
            "no region is named '\(region)' here; there are \(known.joined(separator: ", "))"
        case .noSuchVersion(let name):
            "there is no version '\(name)': `moderate rules list` names them"
        case .nothingBefore(let region): "nothing stood before the version of \(region) in force"
        }
    }
}
