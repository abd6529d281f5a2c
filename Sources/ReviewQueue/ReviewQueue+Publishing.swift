internal import ContentModel
internal import Foundation
internal import GRDB
public import Storage

/// What people decided about a post, for the publisher to act on.
public struct PublishedDecision: Sendable {
    /// Where to go on; grows.
    public var cursor: Int64
    public var caseID: String
    public var postID: String?
    public var kind: CaseLife.Publication.Kind
    /// A JSON object: market to decision.
    public var decisions: String
    public var reviewer: String
    /// What the author may be told.
    public var reason: String?
    /// Milliseconds since 1970.
    public var at: Int64
}

extension ReviewQueue {
    /// What was decided behind a cursor, in order. A decision that may still be taken back is not among them, and
    /// neither is any behind it: a publisher who goes on from the last cursor acts on each exactly once.
    public func published(after cursor: Int64, limit: Int) throws(StorageError) -> [PublishedDecision] {
        let now = time
        return try file.read { db in
            let rows = try Row.fetchCursor(
                db,
                sql: """
                    SELECT outcomes.*, cases.id AS id, cases.post_key AS post_key, acts.actor AS actor,
                        acts.reason AS reason
                    FROM outcomes JOIN cases ON cases.number = outcomes.case_number
                    JOIN acts ON acts.number = outcomes.act
                    WHERE outcomes.number > ? ORDER BY outcomes.number
                    """, arguments: [cursor])
            var found: [PublishedDecision] = []
            while found.count < limit, let row = try rows.next() {
                guard row["undone"] == 0 else { continue }
                let finalAt: Int64 = row["final_at"]
                // A clock that was ahead must not stop the publisher for longer than any grace.
                if finalAt > now, finalAt - now <= Self.longestGrace { break }
                let key: String = row["post_key"]
                found.append(
                    PublishedDecision(
                        cursor: row["number"], caseID: row["id"],
                        postID: key.hasPrefix("id:") ? String(key.dropFirst(3)) : nil,
                        kind: CaseLife.Publication.Kind(rawValue: row["kind"]) ?? .decided,
                        decisions: row["decisions"], reviewer: row["actor"], reason: row["reason"], at: row["at"]))
            }
            return found
        }
    }

    /// The longest time for which a decision may be taken back, milliseconds.
    public static let longestGrace: Int64 = 60_000

    /// The author has deleted the post: nobody needs to look at it any more.
    ///
    /// - Returns: The case, or nil when none of that post is alive.
    public func withdraw(postID: String, by actor: String) throws(StorageError) -> String? {
        try write { transaction in
            let number = try Int64.fetchOne(
                transaction.db, sql: "SELECT number FROM cases WHERE post_key = ? AND state <> 'closed'",
                arguments: ["id:" + postID])
            guard let number, var row = try transaction.row(number) else { return nil }
            row.life.close()
            try transaction.save(row, revises: true)
            try transaction.record("withdrawn", row.id, by: actor)
            return row.id
        }
    }

    // MARK: - Appeals

    /// The author does not agree: somebody else decides anew.
    public func appeal(_ id: String, by author: String, text: String?) throws(StorageError) -> Outcome {
        try write { transaction in
            guard var row = try transaction.row(id) else { return .unknown }
            return try transaction.appeal(&row, by: author, text: text, ofBlocked: false)
        }
    }

    /// An appeal about a post that rules blocked, and that nobody has looked at: it becomes a case, unless it is one.
    public func appeal(blocked incoming: IncomingCase, by author: String, text: String?) throws(StorageError) -> Outcome
    {
        try write { transaction in
            let queued = try transaction.enqueue(incoming)
            guard var row = try transaction.row(queued.id) else { return .unknown }
            let isNew = queued.id == incoming.candidateID
            return try transaction.appeal(&row, by: author, text: text, ofBlocked: isNew)
        }
    }
}

extension QueueTransaction {
    fileprivate mutating func appeal(
        _ row: inout CaseRow, by author: String, text: String?, ofBlocked isBlocked: Bool
    ) throws -> ReviewQueue.Outcome {
        do throws(CaseLife.Refusal) { try row.life.appeal(ofBlocked: isBlocked) } catch { return .refused(error) }
        let act = try keepAct(.appeal, of: row, actor: author, reason: text, note: nil)
        // It waits as long as a new case would, in its place by the same rules.
        let boost = Double(row.due) / 1000 - row.rank
        let due = at + CaseRank.allowance(row.severity)
        try db.execute(
            sql: "UPDATE cases SET due = ?, rank = ? WHERE number = ?",
            arguments: [due, Double(due) / 1000 - boost, row.number])
        try save(row, revises: true)
        try record(
            "appealed", row.id, by: "author",
            [("act", "\(act)"), ("text", try digest(text, of: row.number))].filter { !$0.1.isEmpty })
        return .done(try whole(try self.row(row.number) ?? row))
    }
}
