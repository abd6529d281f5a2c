import Foundation
import TextViews
import UnicodeData

// Usage: views POSTS.ndjson
// Times the views of the posts' texts beside ICU's own NFKC_Casefold with Edits, on one thread.

struct Line: Decodable { var text: String? }

let data = try Data(contentsOf: URL(fileURLWithPath: CommandLine.arguments[1]))
let decoder = JSONDecoder()
let texts: [[UInt8]] = data.split(separator: 0x0A).prefix(60_000).compactMap { line in
    (try? decoder.decode(Line.self, from: line))?.text.map { Array($0.utf8) }
}

/// Nanoseconds a text of one pass.
@inline(__always)
func time(_ texts: [[UInt8]], _ body: (Span<UInt8>) -> Void) -> Double {
    let began = DispatchTime.now().uptimeNanoseconds
    for text in texts { body(text.span) }
    return Double(DispatchTime.now().uptimeNanoseconds - began) / Double(texts.count)
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

    let ascii = texts.filter { text in text.allSatisfy { $0 < 0x80 } }
    // The least of ten passes, one after the other, so that all see the machine alike.
    var (icu, table, all) = (Double.infinity, Double.infinity, Double.infinity)
    var (asciiFold, asciiAll) = (Double.infinity, Double.infinity)
    for _ in 0..<10 {
        icu = min(icu, time(texts) { _ = reference.fold($0) })
        table = min(table, time(texts) { _ = folder.fold($0, into: &folded, edits: &edits) })
        all = min(all, time(texts) { _ = views.see($0) })
        asciiFold = min(asciiFold, time(ascii) { _ = folder.fold($0, into: &folded, edits: &edits) })
        asciiAll = min(asciiAll, time(ascii) { _ = views.see($0) })
    }
    print("views")
    row("ICU's NFKC_Casefold with Edits (ns a text)", number(icu, 0))
    row("the table (ns a text; ratio)", number(table, 0) + "; " + number(table / icu, 2))
    row("all views (ns a text)", number(all, 0))
    row("  ratio to ICU's fold (at most 2.5)", number(all / icu, 2))
    let bytes = Double(ascii.reduce(0) { $0 + $1.count }) / Double(ascii.count)
    row("plain ASCII: folded (GB/s, at least 1)", number(bytes / asciiFold, 2))
    // Words apart, signs for letters and masked letters are what ASCII may hide.
    row("plain ASCII: the three others that apply, together (GB/s)", number(bytes / (asciiAll - asciiFold), 2))
    row("  each (at least 1)", number(3 * bytes / (asciiAll - asciiFold), 2))
}

try measure()
