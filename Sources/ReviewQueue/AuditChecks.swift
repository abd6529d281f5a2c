internal import ContentModel
internal import Foundation
internal import GRDB

/// Holds what is kept to what the events say. Events of old schemas have no JSON: they say that something was decided,
/// and not what.
struct AuditChecks {
    private let transaction: QueueTransaction
    private let db: Database
    /// Whether no event was deleted for its age.
    private let hasWholeChain: Bool
    private static let mostFaults = 20

    init(_ transaction: QueueTransaction, hasWholeChain: Bool) {
        self.transaction = transaction
        db = transaction.db
        self.hasWholeChain = hasWholeChain
    }

    /// Faults that a query finds, a row each: an id or a number.
    private func faults(_ sql: String, _ message: (String) -> String) throws -> [String] {
        try Row.fetchAll(db, sql: sql + " LIMIT \(Self.mostFaults)").map { message($0[0] as String) }
    }

    // MARK: - Posts and their verdicts

    func contents() throws -> [String] {
        var faults: [String] = []
        if hasWholeChain {
            faults += try self.faults(
                """
                SELECT id FROM cases WHERE golden IS NULL AND NOT EXISTS
                    (SELECT 1 FROM (SELECT DISTINCT case_id FROM events WHERE kind = 'queued') WHERE case_id = id)
                """
            ) { "case \($0) was never queued" }
            faults += try self.faults(
                """
                SELECT id FROM cases LEFT JOIN contents ON contents.number = cases.number
                WHERE contents.number IS NULL AND id NOT IN (SELECT case_id FROM events WHERE kind = 'purged')
                """
            ) { "the content of case \($0) is gone, and nobody purged it" }
            faults += try self.faults(
                """
                SELECT id FROM cases WHERE state = 'closed' AND golden IS NULL AND id NOT IN
                    (SELECT case_id FROM events WHERE kind IN ('superseded', 'withdrawn', 'purged'))
                """
            ) { "case \($0) is closed, and nothing closed it" }
        }
        faults += try self.faults(
            "SELECT case_id FROM events LEFT JOIN cases ON cases.id = case_id WHERE kind = 'queued' AND cases.id IS NULL"
        ) { "case \($0) is gone" }
        return faults + (try changedContents())
    }

