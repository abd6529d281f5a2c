internal import CUnicodeTables

/// A stretch of a text that came out with another length; offsets and lengths are UTF-8 bytes.
public struct Edit: Sendable, Equatable, BitwiseCopyable {
    public var source: Int32
    public var sourceLength: Int32
    public var result: Int32
    public var resultLength: Int32
    public var cause = Cause.form

    /// Why a stretch changed, where that matters to what counts there.
    public enum Cause: UInt8, Sendable, BitwiseCopyable {
        /// Another way to write the same, or something left out.
        case form
        /// One letter stands for a run of three or more.
        case run
        /// A sign or a letter of another script stands for a letter that it looks like.
        case likeness
    }

    /// Where the result of it ends.
    @inlinable public var resultEnd: Int { Int(result) + Int(resultLength) }

    public init(source: Int, sourceLength: Int, result: Int, resultLength: Int, cause: Cause = .form) {
        self.cause = cause
        self.source = Int32(source)
        self.sourceLength = Int32(sourceLength)
        self.result = Int32(result)
        self.resultLength = Int32(resultLength)
    }
}

/// NFKC_Casefold over UTF-8 (Unicode Standard, section 3.13, toNFKC_Casefold) by table, with the edits that lead back.
///
/// A text is a sequence of segments, each from one character that nothing before it can change to the next. The table
/// gives the answer for nearly all; the few in which a mark composes or must be reordered go to ICU, whole and once.
/// A noncopyable owner of ICU's state; one thread at a time.
@safe public struct CaseFolder: ~Copyable {
    /// Folds the segments that the table cannot.
    private var icu: ICUFolder

    /// - Throws: ``UnicodeDataError`` when ICU's data cannot be had.
    public init() throws(UnicodeDataError) { icu = try ICUFolder() }

    /// Whether the text folded last has something that folding hides: code points that fold to nothing, brackets that
    /// fold from one character with a letter in them.
    public private(set) var hidesSomething = false

    /// Whether a character of the text folded last may have become several letters.
    public private(set) var hasExpansions = false

    /// Folds valid UTF-8 into `folded`, which is grown as needed and never shrunk, and replaces `edits`. Letters that
    /// become another of the same length are no edits.
    ///
    /// - Returns: The number of folded bytes; nil when ICU refuses.
    public mutating func fold(_ text: Span<UInt8>, into folded: inout [UInt8], edits: inout [Edit]) -> Int? {
        if !edits.isEmpty { edits.removeAll(keepingCapacity: true) }
        (hidesSomething, hasExpansions) = (false, false)
        var offset = 0
        var count = 0
        while true {
            // Room for what keeps its length; a mapping that grows stops the kernel when room runs out.
            let least = count + (text.count - offset) + Self.longestMapping
            if folded.count < least {
                folded.append(contentsOf: repeatElement(0, count: least + least / 4 - folded.count))
            }
            var run = Run(offset: offset, count: count)
            unsafe text.withUnsafeBufferPointer { source in
                unsafe folded.withUnsafeMutableBufferPointer { result in
                    run.go(over: source, into: result, &edits)
                }
            }
            (offset, count) = (run.offset, run.count)
            if run.hidesSomething || run.stop == .segment { hidesSomething = true }
            if run.hasExpansions || run.stop == .segment { hasExpansions = true }
            switch run.stop {
            case .end: return count
            case .room: continue
            case .segment:
                let end = segmentEnd(text, from: offset)
                guard let length = icu.fold(text.extracting(offset..<end)) else { return nil }
                icu.appendEdits(to: &edits, source: offset, result: count)
                if folded.count < count + length {
                    folded.append(contentsOf: repeatElement(0, count: count + length - folded.count))
                }
                folded.replaceSubrange(count..<count + length, with: icu.folded[..<length])
                count += length
                offset = end
            }
        }
    }

    /// Bytes of the longest mapping (U+FDFA), and of one code point that is copied.
    private static let longestMapping = 40

