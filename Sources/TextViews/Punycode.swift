internal import UnicodeData

/// Host names as the network writes them: `xn--bcher-kva` is `bücher` (RFC 3492, Punycode; RFC 5890, A-labels).
enum Punycode {
    /// Bytes of the longest label (RFC 1035, section 2.3.4).
    static let longestLabel = 63

    /// The end of a label that begins with `xn--` at `offset`; nil when none does.
    static func labelEnd(_ text: Span<UInt8>, at offset: Int) -> Int? {
        guard offset + 4 < text.count, text[offset] | 0x20 == 0x78, text[offset + 1] | 0x20 == 0x6E,
            text[offset + 2] == 0x2D, text[offset + 3] == 0x2D,
            offset == 0 || !isLabel(text[offset - 1])
        else { return nil }
        var end = offset + 4
        while end < text.count, isLabel(text[end]) { end += 1 }
        return end - offset <= longestLabel && end > offset + 4 ? end : nil
    }

    private static func isLabel(_ byte: UInt8) -> Bool {
        byte | 0x20 &- 0x61 < 26 || byte &- 0x30 < 10 || byte == 0x2D || byte >= 0x80
    }

    /// The code points that a label stands for, `xn--` left out; nil when it is malformed.
    static func decode(_ label: Span<UInt8>) -> [UInt32]? {
        var last: Int?
        for index in label.indices {
            guard label[index] < 0x80 else { return nil }
            if label[index] == 0x2D { last = index }
        }
        var output: [UInt32] = []
        if let last { for index in 0..<last { output.append(UInt32(lower(label[index]))) } }
        var place = last.map { $0 + 1 } ?? 0
        guard place < label.count else { return nil }
        var (codePoint, index, bias): (UInt32, UInt32, UInt32) = (0x80, 0, 72)
        while place < label.count {
            let before = index
            var weight: UInt32 = 1
            var k: UInt32 = 36
            while true {
                guard place < label.count, let digit = digit(label[place]) else { return nil }
                place += 1
                let (product, overflow) = digit.multipliedReportingOverflow(by: weight)
                guard !overflow, index <= UInt32.max - product else { return nil }
                index += product
                let threshold = k <= bias ? 1 : min(26, k - bias)
                if digit < threshold { break }
                let (next, isTooLarge) = weight.multipliedReportingOverflow(by: 36 - threshold)
                guard !isTooLarge else { return nil }
                weight = next
                k += 36
            }
            let count = UInt32(output.count) + 1
            bias = adapt(index - before, count, isFirst: before == 0)
            guard index / count <= 0x10FFFF - codePoint else { return nil }
            codePoint += index / count
            index %= count
            guard Unicode.Scalar(codePoint) != nil else { return nil }
            output.insert(codePoint, at: Int(index))
            index += 1
        }
        return output
    }

    private static func lower(_ byte: UInt8) -> UInt8 { byte &- 0x41 < 26 ? byte | 0x20 : byte }

    private static func digit(_ byte: UInt8) -> UInt32? {
        switch lower(byte) {
        case 0x61...0x7A: UInt32(lower(byte) - 0x61)
        case 0x30...0x39: UInt32(byte - 0x30) + 26
        default: nil
        }
    }

    /// RFC 3492, section 6.1.
    private static func adapt(_ delta: UInt32, _ count: UInt32, isFirst: Bool) -> UInt32 {
        var delta = isFirst ? delta / 700 : delta / 2
        delta += delta / count
        var k: UInt32 = 0
        while delta > 455 {
            delta /= 35
            k += 36
        }
        return k + 36 * delta / (delta + 38)
    }
}
