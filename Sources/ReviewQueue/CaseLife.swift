/// Where a case stands.
public enum CaseState: String, Sendable, CaseIterable {
    /// Waits for a reviewer, or for a second one.
    case open
    /// In a reviewer's hands.
    case claimed
    /// People have decided for every market that holds the post.
    case decided
    /// Over: superseded, withdrawn or past retention.
    case closed
    /// Waits for somebody else, because the author appealed.
    case appealed
}

/// What a reviewer decides.
public enum Decision: String, Sendable, CaseIterable {
    case approve, label, limit, escalate, reject
}

/// What a reviewer may take.
public enum Role: String, Sendable, Comparable, CaseIterable {
    case reviewer, senior, admin

    public static func < (left: Role, right: Role) -> Bool {
        allCases.firstIndex(of: left)! < allCases.firstIndex(of: right)!
    }
}

/// How an appeal stands.
public enum Appeal: String, Sendable {
    case open, upheld, overturned
}

/// The life of a case as a pure state machine over what people did with it; the store carries out what it says.
///
/// `Documentation/Review.md` has the table of its transitions. A critical case is *read* by two people who do not see each
/// other's decision: it is decided once two readings agree, and a senior's third one settles it.
public struct CaseLife: Sendable, Equatable {
    /// A reviewer's lease. Times are milliseconds since 1970.
    public struct Claim: Sendable, Equatable {
        public var reviewer: String
        public var since: Int64
        /// From then on the case is anybody's.
        public var until: Int64
        /// The number of the batch that was exported with it; nil for a case claimed singly.
        public var batch: Int64?

        public init(reviewer: String, since: Int64, until: Int64, batch: Int64? = nil) {
            self.reviewer = reviewer
            self.since = since
            self.until = until
            self.batch = batch
        }

        /// Whether it still binds. One that would hold for more than twice its length was made by a clock that has
        /// gone back since, and does not.
        public func holds(at now: Int64) -> Bool { now < until && until - now <= 2 * (until - since) }
    }

    /// Something a person did that the case's standing follows from.
    public enum Act: Sendable, Equatable {
        /// A decision other than `escalate`; nil stands for every market that holds the post.
        case decide(Decision, by: String, market: String?)
        case escalate(by: String)
        case appeal

        var reviewer: String? {
            switch self {
            case .decide(_, let reviewer, _), .escalate(let reviewer): reviewer
            case .appeal: nil
            }
        }
    }

    /// What the publisher is to act on.
    public struct Publication: Sendable, Equatable {
        public enum Kind: String, Sendable { case decided, upheld, overturned }
        public var kind: Kind
        public var decisions: [String: Decision]

        public init(kind: Kind, decisions: [String: Decision]) {
            self.kind = kind
            self.decisions = decisions
        }
    }

    /// Why something is refused.
    public enum Refusal: Error, Equatable, Sendable {
        /// Somebody else holds the lease.
        case claimed(by: String)
        /// Nobody holds it, or not this reviewer.
        case notClaimed
        /// Nothing is left to decide.
        case over(CaseState)
        /// This reviewer has decided already, and another one is asked.
        case anotherIsAsked
        /// Only a senior may.
        case seniorIsAsked
        /// The case does not hold that market.
        case notHeld(market: String, held: [String])
        /// This market is decided already; the others may not be.
        case marketDecided(String)
        /// No decision stands that an author could appeal against.
        case nothingToAppeal
        /// The author appealed before.
        case appealedBefore
        /// The reviewer's last act is not theirs to take back any more.
        case cannotUndo
    }

    /// The markets that hold the post.
    public let markets: [String]
    /// Whether two people must agree.
    public let needsTwo: Bool
    public private(set) var acts: [Act]
    public private(set) var claim: Claim?
    public private(set) var isClosed: Bool
    private var standing: Standing

