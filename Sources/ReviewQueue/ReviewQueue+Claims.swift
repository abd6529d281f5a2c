internal import ContentModel
internal import GRDB
public import Storage

extension ReviewQueue {
    /// How long a claim holds, milliseconds.
    public static let lease: Int64 = 15 * 60_000
    /// The longest one that a batch may ask for, milliseconds.
    public static let longestLease: Int64 = 24 * 3_600_000
    /// One of so many cases is a golden one.
    static let goldenEvery = 20

    /// What became of an attempt to do something with a case.
    public enum Outcome: Sendable {
        case done(ReviewCase)
        case refused(CaseLife.Refusal)
        case unknown
        /// Reviewers are set up, and nobody of that name is among them.
        case unknownReviewer
        /// The reviewer is not asked to see such cases.
        case notForReviewer
    }

    /// Claims the best case that this reviewer may take: the one of the smallest rank. A reviewer who holds one already
    /// gets it again, with a new lease.
    ///
    /// - Returns: `unknown` when no case waits.
    public func next(for reviewer: String) throws(StorageError) -> Outcome {
        try write { transaction in
            guard let person = try transaction.reviewer(reviewer) else { return .unknownReviewer }
            try transaction.releaseExpired()
            guard
                var row = try transaction.held(by: person) ?? transaction.goldenCase(for: person)
                    ?? transaction.best(for: person)
            else { return .unknown }
            return try transaction.claim(&row, by: person)
        }
    }

    /// The ids of cases that wait and that this reviewer may take, in the queue's order.
    public func waiting(for reviewer: String, _ filter: CaseFilter?, limit: Int) throws(StorageError) -> [String] {
        try read { transaction in
            guard let person = try transaction.reviewer(reviewer) else { return [] }
            let numbers =
                try filter.map { filter in
                    var heldBack = 0
                    return try transaction.waiting(
                        filter, limit: limit, for: person, keepsBack: false, heldBack: &heldBack)
                } ?? transaction.heads(for: person, limit: limit)
            let statement = try transaction.db.cachedStatement(sql: "SELECT id FROM cases WHERE number = ?")
            return try numbers.compactMap { try String.fetchOne(statement, arguments: [$0]) }
        }
    }

    /// Claims one case, whatever its place in the queue.
    public func claim(_ id: String, by reviewer: String) throws(StorageError) -> Outcome {
        try attempt(id, by: reviewer) { transaction, row, person in
            try transaction.releaseExpired()
            return try transaction.claim(&row, by: person)
        }
    }

    /// Renews the lease of a case that is being looked at.
    ///
    /// - Returns: Whether the reviewer still holds it.
    public func renew(_ id: String, by reviewer: String) throws(StorageError) -> Bool {
        try write { transaction in
            guard var row = try transaction.row(id), let claim = row.life.claim, claim.reviewer == reviewer,
                claim.holds(at: transaction.at)
            else { return false }
            let lease = CaseLife.Claim(
                reviewer: reviewer, since: transaction.at, until: transaction.at + Self.lease, batch: claim.batch)
            do throws(CaseLife.Refusal) { try row.life.take(lease, role: .admin) } catch { return false }
            try transaction.save(row, revises: false)
            return true
        }
    }

    /// Gives a case back. With `isSkipped` it is counted, and does not come to this reviewer again.
    public func release(
        _ id: String, by reviewer: String, isSkipped: Bool, reason: String? = nil
    ) throws(StorageError) -> Outcome {
        try attempt(id, by: reviewer, mayBeAny: !isSkipped) { transaction, row, _ in
            if let claim = row.life.claim, claim.reviewer != reviewer, claim.holds(at: transaction.at) {
                return .refused(.claimed(by: claim.reviewer))
            }
            guard isSkipped || row.life.claim?.reviewer == reviewer else { return .refused(.notClaimed) }
            guard row.life.state != .decided, row.life.state != .closed else { return .refused(.over(row.life.state)) }
            row.life.release(by: reviewer)
            try transaction.putBack(&row)
            if isSkipped { try transaction.noteSkip(of: row, by: reviewer, reason: reason) }
            if !isSkipped { try transaction.record("released", row.id, by: reviewer) }
            return .done(try transaction.whole(row))
        }
    }

