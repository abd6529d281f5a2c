public import ContentModel
internal import Foundation

/// Turns lists of other moderation tools into packs in our YAML.
public struct RuleImporter {
    /// Reads a list.
    ///
    /// The time is linear in the bytes; 65,000 terms take well under a second.
    ///
    /// - Parameters:
    ///   - bytes: The file, UTF-8, at most 64 MiB.
    ///   - file: Its name, for places in notes; the last part of its path becomes the pack's ground.
    ///   - format: nil tells it from the name's extension and from what the file holds.
    ///   - pack: The pack's name: a-z, 0-9 and -.
    ///   - category: The category of every rule. nil takes the source's own, as far as ours has it, and otherwise
    ///     `profanity`, for AutoModerator `spam`.
    ///   - language: Named in the title; nil guesses it from a file name such as `fr-CA`. It restricts nothing: a
    ///     listed term counts whatever the language of the post.
    /// - Throws: ``RuleBookError`` when nothing of the file can be carried over.
    public static func read(
        _ bytes: [UInt8], file: String, format: ImportFormat? = nil, pack: String, category: Category? = nil,
        language: LanguageTag? = nil
    ) throws(RuleBookError) -> ImportedPack {
        let text = try decode(bytes, file: file)
        let path = file.split(separator: "/").last.map(String.init) ?? file
        let isName =
            !pack.isEmpty
            && pack.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D }
        guard isName else {
            throw failure(file, "`\(pack)` is no name for a pack", hint: "use a-z, 0-9 and -")
        }
        if let category, !Category.all.contains(category) {
            throw failure(
                file, "there is no category `\(category.rawValue)`",
                hint: "one of: \(Category.all.map(\.rawValue).joined(separator: ", "))")
        }
        var draft = ImportDraft(
            file: file, pack: pack, category: category, language: language ?? languageTag(inName: path))
        draft.ground = "Imported from \(path)."
        let format = format ?? FormatGuess.format(of: text, name: path)
        switch format {
        case .automoderator: try AutoModeratorImporter.read(text, into: &draft)
        case .words: WordListImporter.read(text, into: &draft)
        case .csv: try TableImporter.read(text, into: &draft)
        case .json: try JSONListImporter.read(text, into: &draft)
        }
        guard !draft.rules.isEmpty else {
            let notes = draft.notes.prefix(100).map(\.diagnostic)
            var error = failure(
                file, "nothing in this file can be carried over",
                hint: "it was read as \(format.rawValue); name its format if that is wrong")
            error.diagnostics += notes
            throw error
        }
        return PackWriter.pack(of: draft)
    }

    static func failure(_ file: String, line: Int = 0, column: Int = 0, _ message: String, hint: String? = nil)
        -> RuleBookError
    {
        RuleBookError(diagnostics: [
            Diagnostic(.error, at: SourceLocation(file: file, line: line, column: column), message, hint: hint)
        ])
    }

    // MARK: - Bytes

    private static func decode(_ bytes: [UInt8], file: String) throws(RuleBookError) -> String {
        guard bytes.count <= RuleFiles.largestFile else {
            throw failure(file, "this file is larger than \(RuleFiles.largestFile >> 20) MiB", hint: "split it")
        }
        if bytes.starts(with: [0xFF, 0xFE]) || bytes.starts(with: [0xFE, 0xFF]) {
            throw failure(
                file, "this file is UTF-16, not UTF-8", hint: "convert it: iconv -f UTF-16 -t UTF-8 FILE")
        }
        if let place = bytes.firstIndex(of: 0) {
            let line = bytes[..<place].count { $0 == 0x0A } + 1
            throw failure(file, line: line, column: 1, "this file is binary, not text")
        }
        let body = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? bytes.dropFirst(3) : bytes[...]
        guard let text = String(validating: body, as: UTF8.self) else {
            throw failure(file, "this file is not UTF-8", hint: encodingHint(body))
        }
        guard body.contains(where: { $0 > 0x20 }) else { throw failure(file, "the file is empty") }
        // Line ends of old machines.
        return body.contains(0x0A) || !body.contains(0x0D) ? text : text.replacing("\r", with: "\n")
    }

    /// GBK and its kin write a Han character as a lead byte from 0x81 and a trail byte from 0x40; whole files of them
    /// leave hardly a byte over.
    private static func encodingHint(_ bytes: ArraySlice<UInt8>) -> String {
        var pairs = 0
        var strays = 0
        var index = bytes.startIndex
        while index < bytes.endIndex, pairs + strays < 100_000 {
            guard bytes[index] >= 0x80 else {
                index += 1
                continue
            }
            if (0x81...0xFE).contains(bytes[index]), index + 1 < bytes.endIndex,
                (0x40...0xFE).contains(bytes[index + 1]),
                bytes[index + 1] != 0x7F, bytes[index + 1] >= 0x80
            {
                pairs += 1
                index += 2
            } else {
                strays += 1
                index += 1
            }
        }
        return pairs > strays * 10
            ? "it looks like GBK; convert it: iconv -f GB18030 -t UTF-8 FILE"
            : "convert it: iconv -f ENCODING -t UTF-8 FILE"
    }

    // MARK: - Names

    /// `fr-CA-u-sd-caqc` and `zh.txt` name languages, `bad-words` does not.
    static func languageTag(inName name: String) -> LanguageTag? {
        let stem = name.split(separator: ".", omittingEmptySubsequences: false).first.map(String.init) ?? name
        let parts = stem.split(separator: "-", omittingEmptySubsequences: false)
        guard let first = parts.first, (2...3).contains(first.utf8.count),
            first.utf8.allSatisfy({ (0x61...0x7A).contains($0) }),
            parts.dropFirst().allSatisfy({ (1...8).contains($0.utf8.count) && $0.utf8.allSatisfy(isAlphanumeric) }),
            Locale.LanguageCode(String(first)).isISOLanguage
        else { return nil }
        // A short word may be the code of a language that hardly anyone writes: what follows it must look like a tag.
        guard parts.count == 1 || parts[1].utf8.count <= 4 else { return nil }
        return LanguageTag(rawValue: stem)
    }

    private static func isAlphanumeric(_ byte: UInt8) -> Bool {
        (0x61...0x7A).contains(byte | 0x20) || (0x30...0x39).contains(byte)
    }
}
