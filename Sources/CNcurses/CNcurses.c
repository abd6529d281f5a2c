#define _XOPEN_SOURCE_EXTENDED 1
#define _XOPEN_SOURCE 700
#include "CNcurses.h"

#include <curses.h>
#include <locale.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

static SCREEN *screen;
static bool colours;

bool cncurses_open(bool has_colour) {
    // Text is UTF-8 whatever the environment says; C.UTF-8 is there on every glibc system.
    if (!setlocale(LC_CTYPE, "") || MB_CUR_MAX < 4) setlocale(LC_CTYPE, "C.UTF-8");
    // A lone escape is a key: half a second is too long to wait for what may follow it.
    if (!getenv("ESCDELAY")) set_escdelay(50);
    screen = newterm(NULL, stdout, stdin);
    if (!screen) return false;
    set_term(screen);
    cbreak();
    noecho();
    nonl();
    keypad(stdscr, TRUE);
    colours = has_colour && has_colors();
    if (colours) {
        start_color();
        use_default_colors();
        init_pair(1, COLOR_BLACK, COLOR_YELLOW);
        init_pair(2, COLOR_GREEN, -1);
        init_pair(3, COLOR_RED, -1);
    }
    return true;
}

void cncurses_close(void) {
    if (!screen) return;
    endwin();
    delscreen(screen);
    screen = NULL;
}

void cncurses_size(int *rows, int *columns) { getmaxyx(stdscr, *rows, *columns); }

void cncurses_clear(void) { erase(); }

static attr_t attribute(int style) {
    switch (style) {
    case CNCURSES_BOLD: return A_BOLD;
    case CNCURSES_DIM: return A_DIM;
    case CNCURSES_BAR: return A_REVERSE;
    case CNCURSES_MARKED: return colours ? COLOR_PAIR(1) : A_REVERSE | A_BOLD;
    case CNCURSES_GOOD: return colours ? COLOR_PAIR(2) : A_NORMAL;
    case CNCURSES_BAD: return colours ? COLOR_PAIR(3) : A_BOLD;
    default: return A_NORMAL;
    }
}

void cncurses_put(int row, int column, const char *text, int length, int style) {
    wchar_t line[1024];
    int count = 0;
    mbstate_t state;
    memset(&state, 0, sizeof state);
    while (length > 0 && count < 1023) {
        wchar_t character;
        size_t used = mbrtowc(&character, text, (size_t)length, &state);
        if (used == 0 || used > (size_t)length) break;
        text += used;
        length -= (int)used;
        // Controls have width -1. A mark at the very beginning would sit on what stands before.
        int width = wcwidth(character);
        if (width < 0 || (width == 0 && count == 0)) continue;
        line[count++] = character;
    }
    attrset(attribute(style));
    mvaddnwstr(row, column, line, count);
    attrset(A_NORMAL);
}

void cncurses_show(int row, int column) {
    curs_set(row >= 0);
    if (row >= 0) move(row, column);
    refresh();
}

int32_t cncurses_key(int milliseconds) {
    wint_t character = 0;
    timeout(milliseconds);
    int kind = get_wch(&character);
    if (kind == ERR) return feof(stdin) ? CNCURSES_END : CNCURSES_NONE;
    if (kind == OK) return character == 127 || character == 8 ? CNCURSES_BACKSPACE : (int32_t)character;
    switch (character) {
    case KEY_UP: return CNCURSES_UP;
    case KEY_DOWN: return CNCURSES_DOWN;
    case KEY_PPAGE: return CNCURSES_PAGE_UP;
    case KEY_NPAGE: return CNCURSES_PAGE_DOWN;
    case KEY_HOME: return CNCURSES_HOME;
    case KEY_END: return CNCURSES_LAST;
    case KEY_BACKSPACE: return CNCURSES_BACKSPACE;
    case KEY_ENTER: return 13;
    case KEY_RESIZE: return CNCURSES_RESIZE;
    default: return CNCURSES_NONE;
    }
}
