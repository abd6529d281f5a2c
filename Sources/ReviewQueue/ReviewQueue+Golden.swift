internal import ContentModel
internal import GRDB
public import Storage

/// A case whose right answer is known.
public struct GoldenCase: Sendable {
    public var id: String
    public var decision: Decision
    public var answers: Int
    public var right: Int
}

extension ReviewQueue {
    /// Makes a decided case golden: every so often each reviewer who can read it gets a copy of it, once, among the
    /// others, and what they decide about it counts for nothing but their record.
    ///
    /// - Parameter decision: The right one; nil takes what people decided, where it is the same in all markets.
    /// - Returns: Why not; nil when it is golden now.
    public func makeGolden(_ id: String, _ decision: Decision?, by actor: String) throws(StorageError) -> String? {
        try write { transaction in
            guard let row = try transaction.row(id), row.golden == nil else { return "there is no case \(id)" }
            guard row.life.state == .decided else {
                return "only a decided case can be golden; it is \(row.life.state.rawValue)"
            }
            let stands = Set(row.life.decisions.values)
            guard let right = decision ?? (stands.count == 1 ? stands.first : nil), right != .escalate else {
                return "markets were decided differently: say which decision is right"
            }
            try transaction.db.execute(
                sql: "INSERT OR REPLACE INTO golden (number, decision, actor, at) VALUES (?, ?, ?, ?)",
                arguments: [row.number, right.rawValue, actor, transaction.at])
            try transaction.record("golden", id, by: actor, [("decision", right.rawValue)])
            return nil
        }
    }

    /// - Returns: Whether it was golden.
    public func removeGolden(_ id: String, by actor: String) throws(StorageError) -> Bool {
        try write { transaction in
            try transaction.db.execute(
                sql: "DELETE FROM golden WHERE number = (SELECT number FROM cases WHERE id = ?)", arguments: [id])
            guard transaction.db.changesCount > 0 else { return false }
            try transaction.record("golden-removed", id, by: actor)
            return true
        }
    }

    public func goldenCases() throws(StorageError) -> [GoldenCase] {
        try file.read { db in
            try Row.fetchAll(
                db,
                sql: """
                    SELECT cases.id, golden.decision, count(acts.number) AS answers,
                        coalesce(sum(acts.decision = golden.decision), 0) AS right
                    FROM golden JOIN cases ON cases.number = golden.number
                    LEFT JOIN cases AS copy ON copy.golden = golden.number
                    LEFT JOIN acts ON acts.case_number = copy.number AND acts.kind = 'decide' AND acts.undone = 0
                    GROUP BY golden.number ORDER BY golden.number
                    """
            ).map { row in
                GoldenCase(
                    id: row["id"], decision: Decision(rawValue: row["decision"]) ?? .approve, answers: row["answers"],
                    right: row["right"])
            }
        }
    }
}
