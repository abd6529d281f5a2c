internal import ContentModel
internal import Foundation
internal import GRDB
public import Storage

/// What a look at the whole audit found.
public struct AuditReport: Sendable {
    public var events = 0
    /// The number of the first event, 1 unless old ones were deleted.
    public var first: Int64 = 1
    /// SHA-256 of the last event, which stands for all before it: whoever notes it down sees when the end is cut off.
    public var head: [UInt8] = []
    /// What does not hold, for people; empty when all does.
    public var faults: [String] = []
}

extension ReviewQueue {
    /// Whether every event follows from the one before, and whether posts and decisions are still what the events say.
    ///
    /// - Parameter expectedHead: A head that was noted before: it must be among the events.
    public func verify(expectedHead: String? = nil) throws(StorageError) -> AuditReport {
        try file.read { db in
            var report = AuditReport()
            var hasHead = expectedHead == nil
            report.first = try EventChain.start(db).number + 1
            let checked = try EventChain.check(db) { _ in }
            if let expectedHead, let bytes = Data(hexadecimal: expectedHead) {
                hasHead =
                    try Bool.fetchOne(
                        db, sql: "SELECT EXISTS (SELECT 1 FROM events WHERE hash = ?)", arguments: [bytes]) ?? false
            }
            (report.events, report.head) = (checked.count, checked.head)
            if let broken = checked.broken {
                report.faults.append("event \(broken) does not follow from the one before")
            }
            if !hasHead { report.faults.append("the head that was noted is not among the events: some were cut off") }
            report.faults += try Self.changedPosts(db)
            report.faults += try Self.changedActs(db)
            return report
        }
    }

    private static let mostFaults = 20

    /// Posts that are not what was queued, as long as they are not erased.
    private static func changedPosts(_ db: Database) throws -> [String] {
        var faults: [String] = []
        let rows = try Row.fetchCursor(
            db,
            sql: """
                SELECT cases.id, contents.salt, contents.post, events.detail ->> 'post' AS digest
                FROM contents JOIN cases ON cases.number = contents.number AND cases.golden IS NULL
                LEFT JOIN (SELECT case_id, detail FROM events WHERE kind = 'queued') AS events
                    ON events.case_id = cases.id
                """)
        let start = try EventChain.start(db).number
        while let row = try rows.next(), faults.count < mostFaults {
            let (id, salt, post): (String, Data, String) = (row["id"], row["salt"], row["post"])
            guard let digest: String = row["digest"] else {
                // Old schemas and deleted events did not keep it.
                if start == 0, try !hasQueuedEvent(id, db) { faults.append("case \(id) was never queued") }
                continue
            }
            let actual = Data(IncomingCase.digest(of: post.utf8, salt: Array(salt))).base64EncodedString()
            if digest != actual { faults.append("the post of case \(id) is not the one that was queued") }
        }
        return faults
    }

    private static func hasQueuedEvent(_ id: String, _ db: Database) throws -> Bool {
        try Bool.fetchOne(
            db, sql: "SELECT EXISTS (SELECT 1 FROM events WHERE case_id = ? AND kind = 'queued')", arguments: [id])
            ?? false
    }

    /// Decisions that are not what the events say, or are gone.
    private static func changedActs(_ db: Database) throws -> [String] {
        let rows = try Row.fetchAll(
            db,
            sql: """
                SELECT events.number FROM events LEFT JOIN acts ON acts.number = events.detail ->> 'act'
                WHERE events.kind IN ('decided', 'escalated', 'appealed') AND events.detail ->> 'act' IS NOT NULL
                    AND (acts.number IS NULL OR acts.actor <> events.actor AND acts.kind <> 'appeal'
                        OR ifnull(acts.decision, acts.kind) <> ifnull(events.detail ->> 'decision', 'appeal')
                        OR ifnull(acts.market, '') <> ifnull(events.detail ->> 'market', ''))
                LIMIT \(mostFaults)
                """)
        return rows.map { "what event \($0["number"] as Int64) says was decided is not what is kept" }
    }

    /// Hands over events in their order, a few hundred at a time.
    ///
    /// - Parameters:
    ///   - caseID: Nil for all.
    ///   - times: Milliseconds since 1970.
    public func forEachEvent(
        of caseID: String? = nil, in times: Range<Int64> = Int64.min..<Int64.max, _ body: (CaseEvent) throws -> Void
    ) throws {
        var last: Int64 = 0
        while true {
            let events = try file.read { db in
                try Row.fetchAll(
                    db,
                    sql: """
                        SELECT * FROM events WHERE number > ?1 AND (?2 IS NULL OR case_id = ?2) AND at >= ?3 AND at < ?4
                        ORDER BY number LIMIT 512
                        """, arguments: [last, caseID, times.lowerBound, times.upperBound]
                ).map(EventChain.event)
            }
            guard let end = events.last else { return }
            for event in events { try body(event) }
            last = end.number
        }
    }
}

extension Data {
    init?(hexadecimal text: String) {
        let digits = Array(text.utf8)
        guard digits.count % 2 == 0 else { return nil }
        self.init()
        for index in stride(from: 0, to: digits.count, by: 2) {
            guard let byte = UInt8(String(decoding: digits[index...(index + 1)], as: UTF8.self), radix: 16) else {
                return nil
            }
            append(byte)
        }
    }
}
