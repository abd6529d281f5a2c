/// Writes values as bytes: numbers seven bits at a time, texts with their length before them.
public struct BinaryWriter: Sendable {
    public private(set) var bytes: [UInt8] = []

    public init() {}

    /// The bytes and their checksum, by which damage is known.
    public var sealed: [UInt8] {
        var sealed = self
        sealed.real(Double(bitPattern: checksum(bytes[...])))
        return sealed.bytes
    }

    /// Zigzag, so that small negative numbers are short too.
    public mutating func integer(_ value: Int) {
        var rest = UInt64(bitPattern: Int64((value << 1) ^ (value >> 63)))
        while rest >= 0x80 {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }

    public mutating func real(_ value: Double) {
        for shift in 0..<8 { bytes.append(UInt8(truncatingIfNeeded: value.bitPattern >> UInt64(8 * shift))) }
    }

    public mutating func boolean(_ value: Bool) { bytes.append(value ? 1 : 0) }

    public mutating func data(_ value: [UInt8]) {
        integer(value.count)
        bytes.append(contentsOf: value)
    }

    public mutating func text(_ value: String) { data(Array(value.utf8)) }

    public mutating func list<Element>(_ values: [Element], _ write: (Element, inout BinaryWriter) -> Void) {
        integer(values.count)
        for value in values { write(value, &self) }
    }

    public mutating func optional<Value>(_ value: Value?, _ write: (Value, inout BinaryWriter) -> Void) {
        boolean(value != nil)
        if let value { write(value, &self) }
    }
}

/// Reads what ``BinaryWriter`` wrote. Bytes that do not hold give ``isDamaged`` and zeros, never a trap.
public struct BinaryReader: Sendable {
    private let bytes: [UInt8]
    private var place = 0
    /// Whether something that was read did not hold; nothing of it may be used then.
    public private(set) var isDamaged = false

    public init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Of bytes that ``BinaryWriter/sealed`` gave; nil where they are damaged.
    public init?(sealed: [UInt8]) {
        guard sealed.count >= 8 else { return nil }
        let content = sealed.dropLast(8)
        var seal = BinaryReader(Array(sealed.suffix(8)))
        guard seal.real().bitPattern == checksum(content) else { return nil }
        bytes = Array(content)
    }

    /// Whether all was read.
    public var isAtEnd: Bool { place == bytes.count }

    private mutating func byte() -> UInt8 {
        guard place < bytes.count else {
            isDamaged = true
            return 0
        }
        place += 1
        return bytes[place - 1]
    }

    public mutating func integer() -> Int {
        var value: UInt64 = 0
        var shift: UInt64 = 0
        while true {
            let next = byte()
            value |= UInt64(next & 0x7F) << shift
            if next < 0x80 { break }
            shift += 7
            guard shift < 64 else {
                isDamaged = true
                return 0
            }
        }
        return Int(bitPattern: UInt(value >> 1)) ^ -Int(bitPattern: UInt(value & 1))
    }

    public mutating func real() -> Double {
        var pattern: UInt64 = 0
        for shift in 0..<8 { pattern |= UInt64(byte()) << UInt64(8 * shift) }
        return Double(bitPattern: pattern)
    }

    public mutating func boolean() -> Bool { byte() != 0 }

    public mutating func data() -> [UInt8] {
        let count = integer()
        guard count >= 0, count <= bytes.count - place else {
            isDamaged = true
            return []
        }
        place += count
        return Array(bytes[place - count..<place])
    }

    /// A text; bytes that are no UTF-8 are damage.
    public mutating func text() -> String {
        guard let text = String(validating: data(), as: UTF8.self) else {
            isDamaged = true
            return ""
        }
        return text
    }

    public mutating func list<Element>(_ read: (inout BinaryReader) -> Element) -> [Element] {
        let count = integer()
        // Every element takes a byte at least.
        guard count >= 0, count <= bytes.count - place else {
            isDamaged = true
            return []
        }
        var values: [Element] = []
        for _ in 0..<count where !isDamaged { values.append(read(&self)) }
        return values
    }

    public mutating func optional<Value>(_ read: (inout BinaryReader) -> Value) -> Value? {
        boolean() ? read(&self) : nil
    }
}

/// FNV-1a, 64 bits (Fowler, Noll and Vo), against damage, not against malice.
private func checksum(_ bytes: ArraySlice<UInt8>) -> UInt64 {
    var hash: UInt64 = 0xCBF2_9CE4_8422_2325
    for byte in bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01B3 }
    return hash
}
