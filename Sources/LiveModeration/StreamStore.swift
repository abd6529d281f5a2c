internal import Foundation
internal import GRDB
public import Storage
internal import Synchronization

/// The file of `--state`: what open streams are remembered by, so that a checker which is started again goes on where
/// the last one was.
public final class StreamStore: Sendable {
    private static let schema = [
        DatabaseFile.Migration(
            """
            CREATE TABLE streams (
                id BLOB PRIMARY KEY,  -- the name, UTF-8: it may hold a NUL
                state BLOB NOT NULL,
                saved INTEGER NOT NULL  -- milliseconds since 1970, by the wall clock
            ) WITHOUT ROWID;
            CREATE INDEX streams_by_time ON streams (saved);
            """)
    ]

    /// "mdls", so that no queue is taken for it.
    private static let applicationID = 0x6D64_6C73

    /// How long a stream is kept of which nothing comes, ms.
    private static let longestKept: Int64 = 86_400_000

    private let file: DatabaseFile
    /// Hashes of the streams in the file, so that new streams cost no look into it.
    private let known: Mutex<Set<Int>>

    /// Opens the file, or makes it with mode 0600.
    ///
    /// - Parameter now: The wall clock, ms; streams that were saved a day before are dropped.
    public init(path: String, now: Int64) throws(StorageError) {
        let file = try DatabaseFile(
            path: path, creates: true, applicationID: Self.applicationID, migrations: Self.schema)
        let kept = try file.write { db in
            try db.execute(sql: "DELETE FROM streams WHERE saved < ?", arguments: [now - Self.longestKept])
            var kept: Set<Int> = []
            let ids = try Data.fetchCursor(db, sql: "SELECT id FROM streams")
            while let id = try ids.next() { kept.insert(String(decoding: id, as: UTF8.self).hashValue) }
            return kept
        }
        self.file = file
        known = Mutex(kept)
    }

    /// A stream's state; nil where none is kept.
    public func state(of id: String) throws(StorageError) -> [UInt8]? {
        guard known.withLock({ $0.contains(id.hashValue) }) else { return nil }
        return try file.read { db in
            try Data.fetchOne(db, sql: "SELECT state FROM streams WHERE id = ?", arguments: [Data(id.utf8)]).map {
                Array($0)
            }
        }
    }

    /// Keeps states, on the disk when this returns.
    public func save(_ states: [String: [UInt8]], now: Int64) throws(StorageError) {
        guard !states.isEmpty else { return }
        try file.write { db in
            let statement = try db.cachedStatement(
                sql: "INSERT OR REPLACE INTO streams (id, state, saved) VALUES (?, ?, ?)")
            for (id, state) in states { try statement.execute(arguments: [Data(id.utf8), Data(state), now]) }
        }
        known.withLock { known in
            for id in states.keys { known.insert(id.hashValue) }
        }
    }

    /// Forgets streams that are over, and those of which nothing came for a day.
    public func drop(_ ids: [String], now: Int64) throws(StorageError) {
        guard !ids.isEmpty else { return }
        try file.write { db in
            let statement = try db.cachedStatement(sql: "DELETE FROM streams WHERE id = ?")
            for id in ids { try statement.execute(arguments: [Data(id.utf8)]) }
            try db.execute(sql: "DELETE FROM streams WHERE saved < ?", arguments: [now - Self.longestKept])
        }
        known.withLock { known in
            for id in ids { known.remove(id.hashValue) }
        }
    }
}
