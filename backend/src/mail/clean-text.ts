// biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to remove
const NEVER_SHOWN = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\u007f-\u009f\u202a-\u202e\u2066-\u2069]/g

/** Drops what has no place in a mail: control characters but tab and line breaks, bidirectional overrides, lone surrogates. */
export function cleanText(text: string): string {
  return text.replace(NEVER_SHOWN, '').toWellFormed().trim()
}

/** The same on one line, for a header. */
export function cleanLine(text: string): string {
  return cleanText(text.replace(/\s+/g, ' '))
}
