internal import ContentModel

/// What came in of live streams, and what was done.
public struct LiveSummary: Sendable {
    /// Records that were answered.
    public var records = 0
    /// Records that became error records.
    public var errors = 0
    /// Records by the strictest action, indexed by `Enforcement.rawValue`.
    public var actions = [Int](repeating: 0, count: Enforcement.allCases.count)
    /// Moments that a person must look at.
    public var cases = 0
    /// Whether a signal ended the run before its input did.
    public var wasInterrupted = false

    mutating func add(_ verdict: LiveVerdict) {
        records += 1
        actions[Int(verdict.action.rawValue)] += 1
    }

    mutating func add(_ other: LiveSummary) {
        records += other.records
        errors += other.errors
        for index in actions.indices { actions[index] += other.actions[index] }
        cases += other.cases
    }
}
