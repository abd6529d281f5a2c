import Foundation
import TextViews
import UnicodeData

// Usage: views POSTS.ndjson
// Times the views of the posts' texts beside ICU's own NFKC_Casefold with Edits, on one thread; the best of five.

struct Line: Decodable { var text: String? }

let data = try Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1]))
let decoder = JSONDecoder()
let texts: [[UInt8]] = data.split(separator: 0x0A).prefix(60_000).compactMap { line in
    (try? decoder.decode(Line.self, from: line))?.text.map { Array($0.utf8) }
}

/// Nanoseconds a text, the least of five passes.
@inline(__always)
func time(_ texts: [[UInt8]], _ body: (Span<UInt8>) -> Void) -> Double {
    (0..<5).map { _ in
        let began = DispatchTime.now().uptimeNanoseconds
        for text in texts { body(text.span) }
        return Double(DispatchTime.now().uptimeNanoseconds - began) / Double(texts.count)
    }.min()!
}

func number(_ value: Double, _ decimals: Int) -> String { String(format: "%.\(decimals)f", value) }
func row(_ name: String, _ value: String) {
    print("  " + name.padding(toLength: 58, withPad: " ", startingAt: 0) + value)
}

/// In a function, because access to globals is checked at every use.
func measure() throws {
    var reference = try ICUFolder()
    var folder = try CaseFolder()
    var views = try TextViews()
    var folded: [UInt8] = []
    var edits: [Edit] = []

    print("views")
    let icu = time(texts) { _ = reference.fold($0) }
    let table = time(texts) { _ = folder.fold($0, into: &folded, edits: &edits) }
    let all = time(texts) { _ = views.see($0) }
    row("ICU's NFKC_Casefold with Edits (ns a text)", number(icu, 0))
    row("the table (ns a text; ratio)", number(table, 0) + "; " + number(table / icu, 2))
    row("all views (ns a text)", number(all, 0))
    row("  ratio to ICU's fold (at most 2.5)", number(all / icu, 2))
    let ascii = texts.filter { text in text.allSatisfy { $0 < 0x80 } }
    let bytes = Double(ascii.reduce(0) { $0 + $1.count }) / Double(ascii.count)
    let asciiFold = time(ascii) { _ = folder.fold($0, into: &folded, edits: &edits) }
    let asciiAll = time(ascii) { _ = views.see($0) }
    row("plain ASCII: folded (GB/s, at least 1)", number(bytes / asciiFold, 2))
    row("plain ASCII: the others, by what calls for them (GB/s)", number(bytes / (asciiAll - asciiFold), 2))
}

try measure()
