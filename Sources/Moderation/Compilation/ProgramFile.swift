internal import ContentModel
internal import Crypto
internal import Foundation

/// A program as bytes: a header, the markets and warnings as JSON, the rules by ``BinaryWriter``, the literal tables as
/// little-endian integers, and a SHA-256 over all before it. Tables are read by copying, so that 100,000 phrases load in
/// milliseconds.
enum ProgramFile {
    private static let magic = Array("moderate-program-\(engineSemantics)-19\n".utf8)

    private struct Surroundings: Codable {
        var markets: [CompiledMarket]
        var warnings: [Diagnostic]
    }

    static func bytes(of program: Program, _ warnings: [Diagnostic]) -> [UInt8]? {
        let encoder = JSONEncoder()
        encoder.outputFormatting = .sortedKeys
        guard let json = try? encoder.encode(Surroundings(markets: program.markets, warnings: warnings)) else {
            return nil
        }
        var writer = BinaryWriter()
        program.writeRules(to: &writer)
        var bytes = magic
        append([UInt8](json), to: &bytes)
        append(writer.bytes, to: &bytes)
        append(program.ruleOfLeaf, to: &bytes)
        append(program.isLeading, to: &bytes)
        for table in program.patternSets.flatMap({ [$0.anchors, $0.others] }) {
            append(table.text, to: &bytes)
            append(table.starts, to: &bytes)
            append(table.grams, to: &bytes)
            append(table.firstUse, to: &bytes)
            append(table.uses, to: &bytes)
            append(table.repeats, to: &bytes)
            append(table.masks.keys, to: &bytes)
            append(table.masks.literals, to: &bytes)
            append(table.masks.offsets, to: &bytes)
        }
        bytes.append(contentsOf: SHA256.hash(data: bytes))
        return bytes
    }

    /// - Returns: nil when the bytes are damaged or of another version.
    static func program(from bytes: [UInt8]) -> (Program, warnings: [Diagnostic])? {
        guard bytes.count > magic.count + 32, bytes.starts(with: magic) else { return nil }
        let body = bytes.dropLast(32)
        guard SHA256.hash(data: body).elementsEqual(bytes.suffix(32)) else { return nil }
        var offset = magic.count
        guard let json: [UInt8] = read(body, &offset),
            let surroundings = try? JSONDecoder().decode(Surroundings.self, from: Data(json)),
            let coded: [UInt8] = read(body, &offset), let rules = CodedRules(coded),
            let ruleOfLeaf: [UInt32] = read(body, &offset), let isLeading: [UInt8] = read(body, &offset)
        else { return nil }
        var patternSets: [PatternSet] = []
        for regexes in rules.regexes {
            guard var anchors = literalTable(body, &offset), var others = literalTable(body, &offset) else {
                return nil
            }
            anchors.databaseKey = regexes.anchorKey
            others.databaseKey = regexes.otherKey
            patternSets.append(
                PatternSet(anchors: LiteralTable(anchors), others: LiteralTable(others), regexes: regexes.tables))
        }
        var program = Program(
            markets: surroundings.markets, rules: rules.rules, notices: rules.notices, ruleOfLeaf: ruleOfLeaf,
            isLeading: isLeading, patternSets: patternSets, readings: rules.readings)
        program.writeMatchCode()
        return (program, surroundings.warnings)
    }

    private static func literalTable(_ bytes: ArraySlice<UInt8>, _ offset: inout Int) -> LiteralTable.Parts? {
        var table = LiteralTable.Parts()
        guard let text: [UInt8] = read(bytes, &offset), let starts: [UInt32] = read(bytes, &offset),
            let grams: [LiteralTable.Gram] = read(bytes, &offset), let firstUse: [UInt32] = read(bytes, &offset),
            let uses: [LiteralUse] = read(bytes, &offset), let repeats: [UInt16] = read(bytes, &offset),
            let keys: [UInt32] = read(bytes, &offset), let literals: [UInt32] = read(bytes, &offset),
            let offsets: [UInt32] = read(bytes, &offset)
        else { return nil }
        (table.text, table.starts, table.grams, table.firstUse) = (text, starts, grams, firstUse)
        (table.uses, table.repeats) = (uses, repeats)
        (table.masks.keys, table.masks.literals, table.masks.offsets) = (keys, literals, offsets)
        return table
    }

    /// A count and the elements' bytes. `Element` has no references and no padding that is read.
    private static func append<Element: BitwiseCopyable>(_ elements: [Element], to bytes: inout [UInt8]) {
        unsafe withUnsafeBytes(of: UInt64(elements.count).littleEndian) { unsafe bytes.append(contentsOf: $0) }
        unsafe elements.withUnsafeBytes { unsafe bytes.append(contentsOf: $0) }
    }

    private static func read<Element: BitwiseCopyable>(_ bytes: ArraySlice<UInt8>, _ offset: inout Int) -> [Element]? {
        unsafe bytes.withUnsafeBytes { raw -> [Element]? in
            guard offset + 8 <= raw.count else { return nil }
            let count = unsafe Int(
                UInt64(littleEndian: raw.loadUnaligned(fromByteOffset: offset, as: UInt64.self)) & 0xFFFF_FFFF)
            let size = count * MemoryLayout<Element>.stride
            offset += 8
            guard size <= raw.count - offset else { return nil }
            defer { offset += size }
            return unsafe [Element](unsafeUninitializedCapacity: count) { buffer, initialized in
                unsafe UnsafeMutableRawBufferPointer(buffer).copyMemory(
                    from: UnsafeRawBufferPointer(rebasing: raw[offset..<offset + size]))
                initialized = count
            }
        }
    }
}
