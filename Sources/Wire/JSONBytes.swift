/// JSON written by hand into a byte buffer that is used again.
public struct JSONBytes: Sendable {
    public var bytes: [UInt8] = []

    public init() {}

    public mutating func raw(_ text: StaticString) {
        unsafe append(text.utf8Start, text.utf8CodeUnitCount)
    }

    public mutating func raw(_ text: Span<UInt8>) {
        unsafe text.withUnsafeBufferPointer { text in
            if let start = text.baseAddress { unsafe append(start, text.count) }
        }
    }

    public mutating func raw(_ text: [UInt8]) { raw(text.span) }

    /// Appends some bytes; with fewer steps than `Array.append(contentsOf:)`, which a verdict would take forty times.
    @inline(__always)
    private mutating func append(_ start: UnsafePointer<UInt8>, _ count: Int) {
        bytes.append(addingCapacity: count) { unsafe Self.put(start, count, into: &$0) }
    }

    // MARK: - Into room that is there

    @inline(__always)
    @unsafe private static func put(_ start: UnsafePointer<UInt8>, _ count: Int, into room: inout OutputSpan<UInt8>) {
        precondition(count <= room.freeCapacity)
        unsafe room.withUnsafeMutableBufferPointer { room, filled in
            unsafe (room.baseAddress.unsafelyUnwrapped + filled).update(from: start, count: count)
            filled += count
        }
    }

    @inline(__always)
    private static func put(_ text: StaticString, into room: inout OutputSpan<UInt8>) {
        unsafe put(text.utf8Start, text.utf8CodeUnitCount, into: &room)
    }

    @inline(__always)
    private static func put(name text: Span<UInt8>, into room: inout OutputSpan<UInt8>) {
        room.append(0x22)
        unsafe text.withUnsafeBufferPointer { text in
            if let start = text.baseAddress { unsafe put(start, text.count, into: &room) }
        }
        room.append(0x22)
    }

    /// Bytes of the longest fraction: `0.1234`.
    private static let longestFraction = 6

    private static func put(fraction value: Double, into room: inout OutputSpan<UInt8>) {
        // In units of the last decimal.
        let unit = 10_000
        var rest = Int((min(max(value, 0), 1) * Double(unit)).rounded())
        room.append(0x30 + UInt8(rest / unit))
        rest %= unit
        if rest > 0 { room.append(0x2E) }
        while rest > 0 {
            rest *= 10
            room.append(0x30 + UInt8(rest / unit))
            rest %= unit
        }
    }

    // MARK: - Parts

    /// Elements with commas between them.
    public mutating func list<Elements: Collection>(
        _ elements: Elements, _ write: (Elements.Element, inout JSONBytes) -> Void
    ) {
        var isFirst = true
        for element in elements {
            if !isFirst { raw(",") }
            isFirst = false
            write(element, &self)
        }
    }

    /// The member that names a case, with a comma before it.
    ///
    /// - Returns: Where the characters of the id begin.
    mutating func caseID(_ id: String) -> Int {
        raw(",\"case\":\"")
        let place = bytes.count
        bytes.append(contentsOf: id.utf8)
        raw("\"")
        return place
    }

    /// A string that is known to hold nothing to escape: names, tags, hashes.
    public mutating func name(_ text: String) {
        let text = text.utf8.span
        bytes.append(addingCapacity: text.count + 2) { Self.put(name: text, into: &$0) }
    }

    /// A language of a text, with its share and how sure it is, both from 0 to 1. Nearly every verdict has one, so all
    /// of it goes into room that is found once.
    mutating func language(_ tag: String, share: Double, confidence: Double) {
        let tag = tag.utf8.span
        bytes.append(addingCapacity: 64 + tag.count + 2 * Self.longestFraction) { room in
            Self.put("{\"tag\":", into: &room)
            Self.put(name: tag, into: &room)
            Self.put(",\"share\":", into: &room)
            Self.put(fraction: share, into: &room)
            Self.put(",\"confidence\":", into: &room)
            Self.put(fraction: confidence, into: &room)
            Self.put("}", into: &room)
        }
    }

    /// A quoted string of any content.
    public mutating func string(_ text: String) {
        string(text.utf8.span)
    }

    /// A quoted string of valid UTF-8. Besides what JSON asks for, it escapes what could speak to a terminal or turn
    /// a line around: DEL, C1 controls, bidirectional controls, line and paragraph separators.
    public mutating func string(_ text: Span<UInt8>) {
        bytes.append(0x22)
        var start = 0
        var offset = 0
        while offset < text.count {
            let byte = text[offset]
            if byte >= 0x20, byte != 0x22, byte != 0x5C, byte < 0x7F {
                offset += 1
                continue
            }
            guard let (codePoint, length) = Self.escaped(text, at: offset) else {
                offset += 1
                continue
            }
            raw(text.extracting(start..<offset))
            escape(codePoint)
            offset += length
            start = offset
        }
        raw(text.extracting(start..<text.count))
        bytes.append(0x22)
    }

    /// The code point at `offset` if it must be escaped, and its length in bytes.
    private static func escaped(_ text: Span<UInt8>, at offset: Int) -> (UInt32, Int)? {
        let byte = UInt32(text[offset])
        if byte < 0x80 { return (byte, 1) }
        if byte == 0xC2, offset + 1 < text.count, text[offset + 1] < 0xA0 { return (UInt32(text[offset + 1]), 2) }
        if byte == 0xE2, offset + 2 < text.count {
            let codePoint = 0x2000 | UInt32(text[offset + 1] & 0x3F) << 6 | UInt32(text[offset + 2] & 0x3F)
            switch codePoint {
            case 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069: return (codePoint, 3)
            default: return nil
            }
        }
        if byte == 0xD8, offset + 1 < text.count, text[offset + 1] == 0x9C { return (0x061C, 2) }
        return nil
    }

    private mutating func escape(_ codePoint: UInt32) {
        switch codePoint {
        case 0x22: raw("\\\"")
        case 0x5C: raw("\\\\")
        case 0x0A: raw("\\n")
        case 0x0D: raw("\\r")
        case 0x09: raw("\\t")
        default:
            raw("\\u")
            var shift: UInt32 = 16
            while shift > 0 {
                shift -= 4
                let digit = UInt8(codePoint >> shift & 15)
                bytes.append(digit < 10 ? 0x30 + digit : 0x57 + digit)
            }
        }
    }

    public mutating func integer(_ value: Int) {
        if (0..<10).contains(value) {
            bytes.append(0x30 + UInt8(value))
        } else {
            bytes.append(contentsOf: String(value).utf8)
        }
    }

    /// A number from 0 on with at most four decimals, without trailing zeros.
    public mutating func decimal(_ value: Double) {
        let whole = value.rounded(.down)
        let rest = value - whole
        // What rounds up to a whole is one.
        guard rest < 0.99995 else { return integer(Int(whole) + 1) }
        guard whole > 0 else { return fraction(rest) }
        integer(Int(whole))
        guard rest >= 0.00005 else { return }
        var part = JSONBytes()
        part.fraction(rest)
        bytes.append(contentsOf: part.bytes.dropFirst())
    }

    /// A number from 0 to 1 with at most four decimals, without trailing zeros.
    public mutating func fraction(_ value: Double) {
        bytes.append(addingCapacity: Self.longestFraction) { Self.put(fraction: value, into: &$0) }
    }
}
