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
        let text = storage.span.extracting(0..<count)
        units.reserveCapacity(units.count + text.count)
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
            if next == edits.count {
                // Nothing changes from here on.
                while offset < text.count {
                    let (codePoint, length) = UTF8Scalar.decode(text, at: offset)
                    units.append(Unit(codePoint, start: offset + shift, end: offset + length + shift))
                    offset += length
                }
                return
            }
            let (codePoint, length) = UTF8Scalar.decode(text, at: offset)
            if Int(edits[next].result) <= offset {
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
        edits.removeAll(keepingCapacity: true)
        if storage.count < 4 * units.count + 40 {
            storage.append(contentsOf: repeatElement(0, count: 4 * units.count + units.count + 40 - storage.count))
        }
        let units = units.span
        // The end of what is written, in the original, and where the unit before began in the view.
        var sourceEnd = 0
        var lastResult = 0
        var result = 0
        for index in units.indices {
            let unit = units[index]
            let length = put(unit.codePoint, at: result)
            let (start, end) = (unit.start, unit.end)
            if start == sourceEnd, end - start == length, unit.cause == .form {
                // As it stands in the original.
            } else if result > 0, start < sourceEnd {
                share(unit, from: lastResult, to: result + length, sourceEnd)
            } else {
                if start > sourceEnd {
                    edits.append(
                        Edit(source: sourceEnd, sourceLength: start - sourceEnd, result: result, resultLength: 0))
                }
                if end - start != length || unit.cause != .form {
                    edits.append(
                        Edit(
                            source: start, sourceLength: end - start, result: result, resultLength: length,
                            cause: unit.cause))
                }
            }
            sourceEnd = max(sourceEnd, end)
            lastResult = result
            result += length
        }
        count = result
        mapLetters()
    }

    /// Adds a unit that came from the same stretch of the original as the one before to that one's edit.
    private mutating func share(_ unit: Unit, from lastResult: Int, to resultEnd: Int, _ sourceEnd: Int) {
        if let last = edits.last, Int(last.result) <= lastResult, last.resultLength > 0,
            Int(last.result + last.resultLength) > lastResult
        {
            edits[edits.count - 1].resultLength = Int32(resultEnd) - last.result
            if unit.end > sourceEnd { edits[edits.count - 1].sourceLength += Int32(unit.end - sourceEnd) }
        } else {
            edits.append(
                Edit(
                    source: unit.start, sourceLength: unit.end - unit.start, result: lastResult,
                    resultLength: resultEnd - lastResult, cause: unit.cause))
        }
    }

    /// Writes a code point as UTF-8 into storage that has room.
    ///
    /// - Returns: Its bytes.
    @inline(__always)
    private mutating func put(_ codePoint: UInt32, at place: Int) -> Int {
        func tail(_ shift: UInt32) -> UInt8 { UInt8(0x80 | codePoint >> shift & 0x3F) }
        switch codePoint {
        case ..<0x80:
            storage[place] = UInt8(codePoint)
            return 1
        case ..<0x800:
            storage[place] = UInt8(0xC0 | codePoint >> 6)
            storage[place + 1] = tail(0)
            return 2
        case ..<0x10000:
            storage[place] = UInt8(0xE0 | codePoint >> 12)
            storage[place + 1] = tail(6)
            storage[place + 2] = tail(0)
            return 3
        default:
            storage[place] = UInt8(0xF0 | codePoint >> 18)
            storage[place + 1] = tail(12)
            storage[place + 2] = tail(6)
            storage[place + 3] = tail(0)
            return 4
        }
    }
}
