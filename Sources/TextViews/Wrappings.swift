internal import ContentModel
internal import UnicodeData

/// Undoes what wraps whole stretches of a text, before it is folded: HTML's character references, percent signs, host
/// names as the network writes them (`xn--`), tag characters, parenthesised letters, and runs that a control turns
/// around.
enum Wrappings {
    /// Code points of the longest run that is turned around.
    static let longestReversal = 40
    /// Bytes of the longest character reference.
    private static let longestReference = 10

    /// Whether a text may hold any.
    static func mayOccur(in text: Span<UInt8>) -> Bool {
        var offset = 0
        while offset < text.count {
            let byte = text[offset]
            switch byte {
            case 0x26 where reference(text, at: offset) != nil: return true
            case 0x25 where percent(text, at: offset) != nil: return true
            case 0x58, 0x78:
                if Punycode.labelEnd(text, at: offset) != nil { return true }
                offset += 1
            // U+202E is E2 80 AE; tag characters begin with F3 A0 80 and F3 A0 81.
            case 0xE2 where text[offset + 1] == 0x80 && text[offset + 2] == 0xAE: return true
            case 0xF3 where text[offset + 1] == 0xA0 && text[offset + 2] < 0x82: return true
            // Parenthesised letters, U+249C to U+24B5.
            case 0xE2 where text[offset + 1] == 0x92 && text[offset + 2] &- 0x9C < 26: return true
            default: offset += 1
            }
        }
        return false
    }

    /// The text with its wrappings undone, as units of the original.
    static func undo(_ text: Span<UInt8>, into units: inout [Unit]) {
        var offset = 0
        while offset < text.count {
            if text[offset] == 0x26, let (codePoint, length) = reference(text, at: offset) {
                units.append(Unit(letter(codePoint), start: offset, end: offset + length))
                offset += length
                continue
            }
            if text[offset] == 0x25, let (codePoint, length) = percent(text, at: offset) {
                units.append(Unit(letter(codePoint), start: offset, end: offset + length))
                offset += length
                continue
            }
            if text[offset] | 0x20 == 0x78, let end = Punycode.labelEnd(text, at: offset),
                let label = Punycode.decode(text.extracting(offset + 4..<end))
            {
                for codePoint in label {
                    var unit = Unit(codePoint, start: offset, end: end)
                    unit.cause = .likeness
                    units.append(unit)
                }
                offset = end
                continue
            }
            let (codePoint, length) = UTF8Scalar.decode(text, at: offset)
            if codePoint == 0x202E, let end = reversalEnd(text, from: offset + length) {
                reverse(text, offset + length, end, into: &units)
                offset = end
                continue
            }
            if (0xE0020...0xE007E).contains(codePoint) {
                offset = appendTags(text, from: offset, into: &units)
                continue
            }
            units.append(Unit(letter(codePoint), start: offset, end: offset + length))
            offset += length
        }
    }

    /// A parenthesised letter as the letter, which folding would leave in its brackets.
    private static func letter(_ codePoint: UInt32) -> UInt32 {
        (0x249C...0x24B5).contains(codePoint) ? 0x61 + codePoint - 0x249C : codePoint
    }

    // MARK: - Escapes

    /// HTML's numeric references and the named ones that every text may need.
    private static func reference(_ text: Span<UInt8>, at offset: Int) -> (codePoint: UInt32, length: Int)? {
        guard offset + 3 < text.count else { return nil }
        guard text[offset + 1] == 0x23 else { return named(text, at: offset) }
        var place = offset + 2
        let isHexadecimal = text[place] | 0x20 == 0x78
        if isHexadecimal { place += 1 }
        let first = place
        var value: UInt32 = 0
        while place < text.count, place - offset < longestReference, let digit = hexadecimal(text[place]),
            isHexadecimal || digit < 10, value < 0x11_0000
        {
            value = value * (isHexadecimal ? 16 : 10) + UInt32(digit)
            place += 1
        }
        guard place > first, place < text.count, text[place] == 0x3B, value >= 0x20, Unicode.Scalar(value) != nil else {
            return nil
        }
        return (value, place + 1 - offset)
    }

