// The little of ncursesw that a full screen needs, without its macros, global variables and variadic functions.
#pragma once

#include <stdbool.h>
#include <stdint.h>

#pragma clang assume_nonnull begin

/// What a key is. Characters are Unicode code points; the others stand above them.
enum {
    CNCURSES_NONE = -1,
    /// The terminal is gone.
    CNCURSES_END = -2,
    CNCURSES_UP = 0x110000,
    CNCURSES_DOWN,
    CNCURSES_PAGE_UP,
    CNCURSES_PAGE_DOWN,
    CNCURSES_HOME,
    CNCURSES_LAST,
    CNCURSES_BACKSPACE,
    CNCURSES_RESIZE,
};

/// How text looks; a terminal without colour shows the same by other means.
enum {
    CNCURSES_PLAIN,
    CNCURSES_BOLD,
    CNCURSES_DIM,
    CNCURSES_BAR,
    CNCURSES_MARKED,
    CNCURSES_GOOD,
    CNCURSES_BAD,
};

/// Takes the terminal over. initscr() would end the process where it cannot; this returns false.
bool cncurses_open(bool has_colour);
/// Gives the terminal back as it was.
void cncurses_close(void);
void cncurses_size(int *rows, int *columns);
void cncurses_clear(void);
/// Writes UTF-8 at a place; what has no width and is no mark is left out, so that nothing can speak to the terminal.
void cncurses_put(int row, int column, const char *text, int length, int style);
/// Shows what was written; a negative row hides the cursor.
void cncurses_show(int row, int column);
/// The next key, or CNCURSES_NONE after so many milliseconds.
int32_t cncurses_key(int milliseconds);

#pragma clang assume_nonnull end
