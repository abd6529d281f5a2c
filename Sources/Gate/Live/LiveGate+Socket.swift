internal import Foundation
internal import Wire

extension LiveGate {
    /// Checks the records of many producers at a Unix socket, each of which gets the answers to its own. Ends with
    /// `shutdown`.
    ///
    /// A producer that sends what is no JSON is told so and dropped; one that does not read its answers is not read
    /// from until it does.
    ///
    /// - Parameters:
    ///   - path: Where the socket is made, for its owner alone; one that nobody listens at any more is replaced.
    ///   - note: Told of producers that are dropped.
    /// - Throws: ``GateError``.
    public func listen(
        at path: String, shutdown: Shutdown, note: @escaping @Sendable (String) -> Void
    ) throws(GateError) -> LiveSummary {
        let listener = try Listener(path: path)
        defer { listener.close() }
        note("listening at \(path)")
        let switchboard = Switchboard(listener: listener.descriptor, longestLine: settings.longestLine, note: note)
        return try run(shutdown) { (core: Core) throws(GateError) in
            switchboard.run(core, until: shutdown)
        } finally: { () throws(GateError) in
            switchboard.close()
        }
    }
}

/// A Unix socket that is listened at.
private struct Listener {
    let path: String
    let descriptor: Int32

    init(path: String) throws(GateError) {
        self.path = path
        guard var address = Self.address(path) else {
            throw .setup("\(path) is too long for a socket's path: name one of at most 107 bytes")
        }
        func failure(_ what: String) -> GateError {
            .setup("\(path): \(what): \(unsafe String(cString: strerror(errno)))")
        }
        let probe = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0)
        guard probe >= 0 else { throw failure("no socket can be made") }
        let isTaken = unsafe Self.with(&address) { unsafe connect(probe, $0, $1) } == 0
        _ = Foundation.close(probe)
        guard !isTaken else { throw .setup("\(path): another process listens there already") }
        var status = stat()
        if unsafe lstat(path, &status) == 0 {
            guard status.st_mode & S_IFMT == S_IFSOCK else {
                throw .setup("\(path) is there and is no socket: name another path with --listen")
            }
            unsafe _ = unlink(path)
        }
        descriptor = socket(AF_UNIX, Int32(SOCK_STREAM.rawValue) | Int32(SOCK_CLOEXEC.rawValue), 0)
        guard descriptor >= 0 else { throw failure("no socket can be made") }
        // Made for its owner alone from the first moment on.
        let mask = umask(0o177)
        let bound = unsafe Self.with(&address) { unsafe bind(descriptor, $0, $1) }
        umask(mask)
        guard bound == 0, Foundation.listen(descriptor, 64) == 0 else { throw failure("nobody can listen there") }
        _ = fcntl(descriptor, F_SETFL, O_NONBLOCK)
    }

    func close() {
        _ = Foundation.close(descriptor)
        unsafe _ = unlink(path)
    }

    private static func address(_ path: String) -> sockaddr_un? {
        var address = sockaddr_un()
        address.sun_family = sa_family_t(AF_UNIX)
        let bytes = Array(path.utf8)
        let room = MemoryLayout.size(ofValue: address.sun_path)
        guard bytes.count < room else { return nil }
        unsafe withUnsafeMutableBytes(of: &address.sun_path) { place in
            for (index, byte) in bytes.enumerated() { unsafe place[index] = byte }
        }
        return address
    }

    private static func with(
        _ address: inout sockaddr_un, _ body: (UnsafePointer<sockaddr>, socklen_t) -> Int32
    ) -> Int32 {
        unsafe withUnsafePointer(to: &address) { pointer in
            unsafe pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
                unsafe body($0, socklen_t(MemoryLayout<sockaddr_un>.size))
            }
        }
    }
}

/// Reads from every producer that has something to say and takes its answers.
private final class Switchboard {
    /// Bytes read from one producer before the next has its turn.
    private static let share = 64 << 10
    /// How often a producer is asked to take what is left for it at the end, every 5 ms.
    private static let patience = 400

    /// Producers at a time, below the files that a process may commonly have open.
    private static let mostPeers = 512

    private let listener: Int32
    private let longestLine: Int
    private let note: @Sendable (String) -> Void
    private var peers: [Peer] = []
    private var number = 0

    private struct Peer {
        var outlet: Outlet
        /// The beginning of a line whose end has not come.
        var carry: [UInt8] = []
        var line = 1
        /// Nothing is read from it any more; it is closed once its answers are taken.
        var isEnding = false
    }

    init(listener: Int32, longestLine: Int, note: @escaping @Sendable (String) -> Void) {
        self.listener = listener
        self.longestLine = longestLine
        self.note = note
    }