    /// The end of the segment that begins at `offset`: the next character that nothing before it can change.
    private func segmentEnd(_ text: Span<UInt8>, from offset: Int) -> Int {
        var place = offset + UTF8Scalar.decode(text, at: offset).length
        while place < text.count {
            let (codePoint, length) = UTF8Scalar.decode(text, at: place)
            let value = unicode_fold(codePoint)
            if value == 0 || value >= 0x200 { break }
            place += length
        }
        return place
    }

    /// One run of the kernel: from `offset` on, until the end, a segment for ICU, or the end of the room.
    private struct Run {
        enum Stop { case end, segment, room }

        /// Bytes of the source that are done; at a stop for ICU, the beginning of the segment.
        var offset: Int
        /// Bytes of the result that are done.
        var count: Int
        var stop = Stop.end
        var hidesSomething = false
        var hasExpansions = false

        @safe mutating func go(
            over source: UnsafeBufferPointer<UInt8>, into result: UnsafeMutableBufferPointer<UInt8>,
            _ edits: inout [Edit]
        ) {
            let length = source.count
            guard offset < length else { return }
            let text = unsafe source.baseAddress.unsafelyUnwrapped
            let out = unsafe result.baseAddress.unsafelyUnwrapped
            var (offset, count) = (self.offset, self.count)
            // The segment at hand, and the combining class of the mark before.
            var (segmentOffset, segmentCount, segmentEdits) = (offset, count, edits.count)
            var order: UInt16 = 0
            while offset < length {
                let byte = unsafe text[offset]
                if byte < 0x80 {
                    foldASCII(text, out, length, &offset, &count)
                    // Only the last letter of a run can be changed by a mark.
                    segmentOffset = offset - 1
                    segmentCount = count - 1
                    segmentEdits = edits.count
                    order = 0
                    continue
                }
                if unsafe UTF8Scalar.isHan(byte, text[offset + 1]) {
                    // Folds to itself.
                    var next = byte
                    repeat {
                        next = unsafe Self.copy(text + offset, to: out + count, size: 3, room: length - offset)
                        offset &+= 3
                        count &+= 3
                    } while next &- 0xE5 < 5
                    segmentOffset = offset - 3
                    segmentCount = count - 3
                    segmentEdits = edits.count
                    order = 0
                    continue
                }
                let (codePoint, size) = unsafe UTF8Scalar.decode(text + offset)
                let value = unicode_fold(codePoint)
                if value == 0 {
                    // With all that follow of its kind; only the last can be changed by a mark.
                    var size = size
                    repeat {
                        _ = unsafe Self.copy(text + offset, to: out + count, size: size, room: length &- offset)
                        (segmentOffset, segmentCount) = (offset, count)
                        offset &+= size
                        count &+= size
                        guard unsafe offset < length && text[offset] >= 0xC0 else { break }
                        let next = unsafe UTF8Scalar.decode(text + offset)
                        guard unicode_fold(next.codePoint) == 0 else { break }
                        size = next.length
                    } while true
                    segmentEdits = edits.count
                    order = 0
                    continue
                } else if value >= 0x200 {
                    (segmentOffset, segmentCount, segmentEdits) = (offset, count, edits.count)
                    let mapping = unsafe unicode_folded(value)
                    let mapped = unsafe Int(mapping[0] & 0x7F)
                    guard count + mapped + (length - offset) <= result.count else {
                        (self.offset, self.count, stop) = (offset, count, .room)
                        return
                    }
                    for index in 0..<mapped { unsafe out[count + index] = unsafe mapping[index + 1] }
                    // One that gives several code points is an edit even where it keeps its length.
                    let isExpansion = unsafe mapped != UTF8Scalar.length(lead: mapping[1])
                    if isExpansion, unsafe Self.letters(mapping + 1, mapped) > 1 { hasExpansions = true }
                    if mapped != size || isExpansion {
                        edits.append(Edit(source: offset, sourceLength: size, result: count, resultLength: mapped))
                    }
                    if unsafe mapping[1] == 0x28 { hidesSomething = true }
                    order = unsafe mapping[0] > 0x7F ? 0xFF : 0
                    offset += size
                    count += mapped
                    continue
                } else if value == 2 {
                    hidesSomething = true
                    edits.append(Edit(source: offset, sourceLength: size, result: count, resultLength: 0))
                    offset += size
                    continue
                } else if value == 1 || value & 0xFF < order {
                    edits.removeLast(edits.count - segmentEdits)
                    (self.offset, self.count, stop) = (segmentOffset, segmentCount, .segment)
                    return
                } else {
                    order = value & 0xFF
                }
                _ = unsafe Self.copy(text + offset, to: out + count, size: size, room: length - offset)
                offset += size
                count += size
            }
            (self.offset, self.count, stop) = (offset, count, .end)
        }

