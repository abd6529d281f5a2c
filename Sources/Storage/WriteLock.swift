internal import Foundation

/// The turn to write, handed round fairly among processes and threads.
///
/// SQLite lets whoever comes first take its write lock, so that a writer which commits back to back keeps all others
/// out. Here a writer takes two byte locks of a file beside the database: the *turnstile*, then the *pen*, and leaves
/// the turnstile as soon as it holds the pen. Whoever waits for the pen holds the turnstile, so that the one before
/// cannot come back first. The kernel lets go of both when a process ends, however it ends.
///
/// `@unchecked Sendable because` the one descriptor is used only while the database's own queue is held.
final class WriteLock: @unchecked Sendable {
    private static let turnstile: off_t = 0
    private static let pen: off_t = 1
    #if os(Linux)
        /// `F_OFD_SETLK`, which the C library shows only under `_GNU_SOURCE` (fcntl-linux.h).
        private static let setLock: Int32 = 37
        /// `F_OFD_GETLK`.
        private static let getLock: Int32 = 36
    #else
        private static let setLock = F_OFD_SETLK
        private static let getLock = F_OFD_GETLK
    #endif

    private let descriptor: Int32
    /// Seconds to wait for a turn.
    private let patience: Double

    /// - Throws: ``StorageError`` where the file beside the database cannot be made.
    init(beside path: String, patience: Double) throws(StorageError) {
        self.patience = patience
        descriptor = unsafe open(path + "-lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
        guard descriptor >= 0 else {
            let reason = unsafe String(cString: strerror(errno))
            throw StorageError(
                errno == ENOSPC ? .full : .readOnly,
                "the database \(path) may not be written, the lock beside it cannot be opened (\(reason)): check the permissions of the folder"
            )
        }
    }

    deinit { close(descriptor) }

    /// Waits for the pen.
    ///
    /// - Returns: Whether it came before patience ended.
    func take() -> Bool {
        let deadline = ContinuousClock.now + .seconds(patience)
        // Waiters at the turnstile draw lots; the one at the pen is alone and may look often.
        guard wait(Self.turnstile, until: deadline, pause: 300...1200) else { return false }
        defer { set(Self.turnstile, F_UNLCK) }
        return wait(Self.pen, until: deadline, pause: 50...150)
    }

    func give() { set(Self.pen, F_UNLCK) }

    /// Whether somebody else waits for the pen.
    var isAwaited: Bool {
        var lock = Self.lock(Self.turnstile, F_WRLCK)
        return unsafe fcntl(descriptor, Self.getLock, &lock) == 0 && lock.l_type != Int16(F_UNLCK)
    }

    private func wait(
        _ byte: off_t, until deadline: ContinuousClock.Instant, pause: ClosedRange<UInt32>
    ) -> Bool {
        while !set(byte, F_WRLCK) {
            guard ContinuousClock.now < deadline else { return false }
            usleep(UInt32.random(in: pause))
        }
        return true
    }

    @discardableResult
    private func set(_ byte: off_t, _ kind: Int32) -> Bool {
        var lock = Self.lock(byte, kind)
        return unsafe fcntl(descriptor, Self.setLock, &lock) == 0
    }

    /// Locks that belong to the open file, not to the process: closing another descriptor of the file keeps them.
    private static func lock(_ byte: off_t, _ kind: Int32) -> flock {
        var lock = flock()
        lock.l_type = Int16(kind)
        lock.l_whence = Int16(SEEK_SET)
        lock.l_start = byte
        lock.l_len = 1
        return lock
    }
}
