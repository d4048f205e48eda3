import { readFileSync } from 'node:fs'

function read(path: string): string {
  return readFileSync(new URL(`../corpora/${path}`, import.meta.url), 'utf8')
}

/** The non-empty lines of a corpus file. */
export function corpusLines(path: string): string[] {
  return read(path)
    .split(/\r?\n/)
    .filter((line) => line.trim())
}

/** Strings that attack pages, templates and headers: every one a value somebody could have typed into a CRM. */
export function hostileStrings(): string[] {
  const naughty: unknown = JSON.parse(read('blns/blns.json'))
  const crlf = corpusLines('patt/crlf.txt')
  return [
    ...crlf,
    // As a value arrives when somebody decoded it before storing.
    ...crlf.flatMap((line) => [decodeLoosely(line), `Ada\r\nBcc: evil@example.net\r\n\r\n${line}`]),
    ...corpusLines('patt/ssti.txt'),
    ...corpusLines('patt/xss-intruders.txt'),
    ...corpusLines('patt/xss-mario.txt'),
    ...corpusLines('patt/xss-polyglots.txt'),
    ...corpusLines('patt/xss-rsnake.txt'),
    ...(Array.isArray(naughty) ? naughty.filter((text): text is string => typeof text === 'string') : []),
  ]
}

function decodeLoosely(text: string): string {
  return text.replace(/%0d/gi, '\r').replace(/%0a/gi, '\n').replace(/%00/g, '\0')
}

/** dominicsayers/isemail: addresses with the class its authors expect. */
export function isemailTests(): { address: string; category: string }[] {
  const xml = read('isemail/tests.xml')
  return [...xml.matchAll(/<test id="\d+">([\s\S]*?)<\/test>/g)].map(([, test = '']) => ({
    address: unescapeXml(/<address>([\s\S]*?)<\/address>/.exec(test)?.[1] ?? ''),
    category: /<category>(.*?)<\/category>/.exec(test)?.[1] ?? '',
  }))
}

function unescapeXml(text: string): string {
  return (
    text
      .replace(/&#x([0-9a-f]+);/gi, (_all, hex: string) => String.fromCodePoint(Number.parseInt(hex, 16)))
      .replaceAll('&lt;', '<')
      .replaceAll('&gt;', '>')
      .replaceAll('&quot;', '"')
      .replaceAll('&amp;', '&')
      // The corpus writes control characters as their Unicode symbols.
      .replace(/[\u2400-\u241f]/g, (symbol) => String.fromCodePoint((symbol.codePointAt(0) ?? 0x2400) - 0x2400))
  )
}
