internal import CSimdJSON
public import ContentModel

/// Reads records of live streams, a line of NDJSON at a time. One thread at a time.
@safe public struct ChunkReader: ~Copyable {
    /// Readable bytes that must follow every line in its buffer.
    public static let padding = LineParser.padding

    private let parser = LineParser()
    private var lastMarkets: [Market] = []

    public init() {}

    /// The record on a line, or why it is none.
    ///
    /// - Parameters:
    ///   - buffer: Bytes that hold the line and at least ``padding`` more behind it.
    ///   - line: The line's bytes, without its end.
    public mutating func read(_ line: Range<Int>, of buffer: Span<UInt8>) -> Result<Chunk, RecordError> {
        let (error, nodes) = unsafe parser.parse(line, of: buffer)
        if let error { return .failure(error) }
        var chunk = Chunk()
        var fields = Fields()
        if let error = unsafe fill(&chunk, &fields, nodes) { return .failure(error) }
        if let error = check(&chunk, fields) { return .failure(error) }
        return .success(chunk)
    }

    /// The record that some bytes are, which need nothing behind them: for records read singly.
    public mutating func read(_ json: [UInt8]) -> Result<Chunk, RecordError> {
        let buffer = json + [UInt8](repeating: 0x20, count: Self.padding)
        return read(0..<json.count, of: buffer.span)
    }

    /// What a record named.
    private struct Fields {
        var hasText = false
        var hasSequence = false
        var hasContext = false
        var context = Post()
    }

    private func check(_ chunk: inout Chunk, _ fields: Fields) -> RecordError? {
        if chunk.stream.isEmpty { return RecordError(.missingStream, "the record names no stream") }
        switch chunk.event {
        case .start: chunk.context = fields.context
        case .end: break
        case .text:
            if !fields.hasSequence {
                return RecordError(.missingSequence, "a chunk needs its number in the stream, `\"seq\":1`")
            }
            if !fields.hasText {
                return RecordError(.missingText, "the chunk has no text; `\"text\":\"\"` if it is silent")
            }
        }
        return nil
    }

    // MARK: - Fields

    private mutating func fill(
        _ chunk: inout Chunk, _ fields: inout Fields, _ nodes: UnsafeBufferPointer<csimdjson_node>
    ) -> RecordError? {
        var index = 0
        while index < nodes.count {
            let node = unsafe nodes[index]
            let children = unsafe UnsafeBufferPointer(rebasing: nodes[(index + 1)..<(index + 1 + Int(node.children))])
            if unsafe node.type != UInt8(CSIMDJSON_NULL.rawValue),
                let error = unsafe read(node, children, into: &chunk, &fields)
            {
                return error
            }
            index += 1 + Int(unsafe node.children)
        }
        return nil
    }

    private mutating func read(
        _ node: csimdjson_node, _ children: UnsafeBufferPointer<csimdjson_node>, into chunk: inout Chunk,
        _ fields: inout Fields
    ) -> RecordError? {
        let name = unsafe text(node.key, node.key_length)
        switch name {
        case "stream": return unsafe readString(node, name, into: &chunk.stream)
        case "speaker": return unsafe readString(node, name, into: &chunk.speaker)
        case "text":
            guard unsafe isString(node) else { return wrongType(name, "a string") }
            chunk.text = unsafe span(node).withUnsafeBufferPointer { unsafe Array($0) }
            fields.hasText = true
        case "seq":
            guard let number = unsafe sequence(node) else { return wrongType(name, "a whole number from 0") }
            chunk.seq = number
            fields.hasSequence = true
        case "replaces":
            guard let number = unsafe sequence(node) else { return wrongType(name, "a whole number from 0") }
            chunk.replaces = number
        case "kind":
            guard unsafe isString(node), let kind = unsafe Chunk.Kind(name: string(node)) else {
                return wrongType(name, "speech, caption or chat")
            }
            chunk.kind = kind
        case "event":
            let event = unsafe isString(node) ? string(node) : ""
            guard event == "start" || event == "end" else { return wrongType(name, "start or end") }
            chunk.event = event == "start" ? .start : .end
        case "at":
            guard unsafe isString(node), let time = unsafe Timestamp.milliseconds(span(node)) else {
                return wrongType(name, "a time like 2025-01-15T01:00:02.439Z")
            }
            chunk.at = time
        case "break":
            guard unsafe node.type == UInt8(CSIMDJSON_BOOL.rawValue) else { return wrongType(name, "true or false") }
            chunk.isBreak = unsafe node.number != 0
        case "markets": return unsafe readMarkets(node, children, into: &fields.context, last: &lastMarkets)
        case "author": return unsafe readAuthor(node, children, into: &fields.context)
        case "signals": return unsafe readSignals(node, children, into: &fields.context)
        case "reach":
            guard unsafe isNumber(node) else { return wrongType(name, "a number") }
            fields.context.reach = unsafe node.number
        case "lang":
            guard unsafe isString(node) else { return wrongType(name, "a string") }
            fields.context.declaredLanguage = unsafe LanguageTag(rawValue: string(node))
        default: break
        }
        return nil
    }

    private func readString(_ node: csimdjson_node, _ name: String, into value: inout String) -> RecordError? {
        guard unsafe isString(node) else { return wrongType(name, "a string") }
        guard unsafe node.string_length <= Self.longestName else {
            return wrongType(name, "a string of at most \(Self.longestName) bytes")
        }
        value = unsafe string(node)
        return nil
    }

    /// Bytes of the longest name of a stream or a speaker; they are kept as long as the stream is open.
    private static let longestName = 256

    private func sequence(_ node: csimdjson_node) -> Int? {
        guard unsafe isNumber(node) else { return nil }
        let number = unsafe node.number
        return number >= 0 && number <= 9_007_199_254_740_991 && number.rounded() == number ? Int(number) : nil
    }
}
