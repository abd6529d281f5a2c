internal import ContentModel

/// A match that is no hit.
struct Rejection: Sendable {
    var leaf: Int
    var field: Int
    var view: View
    /// In the view, UTF-8 bytes.
    var span: TextSpan
    var reason: String
}

/// A pattern found in a view of a field, its edges and checksum proven; not yet weighed by its rule.
struct Hit: Sendable {
    /// Which of the program's leaves.
    var leaf: UInt32
    /// Place in the post's fields.
    var field: Int
    var view: View
    /// In the folded view, UTF-8 bytes; distances between hits are measured there.
    var folded: TextSpan
    /// In the original, UTF-8 bytes, not yet widened to graphemes.
    var original: TextSpan
}

extension [Hit] {
    /// Of the hits of one leaf and view that overlap, from a place on, keeps the leftmost, and of those the longest.
    /// Between views the surer one wins, which `ExpressionEvaluator` sees to.
    mutating func keepLeftmostLongest(from first: Int) {
        guard count - first > 1, count - first > 64 || overlap(from: first) else { return }
        self[first...].sort {
            ($0.leaf, $0.view.rawValue, $0.folded.start, $1.folded.end)
                < ($1.leaf, $1.view.rawValue, $1.folded.start, $0.folded.end)
        }
        var kept = first
        for index in first + 1..<count {
            let hit = self[index]
            if hit.leaf == self[kept].leaf, hit.view == self[kept].view, hit.folded.start < self[kept].folded.end {
                continue
            }
            kept += 1
            self[kept] = hit
        }
        removeLast(count - kept - 1)
    }

    /// Whether two of the hits are of one leaf and view and overlap; for a few hits, where looking is cheaper than
    /// sorting.
    private func overlap(from first: Int) -> Bool {
        for index in first + 1..<count {
            for other in first..<index
            where self[other].leaf == self[index].leaf && self[other].view == self[index].view
                && self[other].folded.overlaps(self[index].folded)
            {
                return true
            }
        }
        return false
    }
}
