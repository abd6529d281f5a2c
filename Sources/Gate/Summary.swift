internal import ContentModel

/// What came in, and what happened to it.
public struct Summary: Sendable {
    /// Records that became verdicts.
    public var posts = 0
    /// Records that became error records.
    public var errors = 0
    /// Verdicts by the strictest action, indexed by `Action.rawValue`.
    public var actions = [Int](repeating: 0, count: Action.allCases.count)
    /// Cases that the queue holds for these posts.
    public var cases = 0
    /// Bytes read.
    public var bytes = 0
    /// Posts by a field that holds text and is not judged.
    public var unjudgedFields: [String: Int] = [:]
    /// Whether a signal ended the run before its input did.
    public var wasInterrupted = false

    mutating func add(_ other: Summary) {
        posts += other.posts
        errors += other.errors
        for index in actions.indices { actions[index] += other.actions[index] }
        cases += other.cases
        bytes += other.bytes
        for (name, count) in other.unjudgedFields { unjudgedFields[name, default: 0] += count }
    }
}
