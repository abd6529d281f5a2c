internal import ContentModel
internal import GRDB
public import Storage
internal import Wire

/// A decision on its way into the queue.
public struct DecisionRequest: Sendable {
    public var decision: Decision
    public var reviewer: String
    /// What the author may be told.
    public var reason: String?
    /// For reviewers only.
    public var note: String?
    /// Nil stands for every market that holds the post.
    public var market: String?
    /// Milliseconds for which it may be taken back; the publisher is told of it after that.
    public var grace: Int64

    public init(
        _ decision: Decision, by reviewer: String, reason: String? = nil, note: String? = nil, market: String? = nil,
        grace: Int64 = 0
    ) {
        self.decision = decision
        self.reviewer = reviewer
        self.reason = reason
        self.note = note
        self.market = market
        self.grace = grace
    }
}

extension ReviewQueue {
    /// Records a decision.
    public func decide(_ id: String, _ request: DecisionRequest) throws(StorageError) -> Outcome {
        try attempt(id, by: request.reviewer) { transaction, row, person in
            if let refusal = try transaction.decide(&row, request, role: person.role) { return .refused(refusal) }
            return .done(try transaction.whole(try transaction.row(row.number) ?? row))
        }
    }

    /// Takes a reviewer's last decision of a case back, as long as the publisher has not been told; the case is in
    /// their hands again.
    public func undo(_ id: String, by reviewer: String) throws(StorageError) -> Outcome {
        try attempt(id, by: reviewer) { transaction, row, _ in
            guard let last = row.acts.last, last.actor == reviewer else { return .refused(.cannotUndo) }
            let told = try Bool.fetchOne(
                transaction.db,
                sql: """
                    SELECT EXISTS (SELECT 1 FROM outcomes WHERE act = ? AND undone = 0
                        AND (final_at <= ? OR final_at > ?))
                    """,
                arguments: [
                    last.number, transaction.at + Self.undoMargin, transaction.at + Self.longestGrace,
                ])
            guard told == false else { return .refused(.cannotUndo) }
            let lease = CaseLife.Claim(
                reviewer: reviewer, since: transaction.at, until: transaction.at + Self.lease)
            do throws(CaseLife.Refusal) { try row.life.undo(lease) } catch { return .refused(error) }
            try transaction.db.execute(sql: "UPDATE acts SET undone = 1 WHERE number = ?", arguments: [last.number])
            try transaction.db.execute(sql: "UPDATE outcomes SET undone = 1 WHERE act = ?", arguments: [last.number])
            try transaction.save(row, revises: true)
            try transaction.record("undone", row.id, by: reviewer, [("act", "\(last.number)")])
            return .done(try transaction.whole(try transaction.row(row.number) ?? row))
        }
    }

    /// Milliseconds before a decision is told from which on it is not taken back: the publisher may be reading.
    private static let undoMargin: Int64 = 500

    /// The posts of decided cases, as they came, with the strictest decision; oldest first.
    public func decidedPosts() throws(StorageError) -> [(post: String, decision: Decision)] {
        try read { transaction in
            let rows = try Row.fetchAll(
                transaction.db,
                sql: """
                    SELECT cases.number, contents.post FROM cases JOIN contents ON contents.number = cases.number
                    WHERE state = 'decided' AND golden IS NULL ORDER BY cases.number
                    """)
            return try rows.compactMap { row in
                let life = try transaction.row(row["number"] as Int64)?.life
                let strictest = Decision.allCases.last { life?.decisions.values.contains($0) ?? false }
                return strictest.map { (row["post"], $0) }
            }
        }
    }
}

extension QueueTransaction {
    /// - Returns: Why it is refused, nothing having changed; nil when it is kept.
    mutating func decide(_ row: inout CaseRow, _ request: DecisionRequest, role: Role) throws -> CaseLife.Refusal? {
        let claim = row.life.claim
        let publication: CaseLife.Publication?
        do throws(CaseLife.Refusal) {
            publication = try row.life.decide(
                request.decision, by: request.reviewer, role: role, market: request.market, at: at)
        } catch {
            return error
        }
        let isEscalated = request.decision == .escalate
        let act = try keepAct(
            isEscalated ? .escalate : .decide, of: row, actor: request.reviewer,
            decision: isEscalated ? nil : request.decision, market: isEscalated ? nil : request.market,
            reason: request.reason, note: request.note,
            took: claim?.reviewer == request.reviewer && claim?.batch == nil ? claim.map { at - $0.since } : nil)
        var told = ""
        if row.golden != nil {
            if row.life.state == .decided || isEscalated { row.life.close() }
        } else if let publication {
            told = try publish(publication, of: row, act: act, finalAt: at + request.grace)
        }
        try save(row, revises: true)
        row.revision += 1
        try record(
            isEscalated ? "escalated" : "decided", row.id, by: request.reviewer,
            [
                ("act", "\(act)"), ("decision", request.decision.rawValue),
                ("market", isEscalated ? "" : request.market ?? ""), ("told", told),
                ("reason", try digest(request.reason, of: row.number)),
                ("note", try digest(request.note, of: row.number)),
            ].filter { !$0.1.isEmpty })
        if let publication, publication.kind != .decided {
            try record(publication.kind.rawValue, row.id, by: "moderate")
        }
        return nil
    }

    func keepAct(
        _ kind: RecordedAct.Kind, of row: CaseRow, actor: String, decision: Decision? = nil, market: String? = nil,
        reason: String?, note: String?, took: Int64? = nil
    ) throws -> Int64 {
        let statement = try db.cachedStatement(
            sql: """
                INSERT INTO acts (case_number, kind, decision, market, actor, reason, note, at, took)
                VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)
                """)
        try statement.execute(arguments: [
            row.number, kind.rawValue, decision?.rawValue, market, actor, reason, note, at, took,
        ])
        return db.lastInsertedRowID
    }

    /// - Returns: What the publisher is told.
    private func publish(
        _ publication: CaseLife.Publication, of row: CaseRow, act: Int64, finalAt: Int64
    ) throws -> String {
        var json = JSONBytes()
        json.raw("{")
        for (index, member) in publication.decisions.sorted(by: { $0.key < $1.key }).enumerated() {
            if index > 0 { json.raw(",") }
            json.name(member.key)
            json.raw(":")
            json.name(member.value.rawValue)
        }
        json.raw("}")
        let statement = try db.cachedStatement(
            sql: "INSERT INTO outcomes (case_number, act, kind, decisions, at, final_at) VALUES (?, ?, ?, ?, ?, ?)")
        try statement.execute(arguments: [
            row.number, act, publication.kind.rawValue, String(decoding: json.bytes, as: UTF8.self), at, finalAt,
        ])
        return publication.kind.rawValue + " " + String(decoding: json.bytes, as: UTF8.self)
    }
}
