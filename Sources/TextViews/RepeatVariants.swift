internal import UnicodeData

/// The forms that a phrase can take in the deobfuscated view, where three or more equal letters have become one.
///
/// "cool" may be written "coool", which the view shows as "col"; so the phrase is also looked for as "col", but only
/// where that "o" stands for a run. Without the demand, "as" would be found as "ass".
enum RepeatVariants {
    /// Doubled letters that get variants; every one doubles their number.
    private static let mostDoubles = 3

    static func of(_ view: borrowing ViewText) -> [(literal: [UInt8], repeats: [UInt16])] {
        let bytes = view.array
        // Runs in the phrase itself ("哈哈哈") ask for a run in the text.
        var required: [UInt16] = []
        for edit in view.edits where edit.cause == .run { required.append(UInt16(edit.result)) }
        var variants: [(literal: [UInt8], repeats: [UInt16])] = [(bytes, required)]
        var doubles = 0
        var offset = 0
        while offset < bytes.count, doubles < mostDoubles {
            let length = UTF8Scalar.length(lead: bytes[offset])
            let next = offset + length
            guard next + length <= bytes.count, bytes[offset..<next] == bytes[next..<next + length],
                isLetter(bytes, offset)
            else {
                offset = next
                continue
            }
            doubles += 1
            for variant in variants {
                // Variants grow shorter from the front, so places are counted from the end.
                let place = variant.literal.count - (bytes.count - offset)
                var literal = variant.literal
                literal.removeSubrange(place..<place + length)
                let moved = variant.repeats.map { $0 > UInt16(place) ? $0 - UInt16(length) : $0 }
                variants.append((literal, (moved + [UInt16(place)]).sorted()))
            }
            offset = next + length
        }
        return variants
    }

    private static func isLetter(_ bytes: [UInt8], _ offset: Int) -> Bool {
        let end = offset + UTF8Scalar.length(lead: bytes[offset])
        return String(decoding: bytes[offset..<end], as: UTF8.self).unicodeScalars.first?.properties.isAlphabetic
            ?? false
    }
}
