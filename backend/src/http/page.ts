/** A page for people: complete HTML and the headers it must be sent with. */
export interface Page {
  readonly html: string
  readonly headers: Readonly<Record<string, string>>
}

const HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  // No script, no remote content, forms only to ourselves, never in a frame.
  'content-security-policy':
    "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
  'x-robots-tag': 'noindex, nofollow',
}

const STYLE =
  'body{font:16px/1.5 system-ui,sans-serif;max-width:32rem;margin:4rem auto;padding:0 1rem;color:#213343}' +
  'button{font:inherit;padding:.6rem 1.2rem;border:0;border-radius:4px;background:#213343;color:#fff;cursor:pointer}'

/** A small page without scripts. `title` is text and is escaped; `body` is HTML that the caller wrote or escaped. */
export function renderPage(page: { title: string; body: string }): Page {
  const title = page.title.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`)
  const html =
    `<!doctype html>\n<html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex">` +
    `<meta name="viewport" content="width=device-width, initial-scale=1"><title>${title}</title>` +
    `<style>${STYLE}</style></head><body><h1>${title}</h1>${page.body}</body></html>\n`
  return { html, headers: HEADERS }
}
