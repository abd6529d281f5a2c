import Foundation
import ReviewQueue
import Storage

/// One reviewer's process: next, decide, and again.
struct Reviewing {
    private let queue: ReviewQueue
    private let name: String

    init(_ path: String, name: String) throws {
        queue = ReviewQueue(file: try DatabaseFile(path: path, creates: false), now: now)
        self.name = name
    }

    /// - Parameter period: Seconds from one case to the next; 0 works flat out.
    func work(period: Double, seconds duration: Double) throws {
        let began = seconds()
        var due = began + Double.random(in: 0...max(period, 0.001))
        while seconds() - began < duration {
            if period > 0 {
                let wait = due - seconds()
                if wait > 0 { usleep(UInt32(wait * 1e6)) }
                due += period
            }
            let start = seconds()
            guard case .done(let found)? = try unlessLocked({ try queue.next(for: name) }) else { continue }
            let claimed = seconds()
            // A second apart, as the reviewer reads.
            if period > 0 { usleep(UInt32(period * 0.4e6)) }
            let reading = seconds()
            let decision = DecisionRequest(.reject, by: name, reason: "spam")
            guard case .done? = try unlessLocked({ try queue.decide(found.id, decision) }) else { continue }
            let decided = seconds()
            print("case \(found.id) \(claimed - start) \(decided - reading)")
        }
    }
}
