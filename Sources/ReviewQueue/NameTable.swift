internal import GRDB
internal import Synchronization

/// The numbers of names and lanes, looked up once a process. Rows are only ever added, so that a number stays true;
/// one of a transaction that failed does not, and then all are forgotten.
final class NameTable: Sendable {
    private struct Known {
        var names: [String: Int64] = [:]
        /// By hash.
        var fragments: [Int64: Int64] = [:]
        var numbers: [Lane: Int64] = [:]
        var lanes: [Int64: Lane] = [:]
    }
    private let known = Mutex(Known())
    /// Names kept in memory, and ten times as many as fragments; more than this are looked up again.
    private static let most = 100_000

    func forget() { known.withLock { $0 = Known() } }

    /// The number of a name, given now if it is new.
    func number(of name: String, _ db: Database) throws -> Int64 {
        if let number = known.withLock({ $0.names[name] }) { return number }
        let number: Int64
        if let found = try find(name, db) {
            number = found
        } else {
            try db.cachedStatement(sql: "INSERT INTO names (text) VALUES (?)").execute(arguments: [name])
            number = db.lastInsertedRowID
        }
        known.withLock {
            if $0.names.count >= Self.most { $0.names.removeAll() }
            $0.names[name] = number
        }
        return number
    }

    /// The number of a name that is known, without giving one.
    func find(_ name: String, _ db: Database) throws -> Int64? {
        try Int64.fetchOne(db.cachedStatement(sql: "SELECT id FROM names WHERE text = ?"), arguments: [name])
    }

    func name(_ number: Int64, _ db: Database) throws -> String {
        try String.fetchOne(db.cachedStatement(sql: "SELECT text FROM names WHERE id = ?"), arguments: [number]) ?? ""
    }

    /// The number of the markets' part of a verdict, kept now if it is new.
    ///
    /// - Parameter hash: The first 8 bytes of the text's SHA-256.
    func number(ofFragment text: [UInt8], hash: Int64, _ db: Database) throws -> Int64 {
        if let number = known.withLock({ $0.fragments[hash] }) { return number }
        let string = String(decoding: text, as: UTF8.self)
        let find = try db.cachedStatement(sql: "SELECT id FROM fragments WHERE hash = ? AND text = ?")
        let number: Int64
        if let found = try Int64.fetchOne(find, arguments: [hash, string]) {
            number = found
        } else {
            let insert = try db.cachedStatement(sql: "INSERT INTO fragments (hash, text) VALUES (?, ?)")
            try insert.execute(arguments: [hash, string])
            number = db.lastInsertedRowID
        }
        known.withLock {
            if $0.fragments.count >= Self.most / 10 { $0.fragments.removeAll() }
            $0.fragments[hash] = number
        }
        return number
    }

    func fragment(_ number: Int64, _ db: Database) throws -> [UInt8] {
        let statement = try db.cachedStatement(sql: "SELECT text FROM fragments WHERE id = ?")
        return Array((try String.fetchOne(statement, arguments: [number]) ?? "").utf8)
    }

    func number(of lane: Lane, _ db: Database) throws -> Int64 {
        if let number = known.withLock({ $0.numbers[lane] }) { return number }
        let parts: StatementArguments = [
            Lane.list(lane.languages), Lane.list(lane.categories), Lane.list(lane.markets), lane.role.rawValue,
            Lane.list(lane.barred),
        ]
        let find = try db.cachedStatement(
            sql:
                "SELECT id FROM lanes WHERE languages = ? AND categories = ? AND markets = ? AND role = ? AND barred = ?"
        )
        let number: Int64
        if let found = try Int64.fetchOne(find, arguments: parts) {
            number = found
        } else {
            let insert = try db.cachedStatement(
                sql: "INSERT INTO lanes (languages, categories, markets, role, barred) VALUES (?, ?, ?, ?, ?)")
            try insert.execute(arguments: parts)
            number = db.lastInsertedRowID
        }
        keep(lane, number)
        return number
    }

    func lane(_ number: Int64, _ db: Database) throws -> Lane {
        if let lane = known.withLock({ $0.lanes[number] }) { return lane }
        let statement = try db.cachedStatement(sql: "SELECT * FROM lanes WHERE id = ?")
        guard let row = try Row.fetchOne(statement, arguments: [number]) else {
            return Lane(languages: [], categories: [], markets: [], role: .admin, barred: [])
        }
        let lane = Lane(
            languages: Lane.members(row["languages"]), categories: Lane.members(row["categories"]),
            markets: Lane.members(row["markets"]), role: Role(rawValue: row["role"]) ?? .admin,
            barred: Lane.members(row["barred"]))
        keep(lane, number)
        return lane
    }

    private func keep(_ lane: Lane, _ number: Int64) {
        known.withLock {
            if $0.lanes.count >= Self.most { ($0.lanes, $0.numbers) = ([:], [:]) }
            $0.lanes[number] = lane
            $0.numbers[lane] = number
        }
    }
}
