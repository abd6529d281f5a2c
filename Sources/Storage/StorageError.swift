/// The file of cases cannot be used, and what to do about it.
public struct StorageError: Error, CustomStringConvertible, Sendable {
    public enum Code: Sendable {
        /// Another process holds the write lock for too long.
        case locked
        /// The file or its folder may not be written.
        case readOnly
        /// No room is left on the disk.
        case full
        /// The disk or the system refused a read or a write.
        case io
        /// A newer version of `moderate` made it.
        case fromTheFuture
        /// No SQLite file, a damaged one, or another program's.
        case notOurs
        /// There is none, and this command does not make one.
        case missing
        /// It cannot be opened, read or written for another reason.
        case failed
    }

    public var code: Code
    public var message: String

    public init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    public var description: String { message }
}
