internal import Foundation
public import GRDB

/// The one SQLite file: opened, checked, migrated; then read and written.
///
/// Write-ahead logging with `synchronous=FULL`: what a transaction committed is on the disk when it returns, whatever
/// happens to the process or the machine. Writers take fair turns, and the log is carried into the file beside them.
public final class DatabaseFile: Sendable {
    /// One step of the schema; steps are numbered from 1 by their place and never edited once released.
    public struct Migration: Sendable {
        public var sql: String

        public init(_ sql: String) { self.sql = sql }
    }

    /// "mdrt", kept in the file's header (`PRAGMA application_id`).
    public static let applicationID = 0x6D64_7274

    public let path: String
    /// Whether this call made the file.
    public let isNew: Bool
    private let queue: DatabaseQueue
    private let lock: WriteLock
    private let checkpoints: Checkpoints

    /// Opens the file. One of an older version is copied to `FILE.schema-N`, N being its schema, and brought up to date.
    ///
    /// - Parameters:
    ///   - path: Where it is.
    ///   - creates: Whether a missing file is made, with mode 0600.
    ///   - applicationID: What tells files of this kind from others, kept in the header.
    ///   - migrations: Every step of the schema so far.
    ///   - patience: Seconds to wait for another process's write.
    ///   - writes: Whether it must be possible to write at once. Otherwise a file that is up to date is only read until
    ///     something is written, and waits for nobody.
    /// - Throws: ``StorageError``.
    public init(
        path: String, creates: Bool, applicationID: Int = DatabaseFile.applicationID,
        migrations: [Migration] = DatabaseFile.schema, patience: Double = 5, writes: Bool = true
    ) throws(StorageError) {
        self.path = path
        let exists = FileManager.default.fileExists(atPath: path)
        guard exists || creates else {
            throw StorageError(
                .missing, "there is no database at \(path): run `moderate` there first, or name one with --db FILE")
        }
        isNew = !exists
        do {
            if !exists { try Self.create(path) }
            let queue = try DatabaseQueue(path: path, configuration: Self.configuration(patience: patience))
            // Before anything is made beside a file that may be another program's.
            try queue.read { db in try Self.check(db, path: path, applicationID, migrations) }
            let lock = try WriteLock(beside: path, patience: patience)
            let version = try queue.read { try Int.fetchOne($0, sql: "PRAGMA user_version") }
            try queue.writeWithoutTransaction { db in
                try Self.settings(db)
                guard writes || version != migrations.count else { return }
                guard lock.take() else { throw StorageError.locked(path) }
                defer { lock.give() }
                try Self.prepare(db, path: path, applicationID, migrations)
            }
            checkpoints = Checkpoints(path: path, lock: try WriteLock(beside: path, patience: 1)) {
                // A reader in the way is not waited for: the next commit tries again.
                try DatabaseQueue(path: path, configuration: Self.configuration(patience: 0))
            }
            self.queue = queue
            self.lock = lock
        } catch let error as StorageError {
            throw error
        } catch {
            throw StorageError(error, path: path)
        }
    }

    deinit { checkpoints.finish() }

    /// Runs `body` in one immediate transaction, committed to the disk when this returns.
    public func write<Value>(_ body: (Database) throws -> Value) throws(StorageError) -> Value {
        let value = try transact(.commit, body)
        checkpoints.look()
        return value
    }

    /// Runs `body` in one immediate transaction that is taken back whatever it does.
    public func tryOut<Value>(_ body: (Database) throws -> Value) throws(StorageError) -> Value {
        try transact(.rollback, body)
    }

    private func transact<Value>(
        _ completion: Database.TransactionCompletion, _ body: (Database) throws -> Value
    ) throws(StorageError) -> Value {
        do {
            return try queue.writeWithoutTransaction { db in
                guard lock.take() else { throw StorageError.locked(path) }
                defer { lock.give() }
                var value: Value?
                try db.inTransaction(.immediate) {
                    value = try body(db)
                    return completion
                }
                return value!
            }
        } catch let error as StorageError {
            throw error
        } catch {
            throw StorageError(error, path: path)
        }
    }

    /// Whether another writer waits for the transaction in hand to end.
    public var isAwaited: Bool { lock.isAwaited }

    /// Erases for good: what `body` deletes is overwritten in the file, and taken out of the log.
    public func erase<Value>(_ body: (Database) throws -> Value) throws(StorageError) -> Value {
        let value = try transact(.commit) { db in
            // Kept on: overwriting pages costs little where nothing is deleted.
            try db.execute(sql: "PRAGMA secure_delete = ON")
            return try body(db)
        }
        return value
    }

    /// Carries all of the log into the file and empties it, so that nothing of what was erased is left there.
    ///
    /// - Returns: Whether it could: a reader in another process may be in the way.
    @discardableResult
    public func emptyLog() -> Bool { checkpoints.carryAll() }

    public func read<Value>(_ body: (Database) throws -> Value) throws(StorageError) -> Value {
        do {
            return try queue.read(body)
        } catch let error as StorageError {
            throw error
        } catch {
            throw StorageError(error, path: path)
        }
    }

    // MARK: - Opening

