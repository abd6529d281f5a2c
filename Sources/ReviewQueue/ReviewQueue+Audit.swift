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
    /// Whether every event follows from the one before, and whether cases, posts, decisions and what was told of them are
    /// still what the events say.
    ///
    /// - Parameter expectedHead: A head that was noted before: it must be among the events.
    public func verify(expectedHead: String? = nil) throws(StorageError) -> AuditReport {
        try read { transaction in
            let db = transaction.db
            var report = AuditReport()
            report.first = try EventChain.start(db).number + 1
            let checked = try EventChain.check(db) { _ in }
            (report.events, report.head) = (checked.count, checked.head)
            if let broken = checked.broken {
                report.faults.append("event \(broken) does not follow from the one before")
            }
            if let expectedHead, let bytes = Data(hexadecimal: expectedHead),
                try !Bool.fetchOne(db, sql: "SELECT EXISTS (SELECT 1 FROM events WHERE hash = ?)", arguments: [bytes])!
            {
                report.faults.append("the head that was noted is not among the events: some were cut off")
            }
            let audit = AuditChecks(transaction, hasWholeChain: report.first == 1)
            report.faults += try audit.contents() + audit.acts() + audit.outcomes() + audit.states()
            return report
        }
    }

    /// Hands over events in their order, a few hundred at a time. What a first reader decided is left out as long as a
    /// second one is asked, who must not know.
    ///
    /// - Parameters:
    ///   - caseID: Nil for all.
    ///   - times: Milliseconds since 1970.
    public func forEachEvent(
        of caseID: String? = nil, in times: Range<Int64> = Int64.min..<Int64.max, _ body: (CaseEvent) throws -> Void
    ) throws {
        var last: Int64 = 0
        while true {
            let events = try read { transaction in
                try Row.fetchAll(
                    transaction.db,
                    sql: """
                        SELECT * FROM events WHERE number > ?1 AND (?2 IS NULL OR case_id = ?2) AND at >= ?3 AND at < ?4
                        ORDER BY number LIMIT 512
                        """, arguments: [last, caseID, times.lowerBound, times.upperBound]
                ).map { try transaction.shown(EventChain.event(of: $0)) }
            }
            guard let end = events.last else { return }
            for event in events { try body(event) }
            last = end.number
        }
    }
}

extension QueueTransaction {
    fileprivate func shown(_ event: CaseEvent) throws -> CaseEvent {
        guard event.kind == "decided" || event.kind == "escalated", let row = try row(event.caseID),
            row.lane.isCritical(row.severity), row.life.readings < 2, row.life.state != .decided,
            row.life.state != .closed
        else { return event }
        var event = event
        event.detail = #"{"withheld":"a second person is asked"}"#
        return event
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