    func run(_ core: LiveGate.Core, until shutdown: Shutdown) {
        var router = LineRouter(core, longestLine: longestLine)
        while !shutdown.isRequested, !core.isOver {
            let ready = wait(shutdown)
            for index in peers.indices {
                if ready[index] & Int16(POLLOUT) != 0 { peers[index].outlet.flush() }
                // What hangs up may have said something before.
                if ready[index] & Int16(POLLIN | POLLHUP | POLLERR) != 0, !peers[index].isEnding {
                    read(index, &router)
                }
            }
            hangUp { $0.isEnding && $0.outlet.isDone || $0.outlet.isClosed }
            while peers.count < Self.mostPeers, let descriptor = accept() { admit(descriptor) }
        }
    }

    /// Once all records are answered: hands out what is left, to those who take it.
    func close() {
        for _ in 0..<Self.patience where peers.contains(where: \.outlet.hasBacklog) {
            for peer in peers { peer.outlet.flush() }
            usleep(5000)
        }
        hangUp { _ in true }
    }

    /// Waits until somebody has something to say or to take.
    ///
    /// - Returns: What each peer is ready for.
    private func wait(_ shutdown: Shutdown) -> [Int16] {
        var descriptors = [
            pollfd(fd: shutdown.descriptor, events: Int16(POLLIN), revents: 0),
            // Nobody more is let in than there is room for.
            pollfd(fd: peers.count < Self.mostPeers ? listener : -1, events: Int16(POLLIN), revents: 0),
        ]
        var isHeldUp = false
        for peer in peers {
            let isFull = peer.outlet.isFull
            if isFull || peer.isEnding || peer.outlet.hasBacklog { isHeldUp = true }
            let reads = isFull || peer.isEnding ? 0 : Int16(POLLIN)
            let writes = peer.outlet.hasBacklog ? Int16(POLLOUT) : 0
            // One that is only waited for would wake for nothing when it hangs up.
            descriptors.append(
                pollfd(
                    fd: reads | writes == 0 ? -1 : peer.outlet.descriptor, events: reads | writes, revents: 0))
        }
        // Workers write beside this, and do not say when they have made room.
        unsafe _ = poll(&descriptors, nfds_t(descriptors.count), isHeldUp ? 5 : 250)
        return descriptors.dropFirst(2).map(\.revents)
    }

    private func accept() -> Int32? {
        let descriptor = Foundation.accept(listener, nil, nil)
        return descriptor >= 0 ? descriptor : nil
    }

    private func admit(_ descriptor: Int32) {
        _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
        number += 1
        peers.append(Peer(outlet: Outlet(number: number, descriptor: descriptor, isSocket: true)))
    }

    private func read(_ index: Int, _ router: inout LineRouter) {
        var bytes = [UInt8](repeating: 0, count: Self.share)
        let count = unsafe bytes.withUnsafeMutableBytes { buffer in
            unsafe recv(peers[index].outlet.descriptor, buffer.baseAddress, buffer.count, Int32(MSG_DONTWAIT))
        }
        if count < 0, errno == EAGAIN || errno == EINTR { return }
        guard count > 0 else {
            // The last line may have no end.
            if !peers[index].carry.isEmpty { route(index, upTo: peers[index].carry.count, &router) }
            peers[index].isEnding = true
            return
        }
        peers[index].carry.append(contentsOf: bytes[..<count])
        if let end = peers[index].carry.lastIndex(of: 0x0A) {
            route(index, upTo: end + 1, &router)
        } else if peers[index].carry.count > longestLine {
            route(index, upTo: peers[index].carry.count, &router)
        }
    }

    /// Hands on whole lines of a peer.
    private func route(_ index: Int, upTo end: Int, _ router: inout LineRouter) {
        var batch = Batch()
        batch.firstLine = peers[index].line
        batch.bytes = Array(peers[index].carry[..<end]) + [UInt8](repeating: 0, count: ChunkReader.padding)
        batch.count = end
        peers[index].carry.removeFirst(end)
        for byte in batch.bytes[..<end] where byte == 0x0A { peers[index].line += 1 }
        let isRubbish = router.route(batch, to: peers[index].outlet, dropsOnRubbish: true)
        router.handOn()
        guard isRubbish else { return }
        note("dropped a producer: a line of what it sent cannot be read (it was told why)")
        peers[index].isEnding = true
        peers[index].carry = []
    }

    private func hangUp(_ isOver: (Peer) -> Bool) {
        for peer in peers where isOver(peer) {
            peer.outlet.close()
            _ = Foundation.close(peer.outlet.descriptor)
        }
        peers.removeAll { $0.outlet.isClosed }
    }
}
