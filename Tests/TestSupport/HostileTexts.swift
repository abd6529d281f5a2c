/// Texts that have broken programs of this kind.
public let hostileTexts: [String] = [
    "", " ", "\u{0}", "a\u{0}b", "\u{1}\u{2}\u{1B}[31mred\u{1B}[0m", "\u{7F}\u{9B}31m", "\r\n\r\n",
    "\u{FEFF}bom inside\u{FEFF}",
    String(repeating: "a", count: 5000), String(repeating: "\u{301}", count: 5000),
    "e" + String(repeating: "\u{301}", count: 2000), String(repeating: "👩‍👩‍👧‍👦", count: 300),
    "\u{202E}txet desrever\u{202C}",
    "שלום עולם", "مرحبا بالعالم", "नमस्ते दुनिया", "ไทยไม่มีช่องว่าง", "한국어 띄어쓰기", "𐍈𐌰𐌽𐌳", "𠜎𠜱𠝹𠱓", "\u{1F1E6}\u{1F1E7}\u{1F1E8}",
    "\u{FFFF}\u{FFFE}", "\u{10FFFF}\u{E000}\u{F0000}", "%s%n%x%d %@", "'; DROP TABLE cases; --",
    "<script>alert(1)</script>",
    "=cmd|' /C calc'!A0", "{\"id\":\"x\"}", "\\u0000\\ud800", "${jndi:ldap://x}", "../../etc/passwd",
    "ﷺﷺﷺ", "ffi ﬃ ß ẞ İ ı ſ", "Z̸̡̢a̷l̸g̵o̶", "\u{E0067}\u{E0062}\u{E007F}", "ㅅㅔㅇㅣㄹ", "ｓａｌｅ 𝐬𝐚𝐥𝐞 ⓢⓐⓛⓔ",
    "a\u{300}\u{327}\u{301}",
    String(repeating: "大 ", count: 3000), String(repeating: "s.", count: 3000), String(repeating: "微信", count: 3000),
]
