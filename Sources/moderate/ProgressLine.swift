internal import Foundation
internal import Gate
internal import Synchronization

/// One line on standard error that is written over as a run goes on.
final class ProgressLine: Sendable {
    private struct State {
        var shown: ContinuousClock.Instant?
        var isOpen = false
    }

    private let began = ContinuousClock.now
    private let state = Mutex(State())

    /// Shows a run's counts.
    func show(_ summary: Summary) {
        show(posts: summary.posts, "\(summary.cases) held, \(summary.errors) unread")
    }

    /// Shows how many posts (or other things) are done and how fast, and some words behind it; four times a second at
    /// most.
    func show(posts: Int, of kind: String = "posts", _ words: String) {
        let now = ContinuousClock.now
        state.withLock { state in
            if let shown = state.shown, now - shown < .milliseconds(250) { return }
            guard now - began > .milliseconds(500) else { return }
            state.shown = now
            state.isOpen = true
            let seconds = max(
                0.001, Double((now - began).components.seconds) + Double((now - began).components.attoseconds) * 1e-18)
            write("\r\u{1B}[K\(posts) \(kind), \(Int(Double(posts) / seconds)) a second, \(words)")
        }
    }

    /// Clears the line.
    func end() {
        state.withLock { state in
            guard state.isOpen else { return }
            state.isOpen = false
            write("\r\u{1B}[K")
        }
    }

    private func write(_ text: String) {
        var text = text
        text.withUTF8 { unsafe _ = Foundation.write(STDERR_FILENO, $0.baseAddress, $0.count) }
    }
}
