internal import CNcurses

/// The terminal, taken over until it is let go of.
struct Terminal: ~Copyable {
    /// - Returns: Nil where there is no terminal that can be drawn on.
    init?(hasColour: Bool) {
        guard cncurses_open(hasColour) else { return nil }
    }

    deinit { cncurses_close() }

    var size: (rows: Int, columns: Int) {
        var (rows, columns): (Int32, Int32) = (0, 0)
        unsafe cncurses_size(&rows, &columns)
        return (Int(rows), Int(columns))
    }

    func show(_ lines: [ScreenLine], cursor: (row: Int, column: Int)?) {
        cncurses_clear()
        for (row, line) in lines.enumerated() {
            var column = 0
            for piece in line.pieces {
                var text = piece.text
                text.withUTF8 { bytes in
                    unsafe bytes.withMemoryRebound(to: CChar.self) { characters in
                        guard let start = characters.baseAddress else { return }
                        unsafe cncurses_put(
                            Int32(row), Int32(column), start, Int32(characters.count), piece.style.rawValue)
                    }
                }
                column += ScreenLine(piece.text).width
            }
        }
        cncurses_show(Int32(cursor?.row ?? -1), Int32(cursor?.column ?? 0))
    }

    /// The next key, or nil after so many milliseconds.
    func key(within milliseconds: Int) -> Key? {
        let code = cncurses_key(Int32(milliseconds))
        switch Int(code) {
        case Int(CNCURSES_NONE): return nil
        case Int(CNCURSES_END): return .gone
        case Int(CNCURSES_UP): return .up
        case Int(CNCURSES_DOWN): return .down
        case Int(CNCURSES_PAGE_UP): return .pageUp
        case Int(CNCURSES_PAGE_DOWN): return .pageDown
        case Int(CNCURSES_HOME): return .home
        case Int(CNCURSES_LAST): return .end
        case Int(CNCURSES_BACKSPACE): return .backspace
        case Int(CNCURSES_RESIZE): return .resize
        case 13, 10: return .enter
        case 27: return .escape
        default:
            guard code >= 32, let scalar = Unicode.Scalar(UInt32(code)) else { return nil }
            return .character(Character(scalar))
        }
    }
}