    /// Runs `body` on a case that this reviewer may see.
    ///
    /// - Parameter mayBeAny: Also on others: what one may not see any more can still be given back.
    func attempt(
        _ id: String, by reviewer: String, mayBeAny: Bool = false,
        _ body: (inout QueueTransaction, inout CaseRow, Reviewer) throws -> Outcome
    ) throws(StorageError) -> Outcome {
        try write { transaction in
            guard let person = try transaction.reviewer(reviewer) else { return .unknownReviewer }
            guard var row = try transaction.row(id) else { return .unknown }
            guard mayBeAny || person.mayWork(row.lane) else { return .notForReviewer }
            return try body(&transaction, &row, person)
        }
    }
}

extension QueueTransaction {
    mutating func claim(_ row: inout CaseRow, by person: Reviewer) throws -> ReviewQueue.Outcome {
        let held = row.life.claim
        let lease = CaseLife.Claim(reviewer: person.name, since: at, until: at + ReviewQueue.lease)
        do throws(CaseLife.Refusal) {
            try row.life.take(lease, role: person.role)
        } catch {
            return .refused(error)
        }
        try save(row, revises: false)
        if held?.reviewer != person.name {
            try record("claimed", row.id, by: person.name)
            let count = try db.cachedStatement(
                sql: """
                    INSERT INTO workloads (reviewer, taken) VALUES (?, 1)
                    ON CONFLICT (reviewer) DO UPDATE SET taken = taken + 1
                    """)
            try count.execute(arguments: [person.name])
        }
        return .done(try whole(row))
    }

    /// Claims that have run out come back, whatever became of those who held them, and so do those of a clock that was
    /// far ahead; a hundred at a time, so that a batch that lapsed makes nobody wait.
    mutating func releaseExpired() throws {
        let statement = try db.cachedStatement(
            sql:
                "SELECT number FROM cases WHERE state = 'claimed' AND (claim_until <= ? OR claim_until > ?) LIMIT \(ReviewQueue.fewAtOnce)"
        )
        for number in try Int64.fetchAll(statement, arguments: [at, at + 2 * ReviewQueue.longestLease]) {
            guard var row = try row(number), let claim = row.life.claim, row.life.expire(at: at) else { continue }
            try putBack(&row)
            try record("expired", row.id, by: "moderate", [("reviewer", claim.reviewer)])
        }
    }

    /// Keeps a case that nobody holds any more. A golden copy was for one reviewer, and is over.
    func putBack(_ row: inout CaseRow) throws {
        if row.golden != nil { row.life.close() }
        try save(row, revises: false)
    }

    /// Gives back all that a reviewer holds.
    ///
    /// - Returns: How many cases.
    mutating func releaseAll(of reviewer: String, by actor: String) throws -> Int {
        let held = try Int64.fetchAll(
            db, sql: "SELECT number FROM cases WHERE state = 'claimed' AND claim_reviewer = ?", arguments: [reviewer])
        for number in held {
            guard var row = try row(number) else { continue }
            row.life.release(by: reviewer)
            try putBack(&row)
            try record("released", row.id, by: actor)
        }
        return held.count
    }

    mutating func noteSkip(of row: CaseRow, by reviewer: String, reason: String?) throws {
        try db.execute(
            sql: """
                INSERT INTO skips (number, reviewer, times, at) VALUES (?1, ?2, 1, ?3)
                ON CONFLICT (number, reviewer) DO UPDATE SET times = times + 1, at = ?3
                """, arguments: [row.number, reviewer, at])
        try record("skipped", row.id, by: reviewer, [("reason", try digest(reason, of: row.number))])
    }

    /// The case that a reviewer took singly and still holds.
    fileprivate mutating func held(by person: Reviewer) throws -> CaseRow? {
        let statement = try db.cachedStatement(
            sql: """
                SELECT * FROM cases WHERE state = 'claimed' AND claim_reviewer = ? AND claim_batch IS NULL
                ORDER BY claim_since LIMIT 1
                """)
        while let found = try Row.fetchOne(statement, arguments: [person.name]) {
            var row = try row(found)
            if person.mayTake(row.lane) { return row }
            // What they may see, or what the case is about, has changed since.
            row.life.release(by: person.name)
            try putBack(&row)
            try record("released", row.id, by: "moderate")
        }
        return nil
    }

