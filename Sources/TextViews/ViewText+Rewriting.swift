internal import ContentModel
internal import UnicodeData

/// Views made from another view byte by byte, where what changes keeps places easy to follow; the rest goes by ``Unit``.
extension ViewText {
    /// Becomes another view with every disguise replaced by what it stands for, two or three bytes by as many, so that
    /// places and edits stay.
    ///
    /// - Returns: False when three equal letters have come to stand in a row, which needs more.
    mutating func substitute(in other: borrowing ViewText) -> Bool {
        storage.removeAll(keepingCapacity: true)
        storage.append(contentsOf: other.storage[..<other.count])
        var run = 1
        var previous: UInt32 = 0
        let hasRun = unsafe storage.withUnsafeMutableBufferPointer { bytes in
            var offset = 0
            while offset < bytes.count {
                let first = unsafe bytes[offset]
                if first &- 0xC3 < 0x1D {
                    var codePoint = unsafe UInt32(first & 0x1F) << 6 | UInt32(bytes[offset + 1] & 0x3F)
                    let (kind, target) = Disguise.of(codePoint)
                    if kind == .always {
                        codePoint = target
                        unsafe bytes[offset] = UInt8(0xC0 | target >> 6)
                        unsafe bytes[offset + 1] = UInt8(0x80 | target & 0x3F)
                    }
                    run = codePoint == previous ? run + 1 : 1
                    if run >= Deobfuscator.shortestRun { return true }
                    previous = codePoint
                    offset += 2
                    continue
                }
                guard first &- 0xE3 < 7 else {
                    // Between letters that may be replaced.
                    previous = 0
                    offset += UTF8Scalar.length(lead: first)
                    continue
                }
                var codePoint =
                    unsafe UInt32(first & 0x0F) << 12 | UInt32(bytes[offset + 1] & 0x3F) << 6
                    | UInt32(bytes[offset + 2] & 0x3F)
                let (kind, target) = Disguise.of(codePoint)
                if kind == .always {
                    codePoint = target
                    unsafe bytes[offset] = UInt8(0xE0 | target >> 12)
                    unsafe bytes[offset + 1] = UInt8(0x80 | target >> 6 & 0x3F)
                    unsafe bytes[offset + 2] = UInt8(0x80 | target & 0x3F)
                }
                run = codePoint == previous ? run + 1 : 1
                if run >= Deobfuscator.shortestRun { return true }
                previous = codePoint
                offset += 3
            }
            return false
        }
        guard !hasRun else { return false }
        count = other.count
        edits.removeAll(keepingCapacity: true)
        edits.append(contentsOf: other.edits)
        mapBlocks(countsHan: false)
        return true
    }

    /// Becomes another view with the letters of ``Leet`` for its signs.
    ///
    /// - Returns: Whether a word is written so; nil where that cannot be told byte by byte.
    mutating func showLetters(of other: borrowing ViewText) -> Bool? {
        guard !other.hasMarks, !Leet.isMixed(other) else { return nil }
        storage.removeAll(keepingCapacity: true)
        storage.append(contentsOf: other.storage[..<other.count])
        count = other.count
        edits.removeAll(keepingCapacity: true)
        // Up to here the other's edits are copied.
        var next = 0
        var signs = 0
        var isPlain = true
        Leet.forEachSign(of: other) { place, letter in
            storage[place] = letter
            signs += 1
            while next < other.edits.count, other.edits[next].resultEnd <= place {
                edits.append(other.edits[next])
                next += 1
            }
            guard next < other.edits.count, Int(other.edits[next].result) <= place else {
                let source = other.source(of: TextSpan(start: place, end: place + 1)).start
                edits.append(
                    Edit(source: source, sourceLength: 1, result: place, resultLength: 1, cause: .likeness))
                return
            }
            // A sign that was folded to this one; where one became several, more is to be told apart.
            if other.edits[next].resultLength > 1 { isPlain = false }
            edits.append(other.edits[next])
            edits[edits.count - 1].cause = .likeness
            next += 1
        }
        edits.append(contentsOf: other.edits[next...])
        guard signs > 0 else { return false }
        guard isPlain else { return nil }
        unsafe storage.withUnsafeMutableBufferPointer { bytes in
            for place in bytes.indices { unsafe bytes[place] = unsafe bytes[place] == 0x6C ? 0x69 : bytes[place] }
        }
        mapBlocks(countsHan: false)
        return true
    }

