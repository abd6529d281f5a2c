internal import CVectorscan
internal import Foundation

/// Memory of pattern databases in large pages where the system has them: a scan looks all over megabytes, and with
/// small pages it waits for their addresses more than for their bytes.
enum LargePages {
    /// Bytes of a large page of x86-64 and AArch64.
    private static let size = 2 << 20

    /// Makes Vectorscan ask here for the memory of databases. Must be read before the first of them is made.
    static let serveDatabases: Void = {
        #if os(Linux)
            unsafe hs_set_database_allocator({ unsafe LargePages.allocate($0) }, { unsafe free($0) })
        #endif
    }()

    #if os(Linux)
        private static func allocate(_ bytes: Int) -> UnsafeMutableRawPointer? {
            guard bytes >= size / 4 else { return unsafe malloc(bytes) }
            var memory: UnsafeMutableRawPointer?
            let room = (bytes + size - 1) / size * size
            guard unsafe posix_memalign(&memory, size, room) == 0 else { return nil }
            // A wish: without large pages the memory is as good.
            unsafe _ = madvise(memory, room, MADV_HUGEPAGE)
            return unsafe memory
        }
    #endif
}
