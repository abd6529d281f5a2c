/// Numbers below a count, some of them marked: asked one by one, and listed in the order in which they were marked, so
/// that few marks among many numbers are cleared in few steps.
struct Marks {
    private var isMarked: [Bool]
    /// The numbers marked since the last ``clear()``.
    private(set) var list: [Int] = []

    /// - Parameter isMarked: By number: those that are marked for good, and never listed.
    init(_ isMarked: [Bool]) { self.isMarked = isMarked }

    subscript(number: Int) -> Bool { isMarked[number] }

    /// By number.
    var flags: Span<Bool> {
        @_lifetime(borrow self) get { isMarked.span }
    }

    /// - Returns: Whether the number was not marked before.
    @discardableResult
    mutating func mark(_ number: Int) -> Bool {
        guard !isMarked[number] else { return false }
        isMarked[number] = true
        list.append(number)
        return true
    }

    mutating func clear() {
        while let number = list.popLast() { isMarked[number] = false }
    }
}
