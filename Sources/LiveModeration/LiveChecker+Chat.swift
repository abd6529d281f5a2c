internal import ContentModel
internal import Moderation

/// Judging what is written: each message by itself, and joined with those before it.
extension LiveChecker {
    /// What evidence weighs that only joined messages show: of one author, and of several.
    static let joinWeight = 0.8
    static let crowdWeight = 0.7
    /// Messages that newer ones may join, and bytes of each.
    private static let mostMessages = 24
    private static let longestMessage = 512
    /// Bytes of a message that may be a part of what several authors spell.
    private static let longestLetter = 16

    mutating func judgeMessage(_ chunk: Chunk, _ at: Int64, of stream: LiveStream, into record: inout Record) {
        // A message is what its author sent; one that is edited is a message more.
        if chunk.replaces != nil { record.verdict.notes.append(.revisionLost) }
        judgeText(chunk, of: stream, into: &record)
        let window = stream.context.joinWindow
        stream.chat.removeAll { Self.gap($0.at, at) > window }
        if stream.chat.count >= Self.mostMessages { stream.chat.removeFirst() }
        let end = Self.end(of: chunk.text)
        stream.chat.append(
            .init(
                seq: chunk.seq, speaker: chunk.speaker, dropped: chunk.text.count - end.count, text: end, at: at))
        guard stream.chat.count > 1 else { return }
        let own = stream.chat.filter { $0.speaker == chunk.speaker }
        if own.count > 1, !join(own, weight: Self.joinWeight, of: stream, chunk.speaker, into: &record) {
            _ = join(own, separator: [0x20], weight: Self.joinWeight, of: stream, chunk.speaker, into: &record)
        }
        guard chunk.text.count <= Self.longestLetter else { return }
        let letters = stream.chat.reversed().prefix { $0.text.count <= Self.longestLetter }.reversed()
        guard letters.count > 1, letters.contains(where: { $0.speaker != chunk.speaker }) else { return }
        _ = join(Array(letters), weight: Self.crowdWeight, of: stream, chunk.speaker, into: &record)
    }

    /// The end of a message, whole code points.
    private static func end(of text: [UInt8]) -> [UInt8] {
        guard text.count > longestMessage else { return text }
        return Array(text.suffix(longestMessage).drop { $0 & 0xC0 == 0x80 })
    }

    /// Judges messages as one text.
    ///
    /// - Returns: Whether they say something together.
    private mutating func join(
        _ messages: [LiveStream.ChatMessage], separator: [UInt8] = [], weight: Double, of stream: LiveStream,
        _ speaker: String, into record: inout Record
    ) -> Bool {
        judge.judgeJoined(
            messages.map { ($0.seq, $0.speaker, $0.text) }, separator: separator, weight: weight,
            context: stream.context.chat,
            into: &reading)
        guard !reading.evidence.isEmpty else { return false }
        for index in reading.evidence.indices {
            for part in reading.evidence[index].parts.indices {
                let seq = reading.evidence[index].parts[part].seq
                let dropped = messages.first { $0.seq == seq }?.dropped ?? 0
                reading.evidence[index].parts[part].span.start += dropped
                reading.evidence[index].parts[part].span.end += dropped
            }
        }
        let speakers = messages.map(\.speaker)
        if speakers.contains(where: { $0 != speaker }) {
            for index in reading.evidence.indices {
                let parts = Set(reading.evidence[index].parts.map(\.seq))
                var named: [String] = []
                for message in messages where parts.contains(message.seq) && !named.contains(message.speaker) {
                    named.append(message.speaker)
                }
                if named.count > 1 { reading.evidence[index].speakers = named }
            }
        }
        apply(stream, speaker, isChat: true, isCrowd: speakers.contains { $0 != speaker }, into: &record)
        return true
    }
}
