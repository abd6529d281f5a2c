internal import Crypto
internal import Foundation
internal import GRDB

/// Something that happened to a case, as the audit keeps it.
public struct CaseEvent: Sendable, Equatable {
    /// From 1, without gaps.
    public var number: Int64
    /// Milliseconds since 1970, by the clock of the machine that wrote it.
    public var at: Int64
    public var caseID: String
    /// queued, claimed, decided, …; the list is in `Documentation/Review.md`.
    public var kind: String
    public var actor: String
    /// A JSON object. Texts that people wrote are not in it, only their salted SHA-256.
    public var detail: String
}

/// Appends events, each with the hash of the one before, so that none can be changed or taken out unseen.
struct EventChain {
    private var number: Int64
    private var hash: [UInt8]

    /// The end of the chain, inside a write transaction.
    init(_ db: Database) throws {
        let statement = try db.cachedStatement(sql: "SELECT number, hash FROM events ORDER BY number DESC LIMIT 1")
        if let last = try Row.fetchOne(statement) {
            number = last["number"]
            hash = Array(last["hash"] as Data)
        } else {
            (number, hash) = try Self.start(db)
        }
    }

    mutating func append(_ db: Database, _ event: CaseEvent) throws {
        number += 1
        var event = event
        event.number = number
        hash = Self.hash(of: event, after: hash)
        let statement = try db.cachedStatement(
            sql: "INSERT INTO events (number, at, case_id, kind, actor, detail, hash) VALUES (?, ?, ?, ?, ?, ?, ?)")
        try statement.execute(arguments: [
            number, event.at, event.caseID, event.kind, event.actor, event.detail, Data(hash),
        ])
    }

    /// What stands before the first event: nothing, or the last one that was deleted.
    static func start(_ db: Database) throws -> (number: Int64, hash: [UInt8]) {
        guard let row = try Row.fetchOne(db, sql: "SELECT number, hash FROM chain_start") else {
            return (0, [UInt8](repeating: 0, count: 32))
        }
        return (row["number"], Array(row["hash"] as Data))
    }

    /// The end of a chain in which every event follows from the one before, or the number of the first that does not.
    ///
    /// - Parameter visit: Is given every event, in order.
    static func check(
        _ db: Database, visit: (CaseEvent) throws -> Void
    ) throws -> (count: Int, head: [UInt8], broken: Int64?) {
        var (number, hash) = try start(db)
        var count = 0
        let rows = try Row.fetchCursor(
            db, sql: "SELECT number, at, case_id, kind, actor, detail, hash FROM events ORDER BY number")
        while let row = try rows.next() {
            let event = event(of: row)
            let next = Self.hash(of: event, after: hash)
            guard event.number == number + 1, Data(next) == row["hash"] else { return (count, hash, number + 1) }
            try visit(event)
            (number, hash, count) = (event.number, next, count + 1)
        }
        return (count, hash, nil)
    }

    static func event(of row: Row) -> CaseEvent {
        CaseEvent(
            number: row["number"], at: row["at"], caseID: row["case_id"], kind: row["kind"], actor: row["actor"],
            detail: row["detail"])
    }

    private static func hash(of event: CaseEvent, after previous: [UInt8]) -> [UInt8] {
        var bytes = previous
        bytes.reserveCapacity(256)
        func add(_ part: String) {
            bytes.append(contentsOf: String(part.utf8.count).utf8)
            bytes.append(0x3A)
            bytes.append(contentsOf: part.utf8)
        }
        add(String(event.number))
        add(String(event.at))
        add(event.caseID)
        add(event.kind)
        add(event.actor)
        add(event.detail)
        return Array(SHA256.hash(data: bytes))
    }
}
