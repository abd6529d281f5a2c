internal import ContentModel
internal import UnicodeData

/// One code point of a view in the making, and the stretch of the original that it stands for.
struct Unit {
    var codePoint: UInt32
    private var first: UInt32
    private var past: UInt32
    var cause = Edit.Cause.form
    var characterClass: CharacterClass

    /// UTF-8 bytes of the original.
    @inline(__always) var start: Int {
        get { Int(first) }
        set { first = UInt32(newValue) }
    }
    @inline(__always) var end: Int {
        get { Int(past) }
        set { past = UInt32(newValue) }
    }

    @inline(__always)
    init(_ codePoint: UInt32, start: Int, end: Int) {
        self.codePoint = codePoint
        first = UInt32(start)
        past = UInt32(end)
        characterClass = CharacterClass(of: codePoint)
    }

    /// Makes it stand for another code point.
    mutating func become(_ other: UInt32, cause: Edit.Cause = .form) {
        codePoint = other
        characterClass = CharacterClass(of: other)
        if cause != .form { self.cause = cause }
    }
}

extension ViewText {
    /// Appends the view's code points to `units`.
    func appendUnits(to units: inout [Unit]) {
        let text = bytes
        var offset = 0
        var next = 0
        // What to add to a place for its place in the original.
        var shift = 0
        while offset < text.count {
            while next < edits.count, Int(edits[next].result + edits[next].resultLength) <= offset {
                shift = Int(
                    edits[next].source + edits[next].sourceLength - edits[next].result - edits[next].resultLength)
                next += 1
            }
            let (codePoint, length) = UTF8Scalar.decode(text, at: offset)
            if next < edits.count, Int(edits[next].result) <= offset {
                var unit = Unit(
                    codePoint, start: Int(edits[next].source), end: Int(edits[next].source + edits[next].sourceLength))
                unit.cause = edits[next].cause
                units.append(unit)
            } else {
                units.append(Unit(codePoint, start: offset + shift, end: offset + length + shift))
            }
            offset += length
        }
    }

    /// Replaces the view by units in the order of the original. Units that share a stretch of it stand together.
    mutating func write(_ units: [Unit]) {
        storage.removeAll(keepingCapacity: true)
        edits.removeAll(keepingCapacity: true)
        // The end of what is written, in the original, and where the unit before began in the view.
        var sourceEnd = 0
        var lastResult = 0
        for unit in units {
            let result = storage.count
            let length = append(unit.codePoint)
            if result > 0, unit.start < sourceEnd {
                // It came from the same stretch as the one before.
                if let last = edits.last, Int(last.result) <= lastResult,
                    Int(last.result + last.resultLength) == result,
                    last.resultLength > 0
                {
                    edits[edits.count - 1].resultLength += Int32(length)
                } else {
                    edits.append(
                        Edit(
                            source: unit.start, sourceLength: unit.end - unit.start, result: lastResult,
                            resultLength: result + length - lastResult, cause: unit.cause))
                }
                if unit.end > sourceEnd {
                    edits[edits.count - 1].sourceLength += Int32(unit.end - sourceEnd)
                    sourceEnd = unit.end
                }
            } else {
                if unit.start > sourceEnd {
                    edits.append(
                        Edit(source: sourceEnd, sourceLength: unit.start - sourceEnd, result: result, resultLength: 0))
                }
                if unit.end - unit.start != length || unit.cause != .form {
                    edits.append(
                        Edit(
                            source: unit.start, sourceLength: unit.end - unit.start, result: result,
                            resultLength: length, cause: unit.cause))
                }
                sourceEnd = unit.end
            }
            lastResult = result
        }
        count = storage.count
        mapLetters()
    }

    /// Appends a code point as UTF-8.
    ///
    /// - Returns: Its bytes.
    private mutating func append(_ codePoint: UInt32) -> Int {
        func tail(_ shift: UInt32) -> UInt8 { UInt8(0x80 | codePoint >> shift & 0x3F) }
        switch codePoint {
        case ..<0x80:
            storage.append(UInt8(codePoint))
            return 1
        case ..<0x800:
            storage.append(UInt8(0xC0 | codePoint >> 6))
            storage.append(tail(0))
            return 2
        case ..<0x10000:
            storage.append(UInt8(0xE0 | codePoint >> 12))
            storage.append(tail(6))
            storage.append(tail(0))
            return 3
        default:
            storage.append(UInt8(0xF0 | codePoint >> 18))
            storage.append(tail(12))
            storage.append(tail(6))
            storage.append(tail(0))
            return 4
        }
    }
}