    public init(
        markets: [String], needsTwo: Bool = false, acts: [Act] = [], claim: Claim? = nil, isClosed: Bool = false
    ) {
        self.markets = markets
        self.needsTwo = needsTwo
        self.acts = acts
        self.claim = claim
        self.isClosed = isClosed
        standing = Standing(markets: markets, needsTwo: needsTwo)
        for act in acts { standing.take(act) }
    }

    // MARK: - What follows from the acts

    public var state: CaseState {
        if isClosed { return .closed }
        if standing.isComplete { return .decided }
        if claim != nil { return .claimed }
        return standing.appeal == .open ? .appealed : .open
    }

    /// What stands for the publisher, by market.
    public var decisions: [String: Decision] { standing.decisions }
    public var appeal: Appeal? { standing.appeal }
    /// Who may take it next.
    public var role: Role { standing.role }
    /// Who may not, having had a say; by name.
    public var barred: [String] { standing.barred.sorted() }
    /// How many of the round's readers have decided for every market.
    public var readings: Int { standing.complete.count }

    // MARK: - Transitions

    /// The case in a reviewer's hands, or still in them.
    public mutating func take(_ lease: Claim, role: Role) throws(Refusal) {
        try check(lease.reviewer, role, at: lease.since)
        claim = Claim(
            reviewer: lease.reviewer, since: claim?.reviewer == lease.reviewer ? claim!.since : lease.since,
            until: lease.until, batch: lease.batch)
    }

    /// Gives a claim back; without effect for anybody else's.
    public mutating func release(by reviewer: String) {
        if claim?.reviewer == reviewer { claim = nil }
    }

    /// Takes back a claim that has run out.
    ///
    /// - Returns: Whether there was one.
    public mutating func expire(at now: Int64) -> Bool {
        guard let claim, !claim.holds(at: now) else { return false }
        self.claim = nil
        return true
    }

    /// A decision for one market, or for all where `market` is nil.
    ///
    /// - Returns: What the publisher is to act on, if anything.
    public mutating func decide(
        _ decision: Decision, by reviewer: String, role: Role = .admin, market: String? = nil, at now: Int64
    ) throws(Refusal) -> Publication? {
        try check(reviewer, role, at: now)
        if let market, !markets.contains(market) { throw .notHeld(market: market, held: markets) }
        let left = standing.left(for: reviewer)
        if let market, decision != .escalate, !left.contains(market) { throw .marketDecided(market) }
        let act = decision == .escalate ? Act.escalate(by: reviewer) : .decide(decision, by: reviewer, market: market)
        let before = readings
        acts.append(act)
        standing.take(act)
        if standing.isComplete || readings > before || decision == .escalate { claim = nil }
        return publication(of: act, markets: market.map { [$0] } ?? left)
    }

    private func publication(of act: Act, markets: [String]) -> Publication? {
        guard case .decide(let decision, _, _) = act else { return nil }
        if standing.appeal != nil {
            guard standing.isComplete else { return nil }
            return Publication(kind: standing.appeal == .upheld ? .upheld : .overturned, decisions: decisions)
        }
        if needsTwo { return standing.isComplete ? Publication(kind: .decided, decisions: decisions) : nil }
        let decided = Dictionary(uniqueKeysWithValues: markets.map { ($0, decision) })
        return Publication(kind: .decided, decisions: decided)
    }

    /// The author does not agree; somebody else decides anew. A post that the rules blocked themselves has no decision
    /// yet, and is appealed against as if every market had rejected it.
    public mutating func appeal(ofBlocked isBlocked: Bool = false) throws(Refusal) {
        guard !isClosed else { throw .over(.closed) }
        guard standing.appeal == nil else { throw .appealedBefore }
        guard isBlocked && acts.isEmpty || standing.isComplete && decisions.values.contains(where: { $0 != .approve })
        else { throw .nothingToAppeal }
        acts.append(.appeal)
        standing.take(.appeal)
    }

