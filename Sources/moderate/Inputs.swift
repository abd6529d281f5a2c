internal import Foundation
internal import Gate

/// What a run reads, and what ends it.
enum Inputs {
    /// Opens every file before the first is read, so that a missing one is known at once; none or `-` is standard input.
    static func open(_ files: [String]) throws -> [Gate.Input] {
        guard !files.isEmpty else { return [Gate.Input(name: "standard input", descriptor: STDIN_FILENO)] }
        return try files.map { file in
            guard file != "-" else { return Gate.Input(name: "standard input", descriptor: STDIN_FILENO) }
            let descriptor = unsafe Foundation.open(file, O_RDONLY | O_CLOEXEC)
            var status = stat()
            guard descriptor >= 0, unsafe fstat(descriptor, &status) == 0 else {
                Console.error("\(Console.harmless(file)): \(unsafe String(cString: strerror(errno)))")
                throw Failure.inputMissing.exitCode
            }
            guard status.st_mode & S_IFMT != S_IFDIR else {
                Console.error("\(Console.harmless(file)) is a folder: name the files in it")
                throw Failure.inputMissing.exitCode
            }
            return Gate.Input(name: Console.harmless(file), descriptor: descriptor)
        }
    }

    /// Has SIGINT and SIGTERM end a run after what is in hand, as long as the result is kept.
    static func stopOnSignals(_ shutdown: Shutdown) -> [any DispatchSourceSignal] {
        [SIGINT, SIGTERM].map { number in
            signal(number, SIG_IGN)
            let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
            source.setEventHandler { shutdown.request() }
            source.resume()
            return source
        }
    }
}
