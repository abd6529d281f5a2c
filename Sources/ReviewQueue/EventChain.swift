internal import Crypto
internal import Foundation
internal import GRDB

/// Appends events, each with the hash of the one before, so that none can be changed or taken out unseen.
struct EventChain {
    private var number: Int64
    private var hash: Data

    /// The end of the chain, inside a write transaction.
    init(_ db: Database) throws {
        let last = try Row.fetchOne(db, sql: "SELECT number, hash FROM events ORDER BY number DESC LIMIT 1")
        number = last?["number"] ?? 0
        hash = last?["hash"] ?? Data(repeating: 0, count: 32)
    }

    mutating func append(_ db: Database, at: Int64, caseID: String, kind: String, actor: String, detail: String) throws
    {
        number += 1
        hash = Self.hash(of: (number, at, caseID, kind, actor, detail), after: hash)
        let statement = try db.cachedStatement(
            sql: "INSERT INTO events (number, at, case_id, kind, actor, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)")
        try statement.execute(arguments: [number, at, caseID, kind, actor, detail, hash])
    }

    /// Whether every event follows from the one before.
    ///
    /// - Returns: The number of the first event that does not, or nil.
    static func firstBreak(_ db: Database) throws -> Int64? {
        var previous = Data(repeating: 0, count: 32)
        var expected: Int64 = 1
        let rows = try Row.fetchCursor(
            db, sql: "SELECT number, at, case_id, kind, actor, detail, hash FROM events ORDER BY number")
        while let row = try rows.next() {
            let number: Int64 = row["number"]
            let hash: Data = row["hash"]
            let event: (Int64, Int64, String, String, String, String) = (
                number, row["at"], row["case_id"], row["kind"], row["actor"], row["detail"]
            )
            guard number == expected, hash == Self.hash(of: event, after: previous) else { return expected }
            previous = hash
            expected += 1
        }
        return nil
    }

    private static func hash(
        of event: (Int64, Int64, String, String, String, String), after previous: Data
    ) -> Data {
        var digest = SHA256()
        digest.update(data: previous)
        for part in ["\(event.0)", "\(event.1)", event.2, event.3, event.4, event.5] {
            digest.update(data: Data("\(part.utf8.count):\(part)".utf8))
        }
        return Data(digest.finalize())
    }
}