    private static func create(_ path: String) throws {
        let descriptor = unsafe open(path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let code: StorageError.Code =
                errno == ENOSPC ? .full : errno == EACCES || errno == EROFS ? .readOnly : .failed
            let reason = unsafe String(cString: strerror(errno))
            throw StorageError(
                code,
                "the database \(path) cannot be made: \(reason). Name another place (--db FILE or --state FILE), or use --no-queue"
            )
        }
        close(descriptor)
    }

    private static func configuration(patience: Double) -> Configuration {
        var configuration = Configuration()
        configuration.label = "moderate"
        // Retries with jitter: SQLite's own handler sleeps ever longer and starves a writer among many
        // (95th percentile 58 ms with this one, 318 ms with SQLite's).
        let deadline = RetryDeadline(patience: patience)
        configuration.busyMode = .callback { tries in
            if tries == 0 { deadline.start() }
            guard !deadline.hasPassed else { return false }
            usleep(UInt32.random(in: 500...2500))
            return true
        }
        return configuration
    }

    /// Whether the file is one of ours that this version can read.
    private static func check(
        _ db: Database, path: String, _ applicationID: Int, _ migrations: [Migration]
    ) throws {
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        let application = try Int.fetchOne(db, sql: "PRAGMA application_id") ?? 0
        let tables = try Int.fetchOne(db, sql: "SELECT count(*) FROM sqlite_master") ?? 0
        guard application == applicationID || tables == 0 && version == 0 else {
            throw StorageError(
                .notOurs, "\(path) is another program's database: name another file (--db FILE or --state FILE)")
        }
        guard version <= migrations.count else {
            throw StorageError(
                .fromTheFuture,
                "\(path) was made by a newer version of moderate (schema \(version), this one knows \(migrations.count)): upgrade moderate, or name another file (--db FILE or --state FILE)"
            )
        }
    }

    private static func settings(_ db: Database) throws {
        try db.execute(sql: "PRAGMA journal_mode = WAL")
        // GRDB leaves NORMAL behind for WAL, which may lose the last commits with the power.
        try db.execute(sql: "PRAGMA synchronous = FULL")
        try db.execute(sql: "PRAGMA wal_autocheckpoint = 0")
        // Pages that the indexes of a million cases are found in without asking the system for them; kibibytes.
        try db.execute(sql: "PRAGMA cache_size = -65536")
    }

    private static func prepare(
        _ db: Database, path: String, _ applicationID: Int, _ migrations: [Migration]
    ) throws {
        // Two processes may have opened a file at once: the second one finds the work done.
        let version = try Int.fetchOne(db, sql: "PRAGMA user_version") ?? 0
        if version > 0, version < migrations.count { try backUp(db, to: "\(path).schema-\(version)") }
        // Where nothing is to do this proves that the file may be written before the first post is judged.
        try db.inTransaction(.immediate) {
            for (index, migration) in migrations.enumerated() where index >= version {
                try db.execute(sql: migration.sql)
            }
            if version < migrations.count { try db.execute(sql: "PRAGMA application_id = \(applicationID)") }
            try db.execute(sql: "PRAGMA user_version = \(migrations.count)")
            return .commit
        }
    }

    /// Copies the whole database, log included, to a file that only its owner may read.
    private static func backUp(_ db: Database, to path: String) throws {
        unsafe _ = unlink(path)
        try create(path)
        do {
            try db.execute(sql: "VACUUM INTO ?", arguments: [path])
        } catch {
            unsafe _ = unlink(path)
            throw error
        }
    }
}

/// When one wait for the write lock began.
///
/// `@unchecked Sendable because` SQLite calls the busy handler on the one connection's own queue.
private final class RetryDeadline: @unchecked Sendable {
    private let patience: Double
    private var began = ContinuousClock.now

    init(patience: Double) { self.patience = patience }

    func start() { began = .now }
    var hasPassed: Bool { ContinuousClock.now - began > .seconds(patience) }
}

extension StorageError {
    static func locked(_ path: String) -> StorageError {
        StorageError(.locked, "the database \(path) is locked by another process: try again when it has finished")
    }

    /// What an error of SQLite means for a person.
    init(_ error: any Error, path: String) {
        guard let error = error as? DatabaseError else {
            self.init(.failed, "the database \(path) cannot be used: \(error)")
            return
        }
        switch error.resultCode {
        case .SQLITE_BUSY, .SQLITE_LOCKED: self = .locked(path)
        case .SQLITE_READONLY, .SQLITE_PERM, .SQLITE_AUTH:
            self.init(
                .readOnly, "the database \(path) may not be written: check the permissions of the file and its folder")
        case .SQLITE_FULL:
            self.init(.full, "the disk is full, the database \(path) cannot grow: make room and feed the rest again")
        case .SQLITE_IOERR where errno == ENOSPC:
            self.init(.full, "the disk is full, the database \(path) cannot grow: make room and feed the rest again")
        case .SQLITE_IOERR:
            self.init(
                .io, "the database \(path) cannot be read or written: check the disk and its limits, then try again")
        case .SQLITE_NOTADB, .SQLITE_CORRUPT:
            self.init(
                .notOurs, "\(path) is not a database, or a damaged one: name another file (--db FILE or --state FILE)")
        case .SQLITE_CANTOPEN:
            self.init(
                .readOnly, "the database \(path) cannot be opened: check the permissions of the file and its folder")
        default:
            self.init(.failed, "the database \(path) cannot be used: \(error.message ?? "error \(error.resultCode)")")
        }
    }
}
