/// Reads RFC 4180 rows: quoted fields may hold the delimiter, line breaks and doubled quotes.
public struct TableReader {
    public struct Row {
        /// Where it begins, from 1.
        public var line: Int
        public var fields: [String]
    }

    private let bytes: Substring.UTF8View
    private let delimiter: UInt8
    private var place: Substring.UTF8View.Index
    private var line = 1
    /// The line of a quote that never ends.
    public private(set) var openQuote: Int?

    public init(_ text: String, delimiter: UInt8) {
        bytes = Substring(text).utf8
        self.delimiter = delimiter
        place = bytes.startIndex
    }

    /// The delimiter of a header: the one of comma, tab, semicolon and bar that it has most of.
    public static func delimiter(of header: String) -> UInt8 {
        let candidates: [UInt8] = [0x2C, 0x09, 0x3B, 0x7C]
        let counts = candidates.map { candidate in header.utf8.count { $0 == candidate } }
        let most = counts.max() ?? 0
        return zip(candidates, counts).first { $0.1 == most }?.0 ?? 0x2C
    }

    /// The next row that is not blank; nil at the end.
    public mutating func next() -> Row? {
        while place < bytes.endIndex {
            let start = line
            let fields = row()
            if fields.count > 1 || fields.first?.isEmpty == false { return Row(line: start, fields: fields) }
        }
        return nil
    }

    private mutating func row() -> [String] {
        var fields: [String] = []
        while true {
            let field = bytes[place...].first == 0x22 ? quoted() : plain()
            fields.append(field)
            guard place < bytes.endIndex else { return fields }
            let byte = bytes[place]
            place = bytes.index(after: place)
            if byte == delimiter { continue }
            line += 1
            return fields
        }
    }

    /// Up to the delimiter or the line's end, which stays.
    private mutating func plain() -> String {
        let end = bytes[place...].firstIndex { $0 == delimiter || $0 == 0x0A } ?? bytes.endIndex
        var field = bytes[place..<end]
        place = end
        if field.last == 0x0D { field.removeLast() }
        return String(Substring(field))
    }

    private mutating func quoted() -> String {
        let first = line
        place = bytes.index(after: place)
        var field: [UInt8] = []
        while place < bytes.endIndex {
            let byte = bytes[place]
            place = bytes.index(after: place)
            if byte == 0x22 {
                guard place < bytes.endIndex, bytes[place] == 0x22 else {
                    // What stands between the closing quote and the delimiter belongs to the field, as in most readers.
                    return String(decoding: field, as: UTF8.self) + plain()
                }
                place = bytes.index(after: place)
            } else if byte == 0x0A {
                line += 1
            }
            field.append(byte)
        }
        openQuote = first
        return String(decoding: field, as: UTF8.self)
    }
}
