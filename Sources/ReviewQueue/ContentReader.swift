internal import ContentModel
internal import Synchronization
internal import Wire

/// Reads kept posts; its parser is made once.
final class ContentReader: Sendable {
    private let reader = Mutex(PostReader())

    /// The judged fields of a post, decoded, and the author's locale; none of a post that cannot be read.
    func fields(of post: String) -> (fields: [(name: FieldName, text: String)], locale: String?) {
        var read = Post()
        guard reader.withLock({ $0.read(Array(post.utf8), into: &read) == nil }) else { return ([], nil) }
        return (read.fields.map { ($0.name, read.string($0.range)) }, read.author.locale?.rawValue)
    }
}
