internal import ContentModel
internal import Foundation
internal import GRDB
public import Storage

/// The queue of cases in its file.
public final class ReviewQueue: Sendable {
    private let file: DatabaseFile
    /// Milliseconds since 1970.
    private let now: @Sendable () -> Int64
    /// How long a claim holds, milliseconds.
    public static let lease: Int64 = 15 * 60_000

    /// - Parameter now: The time, in milliseconds since 1970.
    public init(file: DatabaseFile, now: @escaping @Sendable () -> Int64) {
        self.file = file
        self.now = now
    }

    /// The time by the queue's clock, in milliseconds since 1970.
    public var time: Int64 { now() }

    // MARK: - Coming in

    /// Keeps cases, all in one transaction that is on the disk when this returns.
    ///
    /// A post that waits already keeps its case: judged again under other rules it is updated, with other content it is
    /// superseded by a new case. One that was decided keeps its decision.
    ///
    /// - Returns: For each case its id in the queue and what was decided about it, in the same order.
    public func enqueue(_ incoming: [IncomingCase]) throws(StorageError) -> [QueuedCase] {
        guard !incoming.isEmpty else { return [] }
        let at = now()
        return try file.write { db in
            var chain = try EventChain(db)
            return try incoming.map { try enqueue($0, at: at, db, &chain) }
        }
    }

    private func enqueue(
        _ incoming: IncomingCase, at: Int64, _ db: Database, _ chain: inout EventChain
    ) throws -> QueuedCase {
        let find = try db.cachedStatement(
            sql: "SELECT id, content_hash, rule_sets, state FROM cases WHERE post_key = ? AND state <> 'closed'")
        guard let row = try Row.fetchOne(find, arguments: [incoming.postKey]) else {
            try insert(incoming, at: at, db, &chain)
            return QueuedCase(id: incoming.candidateID, decisions: [])
        }
        let id: String = row["id"]
        let hash: Data = row["content_hash"]
        guard hash == Data(incoming.contentHash) else {
            try db.execute(
                sql: """
                    UPDATE cases SET state = 'closed', claim_reviewer = NULL, claim_until = NULL, superseded_by = ?,
                        revision = revision + 1 WHERE id = ?
                    """, arguments: [incoming.candidateID, id])
            try chain.append(
                db, at: at, caseID: id, kind: "superseded", actor: "moderate", detail: incoming.candidateID)
            try insert(incoming, at: at, db, &chain)
            return QueuedCase(id: incoming.candidateID, decisions: [])
        }
        let state: String = row["state"]
        if state == CaseState.decided.rawValue { return QueuedCase(id: id, decisions: try decisions(of: id, db)) }
        if row["rule_sets"] != incoming.ruleSets { try rejudge(id, incoming, at: at, db, &chain) }
        return QueuedCase(id: id, decisions: [])
    }

