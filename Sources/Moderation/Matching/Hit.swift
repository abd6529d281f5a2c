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