    /// The smallest rank among the heads of the lanes that this reviewer may work. Each lane that holds a waiting case
    /// costs one look-up in the index, however many cases wait.
    fileprivate func best(for person: Reviewer) throws -> CaseRow? {
        let heads = try db.cachedStatement(
            sql: """
                SELECT lane, rank, number FROM cases INDEXED BY cases_waiting
                WHERE state IN ('open', 'appealed') AND lane > ? ORDER BY lane, rank LIMIT 1
                """)
        let rest = try db.cachedStatement(
            sql: """
                SELECT rank, number FROM cases INDEXED BY cases_waiting
                WHERE state IN ('open', 'appealed') AND lane = ?
                    AND NOT EXISTS (SELECT 1 FROM skips WHERE skips.number = cases.number AND skips.reviewer = ?)
                ORDER BY rank LIMIT 1
                """)
        let hasSkipped = try Bool.fetchOne(
            db.cachedStatement(sql: "SELECT EXISTS (SELECT 1 FROM skips WHERE reviewer = ?)"),
            arguments: [person.name])
        var best: (number: Int64, rank: Double)?
        var lane: Int64 = -1
        while var row = try Row.fetchOne(heads, arguments: [lane]) {
            lane = row["lane"]
            guard person.mayTake(try names.lane(lane, db)) else { continue }
            guard best == nil || row["rank"] < best!.rank else { continue }
            if hasSkipped == true {
                guard let other = try Row.fetchOne(rest, arguments: [lane, person.name]) else { continue }
                row = other
            }
            let rank: Double = row["rank"]
            if best == nil || rank < best!.rank { best = (row["number"], rank) }
        }
        return try best.flatMap { try row($0.number) }
    }

    /// The first cases of all lanes that this reviewer may work, in the queue's order.
    fileprivate func heads(for person: Reviewer, limit: Int) throws -> [Int64] {
        let nextLane = try db.cachedStatement(
            sql: """
                SELECT lane FROM cases INDEXED BY cases_waiting
                WHERE state IN ('open', 'appealed') AND lane > ? ORDER BY lane LIMIT 1
                """)
        let first = try db.cachedStatement(
            sql: """
                SELECT rank, number FROM cases INDEXED BY cases_waiting
                WHERE state IN ('open', 'appealed') AND lane = ? ORDER BY rank LIMIT ?
                """)
        var found: [(rank: Double, number: Int64)] = []
        var lane: Int64 = -1
        while let next = try Int64.fetchOne(nextLane, arguments: [lane]) {
            lane = next
            guard person.mayTake(try names.lane(lane, db)) else { continue }
            found += try Row.fetchAll(first, arguments: [lane, limit]).map { ($0["rank"], $0["number"]) }
        }
        return found.sorted { $0 < $1 }.prefix(limit).map(\.number)
    }

    /// Now and then a copy of a case whose answer is known, one that this reviewer has not been tried on.
    fileprivate mutating func goldenCase(for person: Reviewer) throws -> CaseRow? {
        let taken = try Int.fetchOne(
            db.cachedStatement(sql: "SELECT taken FROM workloads WHERE reviewer = ?"), arguments: [person.name])
        guard let taken, taken % ReviewQueue.goldenEvery == ReviewQueue.goldenEvery / 2 else { return nil }
        let statement = try db.cachedStatement(
            sql: """
                SELECT number FROM golden WHERE NOT EXISTS (SELECT 1 FROM cases AS copy WHERE copy.golden = golden.number
                    AND copy.post_key = 'golden:' || ? || ':' || golden.number) ORDER BY number
                """)
        for number in try Int64.fetchAll(statement, arguments: [person.name]) {
            guard let original = try row(number), person.maySee(original.lane),
                !original.acts.contains(where: { $0.actor == person.name })
            else { continue }
            return try copy(original, for: person)
        }
        return nil
    }

    private mutating func copy(_ original: CaseRow, for person: Reviewer) throws -> CaseRow? {
        var random = SystemRandomNumberGenerator()
        let id = CaseID.make(at: at, using: &random)
        var lane = original.lane
        (lane.role, lane.barred) = (.reviewer, [])
        let number = try nextNumber()
        try db.execute(
            sql: """
                INSERT INTO cases (number, id, post_key, author, content_hash, rule_sets, lane, severity, score, rank,
                    created, due, state, cluster, golden)
                SELECT ?1, ?2, ?3, author, content_hash, rule_sets, ?4, severity, score, rank + (?5 - created) / 1000,
                    ?5, ?5 + due - created, 'closed', ?1, number
                FROM cases WHERE number = ?6
                """,
            arguments: [
                number, id, "golden:\(person.name):\(original.number)", names.number(of: lane, db), at,
                original.number,
            ])
        try db.execute(
            sql: """
                INSERT INTO contents SELECT ?, salt, post, rules, markets, verdict FROM contents WHERE number = ?
                """, arguments: [number, original.number])
        try record("golden-copied", id, by: "moderate", [("of", original.id)])
        guard var row = try row(number) else { return nil }
        row.life = CaseLife(markets: lane.markets)
        return row
    }
}
