internal import ContentModel
internal import Moderation

/// What one open stream is remembered by.
///
/// A class, because a million of them are changed in place.
final class LiveStream {
    let id: String
    var context: StreamContext
    /// Whether its start came.
    var isStarted = false
    /// The time of its start, by the sender's clock.
    var startedAt: Int64?
    /// The time of its last chunk, by the sender's clock, ms.
    var at: Int64 = 0
    /// By the wall clock, ms: when something of it came last. Decides about eviction alone.
    var touched: Int64 = 0
    var order = ChunkOrder()
    /// What speakers are saying, the one who spoke last at the end.
    var segments: [OpenSegment] = []
    /// The messages that newer ones may join.
    var chat: [ChatMessage] = []
    var standings = Standings()
    /// Whether it has ended: what is left is the number of its last chunk, so that text fed again changes nothing.
    var isEnded = false
    /// The rules that judged it last.
    var epoch = 0

    init(id: String, context: StreamContext) {
        self.id = id
        self.context = context
    }

    struct OpenSegment {
        var kind: Chunk.Kind
        var speaker: String
        var segment: Segment
    }

    struct ChatMessage {
        var seq: Int
        var speaker: String
        /// Bytes at its beginning that are not kept.
        var dropped: Int
        var text: [UInt8]
        var at: Int64
    }

    /// Forgets all but what tells text that is fed again.
    func close() {
        isEnded = true
        segments = []
        chat = []
        standings = Standings()
    }
}

/// What a stream's start says of it; streams that nobody started share one.
final class StreamContext {
    /// For speech and captions: the stream's markets, author and signals.
    let speech: Post
    /// For chat, whose authors are others.
    let chat: Post
    /// The longest gap between two chunks of a segment, ms: the longest of the markets'.
    let joinWindow: Int64

    init(_ post: Post, joinWindow: Int64) {
        speech = post
        var chat = Post()
        chat.markets = post.markets
        self.chat = chat
        self.joinWindow = joinWindow
    }
}
