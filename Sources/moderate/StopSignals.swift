internal import Foundation

/// SIGINT, SIGTERM and SIGHUP, taken as a wish to end.
final class StopSignals {
    private let sources: [any DispatchSourceSignal]
    private let semaphore = DispatchSemaphore(value: 0)

    init() {
        let semaphore = semaphore
        sources = [SIGINT, SIGTERM, SIGHUP].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { semaphore.signal() }
            source.resume()
            return source
        }
    }

    deinit { for source in sources { source.cancel() } }

    var isRequested: Bool { wait(milliseconds: 0) }

    /// Waits for a signal, at most so long.
    ///
    /// - Returns: Whether one came; it is then still there for the next who asks.
    @discardableResult
    func wait(milliseconds: Int) -> Bool {
        guard semaphore.wait(timeout: .now() + .milliseconds(milliseconds)) == .success else { return false }
        semaphore.signal()
        return true
    }
}
