internal import ContentModel
internal import UnicodeData

/// One code point of a view in the making, and the stretch of the original that it stands for.
struct Unit {
    var codePoint: UInt32
    private var first: UInt32
    private var past: UInt32
    var cause = Edit.Cause.form
    var characterClass: CharacterClass

    /// UTF-8 bytes of the original, of at most 4 GB.
    @inline(__always) var start: Int {
        get { Int(first) }
        set { first = UInt32(truncatingIfNeeded: newValue) }
    }
    @inline(__always) var end: Int {
        get { Int(past) }
        set { past = UInt32(truncatingIfNeeded: newValue) }
    }

    @inline(__always)
    init(_ codePoint: UInt32, start: Int, end: Int) {
        self.codePoint = codePoint
        first = UInt32(truncatingIfNeeded: start)
        past = UInt32(truncatingIfNeeded: end)
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
        guard count > 0 else { return }
        // No text has more code points than bytes.
        units.append(addingCapacity: count) { room in
            unsafe room.withUnsafeMutableBufferPointer { units, filled in
                unsafe storage.withUnsafeBufferPointer { text in
                    filled = unsafe fill(
                        units.baseAddress.unsafelyUnwrapped, from: text.baseAddress.unsafelyUnwrapped)
                }
            }
        }
    }

    /// Writes the view's code points to `units`.
    ///
    /// - Returns: How many.
    private func fill(_ units: UnsafeMutablePointer<Unit>, from text: UnsafePointer<UInt8>) -> Int {
        var (offset, next, filled) = (0, 0, 0)
        // What to add to a place for its place in the original.
        var shift = 0
        while offset < count {
            while next < edits.count, Int(edits[next].result + edits[next].resultLength) <= offset {
                let edit = edits[next]
                shift = Int(edit.source + edit.sourceLength - edit.result - edit.resultLength)
                next += 1
            }
            // Up to the next edit all is as it stands in the original.
            let end = next < edits.count ? Int(edits[next].result) : count
            while offset < end {
                let (codePoint, size) = unsafe UTF8Scalar.decode(text + offset)
                let start = offset &+ shift
                unsafe units[filled] = Unit(codePoint, start: start, end: start &+ size)
                filled &+= 1
                offset &+= size
            }
            // What was left out just here is passed over.
            guard next < edits.count, offset < count, edits[next].resultLength > 0 else { continue }
            let (codePoint, size) = unsafe UTF8Scalar.decode(text + offset)
            unsafe units[filled] = Unit(
                codePoint, start: Int(edits[next].source), end: Int(edits[next].source + edits[next].sourceLength))
            unsafe units[filled].cause = edits[next].cause
            filled += 1
            offset += size
        }
        return filled
    }

    /// Replaces the view by units in the order of the original. Units that share a stretch of it stand together.
    mutating func write(_ units: [Unit]) {
        edits.removeAll(keepingCapacity: true)
        if storage.count < 4 * units.count + 40 {
            storage.append(contentsOf: repeatElement(0, count: 4 * units.count + units.count + 40 - storage.count))
        }
        let units = units.span
        var storage: [UInt8] = []
        swap(&storage, &self.storage)
        count = unsafe storage.withUnsafeMutableBufferPointer { bytes in
            unsafe write(units, to: bytes.baseAddress.unsafelyUnwrapped)
        }
        swap(&storage, &self.storage)
        mapBlocks(countsHan: false)
    }

    /// Writes units as UTF-8 into bytes that have room, and the edits that lead back.
    ///
    /// - Returns: The number of bytes.
    private mutating func write(_ units: Span<Unit>, to bytes: UnsafeMutablePointer<UInt8>) -> Int {
        // The end of what is written, in the original, and where the unit before began in the view.
        var (sourceEnd, lastResult, result) = (0, 0, 0)
        for index in units.indices {
            let unit = units[index]
            let length = unsafe Self.put(unit.codePoint, at: bytes + result)
            let (start, end) = (unit.start, unit.end)
            if start == sourceEnd, end &- start == length, unit.cause == .form {
                // As it stands in the original.
                sourceEnd = end
                lastResult = result
                result &+= length
                continue
            }
            if result > 0, start < sourceEnd {
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
        return result
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

    /// Writes a code point as UTF-8 into bytes that have room.
    ///
    /// - Returns: How many.
    @inline(__always)
    static func put(_ codePoint: UInt32, at bytes: UnsafeMutablePointer<UInt8>) -> Int {
        func tail(_ shift: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: 0x80 | codePoint >> shift & 0x3F) }
        func first(_ bits: UInt32) -> UInt8 { UInt8(truncatingIfNeeded: bits) }
        switch codePoint {
        case ..<0x80:
            unsafe bytes[0] = first(codePoint)
            return 1
        case ..<0x800:
            unsafe bytes[0] = first(0xC0 | codePoint >> 6)
            unsafe bytes[1] = tail(0)
            return 2
        case ..<0x10000:
            unsafe bytes[0] = first(0xE0 | codePoint >> 12)
            unsafe bytes[1] = tail(6)
            unsafe bytes[2] = tail(0)
            return 3
        default:
            unsafe bytes[0] = first(0xF0 | codePoint >> 18)
            unsafe bytes[1] = tail(12)
            unsafe bytes[2] = tail(6)
            unsafe bytes[3] = tail(0)
            return 4
        }
    }
}
