internal import ContentModel
internal import Foundation
internal import GRDB
public import Storage

extension ReviewQueue {
    /// Erases the content of cases that were queued before a time and are decided or closed: posts, evidence, and what
    /// people wrote about them. What remains says that there was a case, and the chain of events still holds.
    ///
    /// - Parameters:
    ///   - time: Milliseconds since 1970.
    ///   - keepsEvents: Otherwise the oldest events are deleted, as far as all of them are older than `time` and about
    ///     erased cases; the chain then begins behind them.
    /// - Returns: How many cases were erased, how many events deleted, and whether the log is free of them, too.
    public func purge(
        before time: Int64, keepsEvents: Bool, by actor: String
    ) throws(StorageError) -> (cases: Int, events: Int, isLogEmpty: Bool) {
        let cases = try erase(
            "created < ? AND state IN ('decided', 'closed')", [time.databaseValue], closes: false, by: actor)
        let events = keepsEvents ? 0 : try deleteEvents(before: time)
        return (cases, events, file.emptyLog())
    }

    /// Erases a person's texts, whatever state their cases are in; those that wait are closed.
    ///
    /// - Returns: How many cases, and whether the log is free of them, too.
    public func purge(author: String, by actor: String) throws(StorageError) -> (cases: Int, isLogEmpty: Bool) {
        let cases = try erase("author = ?", [author.databaseValue], closes: true, by: actor)
        return (cases, file.emptyLog())
    }

    private func erase(
        _ condition: String, _ values: [DatabaseValue], closes: Bool, by actor: String
    ) throws(StorageError) -> Int {
        let at = time
        var count = 0
        var last: Int64 = 0
        while true {
            let erased = try file.erase { db in
                var transaction = QueueTransaction(db, at: at, of: self)
                let numbers = try Int64.fetchAll(
                    db,
                    sql: """
                        SELECT number FROM cases WHERE number > \(last) AND \(condition)
                            AND (content_hash IS NOT NULL OR EXISTS
                                (SELECT 1 FROM contents WHERE contents.number = cases.number))
                        ORDER BY number LIMIT \(Self.fewAtOnce)
                        """, arguments: StatementArguments(values))
                for number in numbers { try transaction.erase(number, forgetsAuthor: closes, by: actor) }
                return numbers
            }
            count += erased.count
            guard erased.count == Self.fewAtOnce, let end = erased.last else { return count }
            last = end
        }
    }

    private func deleteEvents(before time: Int64) throws(StorageError) -> Int {
        try file.erase { db in
            let first = try Int64.fetchOne(
                db,
                sql: """
                    SELECT min(events.number) FROM events LEFT JOIN cases ON cases.id = events.case_id
                    WHERE events.at >= ? OR cases.content_hash IS NOT NULL OR cases.state NOT IN ('decided', 'closed')
                    """, arguments: [time])
            // The last event stays: the chain goes on from it.
            guard let last = try Int64.fetchOne(db, sql: "SELECT max(number) FROM events") else { return 0 }
            let end = min(first ?? last, last) - 1
            let row = try Row.fetchOne(db, sql: "SELECT number, hash FROM events WHERE number = ?", arguments: [end])
            guard let row else { return 0 }
            try db.execute(sql: "DELETE FROM chain_start")
            try db.execute(
                sql: "INSERT INTO chain_start (number, hash) VALUES (?, ?)",
                arguments: [row["number"] as Int64, row["hash"] as Data])
            try db.execute(sql: "DELETE FROM events WHERE number <= ?", arguments: [end])
            return db.changesCount
        }
    }
}

extension QueueTransaction {
    fileprivate mutating func erase(_ number: Int64, forgetsAuthor: Bool, by actor: String) throws {
        guard var row = try row(number) else { return }
        if row.life.state != .closed {
            row.life.close()
            try save(row, revises: true)
        }
        try db.execute(sql: "DELETE FROM contents WHERE number = ?", arguments: [number])
        for copy in try Int64.fetchAll(db, sql: "SELECT number FROM cases WHERE golden = ?", arguments: [number]) {
            try erase(copy, forgetsAuthor: forgetsAuthor, by: actor)
        }
        try db.execute(sql: "DELETE FROM golden WHERE number = ?", arguments: [number])
        try db.execute(
            sql: "UPDATE cases SET content_hash = NULL, author = iif(?, NULL, author) WHERE number = ?",
            arguments: [forgetsAuthor, number])
        if forgetsAuthor {
            try db.execute(
                sql: "UPDATE acts SET actor = 'author' WHERE case_number = ? AND kind = 'appeal'", arguments: [number])
        }
        try db.execute(sql: "UPDATE acts SET reason = NULL, note = NULL WHERE case_number = ?", arguments: [number])
        try record("purged", row.id, by: actor)
    }
}
