internal import GRDB
public import Storage

/// The queue of cases in its file. What it can do stands by topic in the files `ReviewQueue+….swift`; what may happen to
/// a case is decided by ``CaseLife``.
public final class ReviewQueue: Sendable {
    let file: DatabaseFile
    let names = NameTable()
    let reader = ContentReader()
    /// Milliseconds since 1970.
    private let now: @Sendable () -> Int64

    /// - Parameter now: The time, in milliseconds since 1970.
    public init(file: DatabaseFile, now: @escaping @Sendable () -> Int64) {
        self.file = file
        self.now = now
    }

    /// The time by the queue's clock, in milliseconds since 1970.
    public var time: Int64 { now() }

    /// One transaction that is on the disk when this returns, or has changed nothing.
    func write<Value>(_ body: (inout QueueTransaction) throws -> Value) throws(StorageError) -> Value {
        do {
            return try file.write { db in
                // By the clock when it is this writer's turn, not when it began to wait.
                let at = now()
                var transaction = QueueTransaction(db, at: at, of: self)
                return try body(&transaction)
            }
        } catch {
            names.forget()
            throw error
        }
    }

    func read<Value>(_ body: (QueueTransaction) throws -> Value) throws(StorageError) -> Value {
        let at = now()
        return try file.read { db in try body(QueueTransaction(db, at: at, of: self)) }
    }

    /// Waits until what was committed stands in the file and not only in its log.
    public func settle() { file.emptyLog() }

    /// A case by its id.
    public func find(_ id: String) throws(StorageError) -> ReviewCase? {
        try read { transaction in try transaction.row(id).map { try transaction.whole($0) } }
    }

    /// The number of cases in a state.
    public func count(_ state: CaseState) throws(StorageError) -> Int {
        try file.read { db in
            try Int.fetchOne(
                db, sql: "SELECT count(*) FROM cases WHERE state = ? AND golden IS NULL", arguments: [state.rawValue])
                ?? 0
        }
    }
}