    /// Takes a reviewer's last act back and gives the case back into their hands.
    public mutating func undo(_ lease: Claim) throws(Refusal) {
        guard !isClosed, claim == nil || claim?.reviewer == lease.reviewer, let last = acts.last,
            last.reviewer == lease.reviewer
        else { throw .cannotUndo }
        self = CaseLife(markets: markets, needsTwo: needsTwo, acts: acts.dropLast(), claim: lease)
    }

    /// Superseded, withdrawn, or past retention.
    public mutating func close() {
        isClosed = true
        claim = nil
    }

    private func check(_ reviewer: String, _ role: Role, at now: Int64) throws(Refusal) {
        guard !isClosed, !standing.isComplete else { throw .over(state) }
        if let claim, claim.reviewer != reviewer, claim.holds(at: now) { throw .claimed(by: claim.reviewer) }
        guard !standing.barred.contains(reviewer) else { throw .anotherIsAsked }
        guard role >= standing.role else { throw .seniorIsAsked }
    }
}

/// What follows from the acts so far.
private struct Standing: Equatable {
    let markets: [String]
    let needsTwo: Bool
    /// What stands for the publisher; in an appeal's round, what stood before.
    var decisions: [String: Decision] = [:]
    var isComplete = false
    var role = Role.reviewer
    var barred: Set<String> = []
    var appeal: Appeal?
    /// What each reader of this round has decided so far.
    var readings: [String: [String: Decision]] = [:]
    /// The readers of this round who have decided for every market, in their order.
    var complete: [String] = []
    /// Everybody who ever had a say.
    var readers: Set<String> = []

    init(markets: [String], needsTwo: Bool) {
        self.markets = markets
        self.needsTwo = needsTwo
    }

    mutating func take(_ act: CaseLife.Act) {
        switch act {
        case .appeal:
            if decisions.isEmpty { decisions = Dictionary(uniqueKeysWithValues: markets.map { ($0, .reject) }) }
            appeal = .open
            isComplete = false
            role = .reviewer
            barred = readers
            readings = [:]
            complete = []
        case .escalate(let reviewer):
            readers.insert(reviewer)
            role = .senior
            barred.insert(reviewer)
            readings[reviewer] = nil
        case .decide(let decision, let reviewer, let market):
            readers.insert(reviewer)
            for market in market.map({ [$0] }) ?? left(for: reviewer) { read(decision, market, by: reviewer) }
            if needsTwo { weigh(reviewer) } else { weighAlone() }
        }
    }

    /// The markets that a decision for all is about: those that nobody has decided yet, or this reader has not.
    func left(for reviewer: String) -> [String] {
        let reading = readings[needsTwo ? reviewer : ""] ?? [:]
        return markets.filter { reading[$0] == nil }
    }

    private mutating func read(_ decision: Decision, _ market: String, by reviewer: String) {
        // Without a second reader, several may share the markets among them.
        readings[needsTwo ? reviewer : "", default: [:]][market] = decision
        if !needsTwo, appeal == nil { decisions[market] = decision }
    }

    private func isWhole(_ reading: [String: Decision]) -> Bool { markets.allSatisfy { reading[$0] != nil } }

    private mutating func weighAlone() {
        guard let reading = readings[""], isWhole(reading) else { return }
        settle(reading)
    }

    private mutating func weigh(_ reviewer: String) {
        guard let reading = readings[reviewer], isWhole(reading), !complete.contains(reviewer) else { return }
        let agrees = complete.contains { readings[$0] == reading }
        complete.append(reviewer)
        barred.insert(reviewer)
        if agrees || complete.count > 2 {
            settle(reading)
        } else if complete.count == 2 {
            role = .senior
        }
    }

    private mutating func settle(_ reading: [String: Decision]) {
        if appeal == .open { appeal = reading == decisions.filter { reading[$0.key] != nil } ? .upheld : .overturned }
        decisions.merge(reading) { $1 }
        isComplete = true
    }
}
