internal import CSimdJSON
internal import ContentModel

/// Owns simdjson's parser and the nodes of one line at a time. One thread at a time.
@safe struct LineParser: ~Copyable {
    /// Readable bytes that must follow every line in its buffer.
    static let padding = Int(CSIMDJSON_PADDING)

    private let handle: OpaquePointer

    /// Traps when memory for a parser is not to be had.
    init() {
        guard let handle = unsafe csimdjson_reader_create() else { preconditionFailure("out of memory") }
        unsafe self.handle = unsafe handle
    }

    deinit { unsafe csimdjson_reader_destroy(handle) }

    /// The nodes of the object on a line, which live until the next one is parsed; or why the line is no object.
    func parse(
        _ line: Range<Int>, of buffer: Span<UInt8>
    ) -> (error: RecordError?, nodes: UnsafeBufferPointer<csimdjson_node>) {
        precondition(line.upperBound + Self.padding <= buffer.count, "the line needs readable bytes behind it")
        var document = unsafe csimdjson_document()
        let status = unsafe buffer.withUnsafeBufferPointer { bytes in
            unsafe csimdjson_parse(handle, bytes.baseAddress! + line.lowerBound, line.count, &document)
        }
        let nodes = unsafe UnsafeBufferPointer(start: document.nodes, count: Int(document.count))
        return unsafe (status == CSIMDJSON_OK ? nil : Self.error(status, document), nodes)
    }

    private static func error(_ status: csimdjson_status, _ document: csimdjson_document) -> RecordError {
        switch status {
        case CSIMDJSON_NOT_AN_OBJECT: RecordError(.malformedJSON, "the line is not one JSON object")
        case CSIMDJSON_INVALID_UTF8:
            RecordError(.invalidUTF8, "the line is not valid UTF-8, or has half a surrogate pair")
        case CSIMDJSON_DUPLICATE_KEY:
            unsafe RecordError(
                .duplicateKey,
                "the key \"\(text(document.message, document.message_length).prefix(64))\" stands twice: which one counts?"
            )
        case CSIMDJSON_NO_MEMORY: RecordError(.malformedJSON, "the line needs more memory than there is")
        default:
            unsafe RecordError(.malformedJSON, "not JSON: \(text(document.message, document.message_length))")
        }
    }
}
