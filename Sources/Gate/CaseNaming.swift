internal import ReviewQueue
internal import Wire

extension [UInt8] {
    /// Puts what the queue answered in the place of the id that a verdict was written with: the id of the case, and what
    /// a person decided before.
    ///
    /// - Parameter place: Where the id begins.
    mutating func nameCase(
        _ queued: QueuedCase, at place: Int, note: (String) -> (offset: Int, bytes: [UInt8])
    ) {
        replaceSubrange(place..<place + CaseID.length, with: queued.id.utf8)
        guard let decision = queued.decision else { return }
        let (offset, bytes) = note(decision.rawValue)
        insert(contentsOf: bytes, at: place + offset)
    }
}