    private func changedContents() throws -> [String] {
        var faults: [String] = []
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT cases.id, cases.severity, contents.salt, contents.post, contents.verdict,
                    fragments.text AS markets, said.digest
                FROM contents JOIN cases ON cases.number = contents.number AND cases.golden IS NULL
                JOIN fragments ON fragments.id = contents.markets
                JOIN (SELECT case_id, max(number), detail ->> 'content' AS digest FROM events
                    WHERE kind IN ('queued', 'rejudged') AND json_valid(detail) GROUP BY case_id) AS said
                    ON said.case_id = cases.id
                """)
        while let row = try rows.next(), faults.count < Self.mostFaults {
            let (post, markets, own): (String, String, String) = (row["post"], row["markets"], row["verdict"])
            let actual = IncomingCase.digest(
                of: Array(post.utf8), Array(markets.utf8), Array(own.utf8), severity: row["severity"],
                salt: Array(row["salt"] as Data))
            if row["digest"] != Data(actual).base64EncodedString() {
                faults.append("the content of case \(row["id"] as String) is not what was judged")
            }
        }
        return faults
    }

    // MARK: - What people did

    /// What each event says of an act.
    private static let said = """
        (SELECT number, case_id, kind, actor, CAST(detail ->> 'act' AS INTEGER) AS act, detail ->> 'decision' AS decision,
            detail ->> 'market' AS market, detail ->> 'told' AS told, detail ->> 'reason' AS reason,
            detail ->> 'note' AS note, detail ->> 'text' AS words
        FROM events WHERE kind IN ('decided', 'escalated', 'appealed', 'undone') AND json_valid(detail))
        """

    func acts() throws -> [String] {
        var faults = try self.faults(
            """
            SELECT CAST(said.number AS TEXT) FROM \(Self.said) AS said LEFT JOIN acts ON acts.number = said.act
            LEFT JOIN cases ON cases.number = acts.case_number
            WHERE said.kind <> 'undone' AND (acts.number IS NULL OR cases.id IS NOT said.case_id
                OR acts.actor <> said.actor AND acts.kind <> 'appeal'
                OR ifnull(acts.decision, acts.kind) <> ifnull(said.decision, 'appeal')
                OR ifnull(acts.market, '') <> ifnull(said.market, ''))
            """
        ) { "what event \($0) says was decided is not what is kept" }
        faults += try self.faults(
            """
            SELECT CAST(acts.number AS TEXT) FROM acts
            LEFT JOIN \(Self.said) AS said ON said.act = acts.number AND said.kind = 'undone'
            WHERE (acts.undone <> 0) <> (said.act IS NOT NULL)
            """
        ) { "act \($0) was taken back, or not, against what the events say" }
        if hasWholeChain {
            faults += try self.faults(
                """
                SELECT CAST(acts.number AS TEXT) FROM acts JOIN cases ON cases.number = acts.case_number
                WHERE acts.number NOT IN (SELECT act FROM \(Self.said) WHERE kind <> 'undone')
                    AND cases.id NOT IN (SELECT case_id FROM events WHERE kind = 'decided' AND NOT json_valid(detail))
                """
            ) { "act \($0) is in no event" }
        }
        return faults + (try changedWords())
    }

    /// Reasons, notes and appeals that are not what was written, as long as they are not erased.
    private func changedWords() throws -> [String] {
        var faults: [String] = []
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT acts.number, acts.kind, acts.reason AS kept_reason, acts.note AS kept_note, contents.salt,
                    said.reason, said.note, said.words
                FROM \(Self.said) AS said JOIN acts ON acts.number = said.act AND said.kind <> 'undone'
                JOIN contents ON contents.number = acts.case_number
                """)
        while let row = try rows.next(), faults.count < Self.mostFaults {
            let salt = Array(row["salt"] as Data)
            func digest(_ text: String?) -> String? {
                guard let text, !text.isEmpty else { return nil }
                return Data(IncomingCase.digest(of: text.utf8, salt: salt)).base64EncodedString()
            }
            let said: String? = row["kind"] == RecordedAct.Kind.appeal.rawValue ? row["words"] : row["reason"]
            if digest(row["kept_reason"]) != said || digest(row["kept_note"]) != row["note"] {
                faults.append("the words of act \(row["number"] as Int64) are not what was written")
            }
        }
        return faults
    }

    // MARK: - What followed

    func outcomes() throws -> [String] {
        var faults = try self.faults(
            """
            SELECT CAST(said.number AS TEXT) FROM \(Self.said) AS said
            LEFT JOIN outcomes ON outcomes.act = said.act
            WHERE said.kind = 'decided' AND (said.told IS NULL) <> (outcomes.number IS NULL)
                OR said.told IS NOT NULL AND said.told <> outcomes.kind || ' ' || outcomes.decisions
            """
        ) { "what the publisher is told is not what event \($0) says" }
        faults += try self.faults(
            """
            SELECT CAST(outcomes.number AS TEXT) FROM outcomes LEFT JOIN acts ON acts.number = outcomes.act
            WHERE acts.number IS NULL OR acts.case_number <> outcomes.case_number OR acts.undone <> outcomes.undone
            """
        ) { "outcome \($0) is of no act" }
        return faults
    }

    /// Cases that do not stand where what people did left them.
    func states() throws -> [String] {
        var faults: [String] = []
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT * FROM cases WHERE golden IS NULL AND state <> 'closed'
                    AND (state IN ('decided', 'appealed') OR number IN (SELECT case_number FROM acts))
                """)
        while let found = try rows.next(), faults.count < Self.mostFaults {
            let row = try transaction.row(found)
            if found["state"] != row.life.state.rawValue {
                faults.append("case \(row.id) is \(found["state"] as String), and should be \(row.life.state.rawValue)")
            }
        }
        return faults
    }
}
