/// Reads RFC 8259 text. Nesting deeper than lists ever are is a fault, so that no file exhausts the stack.
struct JSONReader {
    struct Fault: Error {
        var line: Int
        var column: Int
        var message: String
    }

    private static let deepest = 64

    private let bytes: [UInt8]
    private var place = 0
    /// The last place that was located, and its line and column.
    private var located = (place: 0, line: 1, column: 1)

    private init(_ text: String) { bytes = Array(text.utf8) }

    static func read(_ text: String) throws(Fault) -> JSONNode {
        var reader = JSONReader(text)
        let node = try reader.value(depth: 0)
        reader.skipBlanks()
        guard reader.place == reader.bytes.count else { throw reader.fault("text follows the end of the JSON value") }
        return node
    }

    private var next: UInt8? { place < bytes.count ? bytes[place] : nil }

    /// Moves the located place on to where the reader is.
    private mutating func locate() -> (line: Int, column: Int) {
        while located.place < min(place, bytes.count) {
            let byte = bytes[located.place]
            if byte == 0x0A {
                located.line += 1
                located.column = 1
            } else if byte & 0xC0 != 0x80 {
                located.column += 1
            }
            located.place += 1
        }
        return (located.line, located.column)
    }

    private mutating func fault(_ message: String) -> Fault {
        let (line, column) = locate()
        return Fault(line: line, column: column, message: message)
    }

    private mutating func skipBlanks() {
        while let byte = next, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { place += 1 }
    }

    private mutating func value(depth: Int) throws(Fault) -> JSONNode {
        skipBlanks()
        guard depth < Self.deepest else { throw fault("this is nested deeper than \(Self.deepest) levels") }
        let (line, column) = locate()
        let value: JSONNode.Value
        switch next {
        case 0x5B: value = .array(try array(depth: depth))
        case 0x7B: value = .object(try object(depth: depth))
        case 0x22: value = .text(try string())
        case 0x74: value = try word("true", .boolean(true))
        case 0x66: value = try word("false", .boolean(false))
        case 0x6E: value = try word("null", .null)
        default: value = .number(try number())
        }
        return JSONNode(value: value, line: line, column: column)
    }

    private mutating func word(_ word: String, _ value: JSONNode.Value) throws(Fault) -> JSONNode.Value {
        guard bytes[place...].starts(with: word.utf8) else { throw fault("this is no JSON value") }
        place += word.utf8.count
        return value
    }

    private mutating func number() throws(Fault) -> Double {
        let digits = bytes[place...].prefix {
            (0x30...0x39).contains($0) || [0x2B, 0x2D, 0x2E, 0x45, 0x65].contains($0)
        }
        guard digits.count <= 64, let number = Double(String(decoding: digits, as: UTF8.self)), number.isFinite else {
            throw fault("this is no JSON value")
        }
        place += digits.count
        return number
    }

    private mutating func array(depth: Int) throws(Fault) -> [JSONNode] {
        place += 1
        var members: [JSONNode] = []
        skipBlanks()
        if next == 0x5D {
            place += 1
            return members
        }
        while true {
            members.append(try value(depth: depth + 1))
            skipBlanks()
            let mark = next
            guard mark == 0x2C || mark == 0x5D else { throw fault("a comma or `]` is missing here") }
            place += 1
            if mark == 0x5D { return members }
        }
    }

    private mutating func object(depth: Int) throws(Fault) -> [(key: String, value: JSONNode)] {
        place += 1
        var members: [(key: String, value: JSONNode)] = []
        skipBlanks()
        if next == 0x7D {
            place += 1
            return members
        }
        while true {
            skipBlanks()
            guard next == 0x22 else { throw fault("a quoted key is missing here") }
            let key = try string()
            skipBlanks()
            guard next == 0x3A else { throw fault("a colon is missing here") }
            place += 1
            members.append((key, try value(depth: depth + 1)))
            skipBlanks()
            let mark = next
            guard mark == 0x2C || mark == 0x7D else { throw fault("a comma or `}` is missing here") }
            place += 1
            if mark == 0x7D { return members }
        }
    }

    private mutating func string() throws(Fault) -> String {
        place += 1
        var text: [UInt8] = []
        while let byte = next {
            place += 1
            switch byte {
            case 0x22: return String(decoding: text, as: UTF8.self)
            case 0x5C: text.append(contentsOf: try escape())
            case 0..<0x20: throw fault("a line or a control character breaks this string")
            default: text.append(byte)
            }
        }
        throw fault("a string never ends")
    }

    private mutating func escape() throws(Fault) -> [UInt8] {
        guard let byte = next else { throw fault("a string never ends") }
        place += 1
        switch byte {
        case 0x22, 0x2F, 0x5C: return [byte]
        case 0x62: return [0x08]
        case 0x66: return [0x0C]
        case 0x6E: return [0x0A]
        case 0x72: return [0x0D]
        case 0x74: return [0x09]
        case 0x75:
            var units = [try unit()]
            if units[0] & 0xFC00 == 0xD800, bytes[place...].starts(with: [0x5C, 0x75]) {
                place += 2
                units.append(try unit())
            }
            return Array(String(decoding: units, as: UTF16.self).utf8)
        default: throw fault("this escape is none of JSON's")
        }
    }

    private mutating func unit() throws(Fault) -> UInt16 {
        let digits = bytes[place...].prefix(4)
        guard digits.count == 4, digits.first != 0x2B, digits.first != 0x2D,
            let unit = UInt16(String(decoding: digits, as: UTF8.self), radix: 16)
        else { throw fault("`\\u` asks for four hexadecimal digits") }
        place += 4
        return unit
    }
}