    private static let names: [(StaticString, UInt32)] = [
        ("&amp;", 0x26), ("&lt;", 0x3C), ("&gt;", 0x3E), ("&quot;", 0x22), ("&apos;", 0x27), ("&nbsp;", 0x20),
        ("&shy;", 0xAD), ("&zwj;", 0x200D), ("&zwnj;", 0x200C),
    ]

    private static func named(_ text: Span<UInt8>, at offset: Int) -> (codePoint: UInt32, length: Int)? {
        for (name, codePoint) in names {
            let length = name.utf8CodeUnitCount
            guard offset + length <= text.count else { continue }
            let isEqual = name.withUTF8Buffer { bytes in
                for index in 0..<length where unsafe text[offset + index] != bytes[index] { return false }
                return true
            }
            if isEqual { return (codePoint, length) }
        }
        return nil
    }

    /// One code point from `%61`, or from the two to four bytes of `%E5%8A%A0`.
    private static func percent(_ text: Span<UInt8>, at offset: Int) -> (codePoint: UInt32, length: Int)? {
        guard let first = byte(text, at: offset), first >= 0x20 else { return nil }
        if first < 0x80 { return (UInt32(first), 3) }
        let size = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
        guard first >= 0xC2, first < 0xF5 else { return nil }
        var bytes: [UInt8] = [first]
        for index in 1..<size {
            guard let next = byte(text, at: offset + 3 * index), next & 0xC0 == 0x80 else { return nil }
            bytes.append(next)
        }
        guard let scalar = String(validating: bytes, as: UTF8.self)?.unicodeScalars.first else { return nil }
        return (scalar.value, 3 * size)
    }

    private static func byte(_ text: Span<UInt8>, at offset: Int) -> UInt8? {
        guard offset + 2 < text.count, text[offset] == 0x25, let high = hexadecimal(text[offset + 1]),
            let low = hexadecimal(text[offset + 2])
        else { return nil }
        return high << 4 | low
    }

    private static func hexadecimal(_ byte: UInt8) -> UInt8? {
        switch byte {
        case 0x30...0x39: byte - 0x30
        case 0x41...0x46: byte - 0x37
        case 0x61...0x66: byte - 0x57
        default: nil
        }
    }

    // MARK: - Controls

    /// Where a run that begins at `offset` is turned back: at U+202C, at a line's end, or at the text's.
    private static func reversalEnd(_ text: Span<UInt8>, from offset: Int) -> Int? {
        var place = offset
        for _ in 0...longestReversal {
            guard place < text.count else { return place }
            let (codePoint, length) = UTF8Scalar.decode(text, at: place)
            if codePoint == 0x202C || codePoint == 0x0A || codePoint == 0x2029 { return place }
            place += length
        }
        return nil
    }

    /// Appends a run back to front; each of its code points stands for the whole run.
    private static func reverse(_ text: Span<UInt8>, _ start: Int, _ end: Int, into units: inout [Unit]) {
        var place = end
        while place > start {
            let (codePoint, length) = UTF8Scalar.decode(text, before: place)
            place -= length
            var unit = Unit(letter(codePoint), start: start, end: end)
            // What hides in the run has no place of its own to show it.
            unit.cause = .likeness
            units.append(unit)
        }
    }

    /// Tag characters are invisible ASCII; they are read as words of their own. A flag's (behind U+1F3F4) are not.
    private static func appendTags(_ text: Span<UInt8>, from start: Int, into units: inout [Unit]) -> Int {
        var place = start
        let isFlag = units.last?.codePoint == 0x1F3F4
        if !isFlag { units.append(Unit(0x20, start: start, end: start + 4)) }
        while place < text.count {
            let (codePoint, length) = UTF8Scalar.decode(text, at: place)
            guard (0xE0020...0xE007F).contains(codePoint) else { break }
            if !isFlag, codePoint < 0xE007F {
                units.append(Unit(codePoint - 0xE0000, start: place, end: place + length))
            }
            place += length
        }
        if !isFlag { units.append(Unit(0x20, start: place - 4, end: place)) }
        return place
    }
}
