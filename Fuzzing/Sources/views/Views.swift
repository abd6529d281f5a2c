import ContentModel
import TextViews
import UnicodeData

nonisolated(unsafe) private var views = try! TextViews(readings: [.digits, .phonetic, .unmarked])
nonisolated(unsafe) private var slow = try! TextViews(readings: [.digits, .phonetic, .unmarked])
nonisolated(unsafe) private var folder = try! CaseFolder()
nonisolated(unsafe) private var reference = try! ICUFolder()

/// Any bytes, made valid UTF-8 as at the edge: the quick views are the slow ones, folding is ICU's, every place of every
/// view leads back into the text, and phrases have forms.
private func fuzz(_ start: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    let text = Array(String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self).utf8)
    var folded: [UInt8] = []
    var edits: [Edit] = []
    let foldedCount = folder.fold(text.span, into: &folded, edits: &edits)!
    let expectedCount = reference.fold(text.span)!
    precondition(folded[..<foldedCount] == reference.folded[..<expectedCount], "folding is not ICU's")
    precondition(views.see(text.span) && slow.seeAll(text.span), "ICU refused the text")
    precondition(views.present == slow.present, "a view was missed")
    precondition(views.maskedWords == slow.maskedWords, "a masked word was missed")
    for view in View.allCases where views.present.contains(view) {
        let shown = views.look(at: view) { $0.array }
        precondition(shown == slow.look(at: view) { $0.array }, "the quick view is another")
        var place = 0
        while place < shown.count {
            let span = views.look(at: view) { $0.source(of: TextSpan(start: place, end: place + 1)) }
            precondition(0 <= span.start && span.start <= span.end && span.end <= text.count, "a span leaves the text")
            precondition(
                span.start == text.count || text[span.start] & 0xC0 != 0x80 || shown[place] & 0xC0 == 0x80,
                "a span begins inside a character")
            place += 1
        }
    }
    if text.count < 64, slow.folded.count > 0 { _ = slow.forms(for: ViewSet(View.allCases)) }
    return 0
}

@_silgen_name("LLVMFuzzerRunDriver")
private func runDriver(
    _ count: UnsafeMutablePointer<CInt>,
    _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?>,
    _ body: @convention(c) (UnsafePointer<UInt8>?, Int) -> CInt
) -> CInt

/// The package manager names a program's entry so.
@_cdecl("views_main")
public func run(_ count: CInt, _ arguments: UnsafeMutablePointer<UnsafeMutablePointer<CChar>?>?) -> CInt {
    var (count, arguments) = (count, arguments)
    return runDriver(&count, &arguments) { fuzz($0, $1) }
}
