public import ContentModel

/// The place of a case in the queue: `due − boost`, in seconds since 1970, smallest first. Fixed when the case comes in,
/// so that an index serves it.
public struct CaseRank: Sendable, Equatable {
    /// When it should be decided, milliseconds since 1970.
    public var due: Int64
    /// Seconds by which a certain finding comes sooner: up to an hour.
    public var certainty: Double
    /// Seconds by which a post for many people comes sooner: ten minutes for every tenfold of people, at most two hours.
    public var audience: Double

    public init(created: Int64, severity: Severity, score: Double, reach: Double?) {
        due = created + Self.allowance(severity)
        certainty = score * 3600
        var tenfolds = 0
        var people = reach ?? 0
        while people >= 10, tenfolds < 12 {
            people /= 10
            tenfolds += 1
        }
        audience = Double(tenfolds) * 600
    }

    public var value: Double { Double(due) / 1000 - certainty - audience }

    /// Milliseconds within which a case should be decided: 1, 4, 24 or 72 hours, the most severe first.
    public static func allowance(_ severity: Severity) -> Int64 {
        let hour: Int64 = 3_600_000
        return switch severity {
        case .critical: hour
        case .high: 4 * hour
        case .medium: 24 * hour
        case .low: 72 * hour
        }
    }
}