    /// Becomes another view with every run of three equal letters or more as one.
    ///
    /// - Returns: False where a part of what one character became is in a run, which takes more.
    mutating func collapseRuns(of other: borrowing ViewText) -> Bool {
        edits.removeAll(keepingCapacity: true)
        storage.removeAll(keepingCapacity: true)
        let text = other.bytes
        var start = 0
        // Bytes and edits up to here are copied.
        var (copied, copiedEdits) = (0, 0)
        while start < text.count {
            let size = UTF8Scalar.length(lead: text[start])
            // Most differ from the next.
            guard start + size < text.count, text[start] == text[start + size],
                text[start + size - 1] == text[start + 2 * size - 1]
            else {
                start += size
                continue
            }
            let codePoint = UTF8Scalar.decode(text, at: start).codePoint
            var end = start + size
            while end < text.count, text[end] == text[start], UTF8Scalar.decode(text, at: end).codePoint == codePoint {
                end += size
            }
            if end - start >= Deobfuscator.shortestRun * size, CharacterClass(of: codePoint).isLetter {
                let run = TextSpan(start: start, end: end)
                guard let within = other.edits(within: run) else { return false }
                append(other, copied..<start + size, edits: copiedEdits..<within.lowerBound)
                let source = other.source(of: run)
                edits.append(
                    Edit(
                        source: source.start, sourceLength: source.count, result: storage.count - size,
                        resultLength: size, cause: .run))
                (copied, copiedEdits) = (end, within.upperBound)
            }
            start = end
        }
        append(other, copied..<other.count, edits: copiedEdits..<other.edits.count)
        count = storage.count
        mapBlocks(countsHan: false)
        return true
    }

    /// Becomes another view with the letters of Latin, Cyrillic and Greek without their marks.
    ///
    /// - Returns: False where a marked letter is a part of what one character became, which takes more.
    mutating func removeMarks(of other: borrowing ViewText) -> Bool {
        edits.removeAll(keepingCapacity: true)
        // No marked letter has less than two bytes, and no letter more than four.
        let room = 2 * other.count + 8
        if storage.count < room { storage.append(contentsOf: repeatElement(0, count: room + room / 2 - storage.count)) }
        var storage: [UInt8] = []
        swap(&storage, &self.storage)
        let written = unsafe storage.withUnsafeMutableBufferPointer { bytes in
            unsafe other.storage.withUnsafeBufferPointer { text in
                unsafe writeUnmarked(
                    other, text.baseAddress.unsafelyUnwrapped, to: bytes.baseAddress.unsafelyUnwrapped)
            }
        }
        swap(&storage, &self.storage)
        guard let written else { return false }
        count = written
        mapBlocks(countsHan: false)
        return true
    }

    /// Writes another view's text without marks, and the edits that lead back to the original.
    ///
    /// - Returns: The number of bytes; nil where it takes more.
    private mutating func writeUnmarked(
        _ other: borrowing ViewText, _ text: UnsafePointer<UInt8>, to bytes: UnsafeMutablePointer<UInt8>
    ) -> Int? {
        var (offset, result) = (0, 0)
        // The other's next edit, and what to add to a place in the other for its place in the original.
        var (next, shift) = (0, 0)
        while offset < other.count {
            let lead = unsafe text[offset]
            if lead < 0x80 {
                unsafe bytes[result] = lead
                offset &+= 1
                result &+= 1
                continue
            }
            let (codePoint, size) = unsafe UTF8Scalar.decode(text + offset)
            let base = Reading.unmarked(codePoint)
            let length = unsafe Self.put(base, at: bytes + result)
            guard base != codePoint else {
                offset &+= size
                result &+= size
                continue
            }
            while next < other.edits.count, other.edits[next].resultEnd <= offset {
                shift = Int(other.edits[next].source + other.edits[next].sourceLength) - other.edits[next].resultEnd
                edits.append(other.edits[next])
                edits[edits.count - 1].result += Int32(result - offset)
                next += 1
            }
            var edit = Edit(source: offset + shift, sourceLength: size, result: offset, resultLength: size)
            if next < other.edits.count, Int(other.edits[next].result) < offset + size {
                edit = other.edits[next]
                guard Int(edit.result) == offset, edit.resultEnd == offset + size else { return nil }
                shift = Int(edit.source + edit.sourceLength) - edit.resultEnd
                next += 1
            }
            (edit.result, edit.resultLength) = (Int32(result), Int32(length))
            if Int(edit.sourceLength) != length || edit.cause != .form { edits.append(edit) }
            offset &+= size
            result &+= length
        }
        for edit in other.edits[next...] {
            edits.append(edit)
            edits[edits.count - 1].result += Int32(result - offset)
        }
        return result
    }

    /// Appends a stretch of another view, and those of its edits that lie there.
    private mutating func append(_ other: borrowing ViewText, _ bytes: Range<Int>, edits copied: Range<Int>) {
        let shift = Int32(storage.count - bytes.lowerBound)
        storage.append(contentsOf: other.storage[bytes])
        for index in copied {
            edits.append(other.edits[index])
            edits[edits.count - 1].result += shift
        }
    }

    /// The edits of what stands in a stretch, or was left out inside it; nil where one reaches over its ends.
    private func edits(within span: TextSpan) -> Range<Int>? {
        let first = firstEdit { edit in
            let start = Int(edit.result)
            return start > span.start || start == span.start && edit.resultLength > 0
        }
        var end = first
        while end < edits.count, Int(edits[end].result) < span.end { end += 1 }
        if first > 0, edits[first - 1].resultEnd > span.start { return nil }
        if end > first, edits[end - 1].resultEnd > span.end { return nil }
        return first..<end
    }
}
