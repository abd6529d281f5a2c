public import Moderation
internal import Synchronization

/// The rules that judge now. A run takes new ones between two posts: workers look at ``epoch`` before each, and make a
/// new judge where it has moved on. No post is judged by a mixture, and none waits for rules to compile.
public final class RulesInForce: Sendable {
    private let moderator: Mutex<Moderator>
    private let number = Atomic<Int>(0)

    public init(_ moderator: Moderator) { self.moderator = Mutex(moderator) }

    /// Grows with every swap.
    public var epoch: Int { number.load(ordering: .acquiring) }

    /// The rules of the moment, and a number that ``epoch`` has until the next swap or has already passed.
    public var current: (epoch: Int, moderator: Moderator) {
        let epoch = epoch
        return (epoch, moderator.withLock { $0 })
    }

    /// Judges every post that is not begun yet by other rules.
    public func swap(to other: Moderator) {
        moderator.withLock { $0 = other }
        number.add(1, ordering: .releasing)
    }
}
