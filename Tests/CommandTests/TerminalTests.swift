import Foundation
import Testing

/// The review terminal in a real one: keys sent and screens captured by tmux.
@Suite(.serialized) struct TerminalTests {
    /// A tmux server of its own.
    private struct Screen {
        let socket = "moderate-\(UUID().uuidString.prefix(8))"

        /// By `popen`, as Foundation's `Process` waits for the server that a session leaves behind.
        @discardableResult
        func tmux(_ arguments: String...) throws -> String {
            let quoted = arguments.map { "'" + $0.replacingOccurrences(of: "'", with: "'\\''") + "'" }
            let isStart = arguments.first == "new-session"
            let line = "tmux -f /dev/null -L \(socket) \(quoted.joined(separator: " "))"
            let stream = try #require(popen(line + (isStart ? " >/dev/null 2>&1 </dev/null" : " 2>/dev/null"), "r"))
            defer { pclose(stream) }
            var bytes: [UInt8] = []
            var buffer = [UInt8](repeating: 0, count: 4096)
            while case let count = fread(&buffer, 1, buffer.count, stream), count > 0 { bytes += buffer[..<count] }
            return String(decoding: bytes, as: UTF8.self)
        }

        /// Waits until the screen shows something.
        func shows(_ text: String) throws -> Bool {
            for _ in 0..<200 {
                if try tmux("capture-pane", "-p", "-t", "t").contains(text) { return true }
                usleep(25_000)
            }
            return false
        }

        func start(_ command: Command, _ line: String, environment: String = "", size: (Int, Int) = (80, 24)) throws {
            let variables =
                "MODERATE_CACHE=\(NSTemporaryDirectory())moderate-test-cache MODERATE_RULES=\(command.folder)/rules \(environment)"
            try tmux(
                "new-session", "-d", "-s", "t", "-x", "\(size.0)", "-y", "\(size.1)",
                "cd \(command.folder) && env \(variables) \(Command.binary) \(line); echo exit $?; cat")
        }

        func end() { _ = try? tmux("kill-server") }
    }

    private func filled() throws -> Command {
        let command = try Command()
        let posts = [
            #"{"id":"p1","text":"my weixin\u001b[31m 加我","author":{"id":"u1"},"reach":50}"#,
            #"{"id":"p2","text":"مرحبا weixin"}"#,
        ]
        #expect(try command.run([], posts.joined(separator: "\n") + "\n").status == 0)
        return command
    }

    @Test(arguments: ["TERM=screen-256color", "TERM=vt100 NO_COLOR=1", "TERM=screen-256color LC_ALL=C"])
    func casesAreReadAndDecided(_ environment: String) throws {
        let command = try filled()
        let screen = Screen()
        defer { screen.end() }
        try screen.start(command, "review --reviewer ana", environment: environment)
        #expect(try screen.shows("n next"))
        try screen.tmux("send-keys", "-t", "t", "n")
        #expect(try screen.shows("my ⟦weixin⟧·[31m 加我"))
        #expect(try screen.shows("u1, no earlier decisions"))
        try screen.tmux("send-keys", "-t", "t", "x")
        #expect(try screen.shows("مرحبا"))
        #expect(try screen.shows("u takes it back"))
        try screen.tmux("send-keys", "-t", "t", "u")
        #expect(try screen.shows("加我"))
        try screen.tmux("send-keys", "-t", "t", "a")
        #expect(try screen.shows("مرحبا"))
        try screen.tmux("resize-window", "-t", "t", "-x", "60", "-y", "15")
        #expect(try screen.shows("a approve"))
        try screen.tmux("send-keys", "-t", "t", "x")
        #expect(try screen.shows("no case waits"))
        try screen.tmux("send-keys", "-t", "t", "q")
        #expect(try screen.shows("exit 0"))
        let log = try command.run(["review", "list", "--where", "state=decided", "--format", "ndjson"])
        #expect(log.lines.count == 2)
        #expect(try command.run(["review", "verify"]).status == 0)
    }

    /// A terminal that goes away gives the case back; one that is killed loses its claim with time, never the case.
    @Test func aTerminalThatGoesAway() throws {
        let command = try filled()
        let screen = Screen()
        try screen.start(command, "review --reviewer ana")
        try screen.tmux("send-keys", "-t", "t", "n")
        #expect(try screen.shows("加我"))
        screen.end()
        for _ in 0..<100 {
            if try command.run(["review", "list", "--where", "state=claimed", "--format", "ndjson"]).output.isEmpty {
                break
            }
            usleep(50_000)
        }
        #expect(try command.run(["review", "list", "--where", "state=open", "--format", "ndjson"]).lines.count == 2)
    }

    @Test func withoutATerminalItSaysWhatToUse() throws {
        let command = try filled()
        let result = try command.run(["review", "--reviewer", "ana"])
        #expect(result.status == 64 && result.error.contains("review next"))
    }
}