    private func insert(_ incoming: IncomingCase, at: Int64, _ db: Database, _ chain: inout EventChain) throws {
        let due = at + CaseRank.allowance(incoming.severity)
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO cases (id, post_key, post_id, content_hash, rule_sets, post, verdict, category, severity,
                    score, languages, markets, rank, created, due, state)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, 'open')
                """)
        try statement.execute(arguments: [
            incoming.candidateID, incoming.postKey, incoming.postID, Data(incoming.contentHash), incoming.ruleSets,
            String(decoding: incoming.post, as: UTF8.self), String(decoding: incoming.verdict, as: UTF8.self),
            incoming.category.rawValue, incoming.severity.rawValue, incoming.score,
            incoming.languages.joined(separator: ","), incoming.markets.map(\.rawValue).joined(separator: ","),
            CaseRank.rank(due: due, score: incoming.score, reach: incoming.reach), at, due,
        ])
        try chain.append(
            db, at: at, caseID: incoming.candidateID, kind: "queued", actor: "moderate", detail: incoming.ruleSets)
    }

    private func rejudge(
        _ id: String, _ incoming: IncomingCase, at: Int64, _ db: Database, _ chain: inout EventChain
    ) throws {
        let created = try Int64.fetchOne(db, sql: "SELECT created FROM cases WHERE id = ?", arguments: [id]) ?? at
        let due = created + CaseRank.allowance(incoming.severity)
        try db.execute(
            sql: """
                UPDATE cases SET rule_sets = ?, verdict = ?, category = ?, severity = ?, score = ?, markets = ?,
                    rank = ?, due = ?, revision = revision + 1 WHERE id = ?
                """,
            arguments: [
                incoming.ruleSets, String(decoding: incoming.verdict, as: UTF8.self), incoming.category.rawValue,
                incoming.severity.rawValue, incoming.score, incoming.markets.map(\.rawValue).joined(separator: ","),
                CaseRank.rank(due: due, score: incoming.score, reach: incoming.reach), due, id,
            ])
        try chain.append(db, at: at, caseID: id, kind: "rejudged", actor: "moderate", detail: incoming.ruleSets)
    }

    // MARK: - Reviewers

    /// Claims the best case that waits, for fifteen minutes; a reviewer who holds one already gets it again.
    ///
    /// - Returns: nil when nothing waits.
    public func next(for reviewer: String) throws(StorageError) -> ReviewCase? {
        let at = now()
        return try file.write { db in
            try releaseExpired(at: at, db)
            let sql = """
                SELECT id FROM cases WHERE state = 'claimed' AND claim_reviewer = ?
                UNION ALL SELECT id FROM (SELECT id FROM cases WHERE state IN ('open', 'appealed') ORDER BY rank LIMIT 1)
                LIMIT 1
                """
            guard let id = try String.fetchOne(db, sql: sql, arguments: [reviewer]),
                var found = try fetch(id, db)
            else { return nil }
            let before = found.life
            try found.life.claim(by: reviewer, at: at, lease: Self.lease)
            try store(found.life, of: id, db)
            if before.claim?.reviewer != reviewer {
                var chain = try EventChain(db)
                try chain.append(db, at: at, caseID: id, kind: "claimed", actor: reviewer, detail: "")
            }
            return try fetch(id, db)
        }
    }

    /// A case by its id.
    public func find(_ id: String) throws(StorageError) -> ReviewCase? { try file.read { try fetch(id, $0) } }

    /// The number of cases in a state.
    public func count(_ state: CaseState) throws(StorageError) -> Int {
        try file.read { db in
            try Int.fetchOne(db, sql: "SELECT count(*) FROM cases WHERE state = ?", arguments: [state.rawValue]) ?? 0
        }
    }

    /// What became of an attempt to decide.
    public enum Outcome: Sendable {
        case decided(ReviewCase)
        case refused(CaseLife.Refusal)
        /// The case does not hold that market.
        case notHeld(market: String, held: [String])
        case unknown
    }

    /// Records a decision for one market, or for every market that holds the post.
    public func decide(
        _ id: String, _ decision: Decision, by reviewer: String, reason: String?, market: String?
    ) throws(StorageError) -> Outcome {
        let at = now()
        return try file.write { db in
            guard var found = try fetch(id, db) else { return .unknown }
            if let market, !found.markets.contains(market) { return .notHeld(market: market, held: found.markets) }
            let covered = Set(found.decisions.compactMap(\.market) + [market].compactMap(\.self))
            let isComplete = market == nil || found.markets.allSatisfy(covered.contains)
            do throws(CaseLife.Refusal) {
                try found.life.decide(decision, by: reviewer, at: at, isComplete: isComplete)
            } catch {
                return .refused(error)
            }
            if decision != .escalate {
                try db.execute(
                    sql:
                        "INSERT INTO decisions (case_id, market, decision, reviewer, reason, at) VALUES (?, ?, ?, ?, ?, ?)",
                    arguments: [id, market, decision.rawValue, reviewer, reason, at])
            }
            try store(found.life, of: id, db)
            try db.execute(sql: "UPDATE cases SET revision = revision + 1 WHERE id = ?", arguments: [id])
            var chain = try EventChain(db)
            let detail = [decision.rawValue, market ?? "all", reason ?? ""].joined(separator: " ")
            try chain.append(db, at: at, caseID: id, kind: "decided", actor: reviewer, detail: detail)
            return .decided(try fetch(id, db) ?? found)
        }
    }

    /// The posts of decided cases, as they came, with what was decided for all markets or last; oldest first.
    public func decidedPosts() throws(StorageError) -> [(post: String, decision: Decision)] {
        try file.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT cases.post, (SELECT decision FROM decisions WHERE case_id = cases.id
                        ORDER BY market IS NULL DESC, number DESC LIMIT 1) AS decision
                    FROM cases WHERE state = 'decided' ORDER BY number
                    """
            ).compactMap { row in
                let decision: String? = row["decision"]
                return decision.flatMap(Decision.init(rawValue:)).map { (row["post"], $0) }
            }
        }
    }

    /// The number of the first event that does not follow from the one before; nil when the chain holds.
    public func firstBrokenEvent() throws(StorageError) -> Int64? { try file.read { try EventChain.firstBreak($0) } }

    // MARK: - Rows

    private func releaseExpired(at: Int64, _ db: Database) throws {
        try db.execute(
            sql: """
                UPDATE cases SET state = 'open', claim_reviewer = NULL, claim_until = NULL
                WHERE state = 'claimed' AND claim_until <= ?
                """, arguments: [at])
    }

    private func store(_ life: CaseLife, of id: String, _ db: Database) throws {
        try db.execute(
            sql: "UPDATE cases SET state = ?, claim_reviewer = ?, claim_until = ? WHERE id = ?",
            arguments: [life.state.rawValue, life.claim?.reviewer, life.claim?.until, id])
    }

    private func decisions(of id: String, _ db: Database) throws -> [RecordedDecision] {
        try Row.fetchAll(
            db, sql: "SELECT market, decision, reviewer, reason, at FROM decisions WHERE case_id = ? ORDER BY number",
            arguments: [id]
        ).compactMap { row in
            Decision(rawValue: row["decision"]).map {
                RecordedDecision(
                    market: row["market"], decision: $0, reviewer: row["reviewer"], reason: row["reason"], at: row["at"]
                )
            }
        }
    }

    private func fetch(_ id: String, _ db: Database) throws -> ReviewCase? {
        guard let row = try Row.fetchOne(db, sql: "SELECT * FROM cases WHERE id = ?", arguments: [id]) else {
            return nil
        }
        var claim: CaseLife.Claim?
        if let reviewer: String = row["claim_reviewer"], let until: Int64 = row["claim_until"] {
            claim = CaseLife.Claim(reviewer: reviewer, until: until)
        }
        let languages: String = row["languages"]
        let markets: String = row["markets"]
        return ReviewCase(
            id: row["id"], postID: row["post_id"], post: row["post"], verdict: row["verdict"],
            category: row["category"], severity: Severity(rawValue: row["severity"]) ?? .medium, score: row["score"],
            languages: languages.split(separator: ",").map(String.init),
            markets: markets.split(separator: ",").map(String.init), rank: row["rank"], created: row["created"],
            due: row["due"],
            life: CaseLife(state: CaseState(rawValue: row["state"]) ?? .open, claim: claim), revision: row["revision"],
            decisions: try decisions(of: id, db))
    }
}
