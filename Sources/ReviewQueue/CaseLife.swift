/// Where a case stands.
public enum CaseState: String, Sendable, CaseIterable {
    case open, claimed, decided, closed, appealed
}

/// What a reviewer decides.
public enum Decision: String, Sendable, CaseIterable {
    case approve, reject, label, limit, escalate
}

/// The life of a case as a pure state machine; the store carries out what it says.
public struct CaseLife: Sendable, Equatable {
    /// A reviewer's lease.
    public struct Claim: Sendable, Equatable {
        public var reviewer: String
        /// Milliseconds since 1970; from then on the case is anybody's.
        public var until: Int64

        public init(reviewer: String, until: Int64) {
            self.reviewer = reviewer
            self.until = until
        }
    }

    public var state: CaseState
    public var claim: Claim?

    public init(state: CaseState = .open, claim: Claim? = nil) {
        self.state = state
        self.claim = claim
    }

    /// Why an act is refused.
    public enum Refusal: Error, Equatable, Sendable {
        /// Somebody else holds the lease.
        case claimed(by: String)
        /// Nothing is left to decide.
        case over(CaseState)
    }

    /// The case in a reviewer's hands.
    public mutating func claim(by reviewer: String, at now: Int64, lease: Int64) throws(Refusal) {
        try check(reviewer, at: now)
        state = .claimed
        claim = Claim(reviewer: reviewer, until: now + lease)
    }

    /// A decision; `isComplete` when it, with those before it, covers every market that holds the post.
    public mutating func decide(
        _ decision: Decision, by reviewer: String, at now: Int64, isComplete: Bool
    ) throws(Refusal) {
        try check(reviewer, at: now)
        if decision == .escalate {
            state = .open
            claim = nil
        } else if isComplete {
            state = .decided
            claim = nil
        }
    }

    private func check(_ reviewer: String, at now: Int64) throws(Refusal) {
        switch state {
        case .open, .appealed: return
        case .claimed:
            if let claim, claim.reviewer != reviewer, claim.until > now { throw .claimed(by: claim.reviewer) }
        case .decided, .closed: throw .over(state)
        }
    }
}