        /// Copies a code point of so many bytes, four at once where there are four; what is behind is written again.
        ///
        /// - Returns: The byte behind three bytes; 0 at the end.
        @inline(__always)
        @unsafe private static func copy(
            _ text: UnsafePointer<UInt8>, to out: UnsafeMutablePointer<UInt8>, size: Int, room: Int
        ) -> UInt8 {
            guard room >= 4 else {
                for index in 0..<size { unsafe out[index] = unsafe text[index] }
                return 0
            }
            let bytes = unsafe UnsafeRawPointer(text).loadUnaligned(as: UInt32.self)
            unsafe UnsafeMutableRawPointer(out).storeBytes(of: bytes, as: UInt32.self)
            return UInt8(truncatingIfNeeded: UInt32(littleEndian: bytes) >> 24)
        }

        /// The code points of a mapping that are letters of ASCII or none of it.
        @unsafe private static func letters(_ mapping: UnsafePointer<UInt8>, _ length: Int) -> Int {
            var letters = 0
            for index in 0..<length {
                let byte = unsafe mapping[index]
                if byte &- 0x61 < 26 || byte >= 0xC0 { letters += 1 }
            }
            return letters
        }

        /// ASCII to the next byte that is none: capitals become small, eight bytes a step.
        @inline(__always)
        @safe private func foldASCII(
            _ text: UnsafePointer<UInt8>, _ out: UnsafeMutablePointer<UInt8>, _ length: Int, _ offset: inout Int,
            _ count: inout Int
        ) {
            while offset + 8 <= length {
                let word = unsafe UnsafeRawPointer(text + offset).loadUnaligned(as: UInt64.self)
                let high = word & 0x8080_8080_8080_8080
                // The high bits of `atLeastA ^ pastZ` mark the capitals.
                let atLeastA = (word & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x3F3F_3F3F_3F3F_3F3F
                let pastZ = (word & 0x7F7F_7F7F_7F7F_7F7F) &+ 0x2525_2525_2525_2525
                let capitals = (atLeastA ^ pastZ) & ~word & 0x8080_8080_8080_8080
                unsafe UnsafeMutableRawPointer(out + count).storeBytes(of: word | capitals >> 2, as: UInt64.self)
                guard high == 0 else {
                    // What is behind the ASCII is written again.
                    let ascii = UInt64(littleEndian: high).trailingZeroBitCount >> 3
                    offset += ascii
                    count += ascii
                    return
                }
                offset += 8
                count += 8
            }
            while offset < length {
                let byte = unsafe text[offset]
                guard byte < 0x80 else { return }
                unsafe out[count] = byte &- 0x41 < 26 ? byte | 0x20 : byte
                offset += 1
                count += 1
            }
        }
    }
}

/// ICU could not open what it needs; its data package is missing or foreign.
public struct UnicodeDataError: Error, CustomStringConvertible {
    public var description: String { "ICU could not be opened: is its data library (libicudata) installed?" }
}
