public import ArgumentParser
internal import ContentModel
internal import Foundation
public import RuleBook

extension Rules {
    /// A pack from another tool's list.
    struct Import: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Make a pack of another tool's list: AutoModerator YAML, words, CSV, JSON.",
            discussion: """
                Writes NAME.yaml, and beside it the term lists that it names, into the folder --output. What could not \
                be carried over, or means something else now, is told on standard error, a line each. Look the pack \
                over, then `moderate rules load NAME.yaml --market my`.
                """)

        @Argument(help: ArgumentHelp("The list.", valueName: "file")) var file: String
        @Option(help: "What the file is (default: told from its name and contents).") var format: ImportFormat?
        @Option(help: ArgumentHelp("The pack's name (default: the file's).", valueName: "name")) var pack: String?
        @Option(help: ArgumentHelp("The category of every rule (default: the source's own).", valueName: "name"))
        var category: String?
        @Option(help: ArgumentHelp("The list's language, for the title.", valueName: "tag")) var language: String?
        @Option(name: .shortAndLong, help: ArgumentHelp("The folder to write into.", valueName: "dir"))
        var output: String = "."
        @Flag(help: "Write over files that are there.") var force = false

        func run() throws {
            do {
                guard let data = try? Data(contentsOf: URL(fileURLWithPath: file), options: .alwaysMapped) else {
                    Console.error("\(Console.harmless(file)): there is no such file, or it cannot be read")
                    throw Failure.inputMissing.exitCode
                }
                let imported = try RuleImporter.read(
                    [UInt8](data), file: file, format: format, pack: pack ?? defaultName,
                    category: category.map(Category.init(rawValue:)),
                    language: language.map(LanguageTag.init(rawValue:)))
                for note in imported.notes { Console.note(note.description) }
                try write(imported)
                try Console.output(summary(of: imported))
            } catch {
                throw Failure.report(error)
            }
        }

        /// The file's name as a pack may be called.
        private var defaultName: String {
            let stem = (((file as NSString).lastPathComponent) as NSString).deletingPathExtension.lowercased()
            let name = stem.map { $0.isASCII && ($0.isLetter || $0.isNumber) ? $0 : "-" }
            let parts = String(name).split(separator: "-")
            return parts.isEmpty ? "imported" : parts.joined(separator: "-")
        }

        private func write(_ imported: ImportedPack) throws {
            let files = [(path: imported.name + ".yaml", text: imported.yaml)] + imported.termFiles
            let there = files.map { output + "/" + $0.path }.filter { FileManager.default.fileExists(atPath: $0) }
            guard force || there.isEmpty else {
                Console.error("\(there.joined(separator: ", ")) is there already: --force writes over it")
                throw Failure.outputUnwritable.exitCode
            }
            for (path, text) in files {
                let url = URL(fileURLWithPath: output + "/" + path)
                do {
                    try FileManager.default.createDirectory(
                        at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
                    try Data(text.utf8).write(to: url, options: .atomic)
                } catch {
                    Console.error("\(output)/\(path) cannot be written: \(error.localizedDescription)")
                    throw Failure.outputUnwritable.exitCode
                }
                try Console.output("\(output)/\(path)\n")
            }
        }

        private func summary(of imported: ImportedPack) -> String {
            let carried = imported.carried
            var parts = ["\(carried.rules) rules"]
            if carried.phrases > 0 { parts.append("\(carried.phrases) phrases") }
            if carried.regexes > 0 { parts.append("\(carried.regexes) regexes") }
            if carried.domains > 0 { parts.append("\(carried.domains) domains") }
            var text =
                "\(carried.entriesCarried) of \(carried.entries) entries carried over: \(parts.joined(separator: ", "))"
            if carried.duplicates > 0 { text += "; \(carried.duplicates) stood twice" }
            if carried.entriesRefused > 0 { text += "; \(carried.entriesRefused) refused, each with its reason" }
            return text + "\n"
        }
    }

    /// The beginning of a pack.
    struct New: ParsableCommand {
        static let configuration = CommandConfiguration(
            abstract: "Print a pack to begin with: moderate rules new night-scam > night-scam.yaml")

        @Argument(help: ArgumentHelp("The pack's name.", valueName: "name")) var name: String
        @Option(help: ArgumentHelp("The category of its rule.", valueName: "name")) var category: String = "fraud"

        func validate() throws {
            guard !name.isEmpty,
                name.utf8.allSatisfy({ (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x2D })
            else { throw ValidationError("a pack's name has a-z, 0-9 and -") }
            guard Category.all.contains(Category(rawValue: category)) else {
                throw ValidationError(
                    "there is no category '\(category)'; there are \(Category.all.map(\.rawValue).joined(separator: ", "))"
                )
            }
        }

        func run() throws {
            do {
                try Console.output(
                    """
                    # What it is for, and what it leaves out.
                    pack: \(name)
                    title: {en: \(name)}
                    owner: trust-and-safety
                    ground: "the law or policy that it rests on, with its article"
                    notice:
                      en: "What is wrong with the post, and what to change."
                    rules:
                      - id: first
                        category: \(category)
                        severity: high
                        confidence: 0.75            # from 0.9 on most markets block
                        match:
                          all:
                            - phrases: [guaranteed profit]
                            - phrases: [send crypto, send usdt]
                          within: 40                # code points between the two
                        unless:
                          - phrases: [never send crypto]
                        tests:
                          match: ["guaranteed profit, just send crypto today"]
                          pass: ["guaranteed profit? never send crypto to strangers"]

                    """)
            } catch {
                throw Failure.report(error)
            }
        }
    }
}

extension ImportFormat: ExpressibleByArgument {}
