/** Text of a page for a person; everything is escaped. */
export interface Page {
  readonly title: string
  readonly paragraphs: readonly string[]
  /** Shown as a list after the paragraphs. */
  readonly list?: readonly string[]
  readonly links: readonly { readonly label: string; readonly href: string }[]
}

/**
 * What the browser may do with a page of ours: show it, nothing else. The style is named by its hash instead of allowing any
 * inline style; the forms and frames of others stay out (login CSRF and clickjacking end here).
 */
export const PAGE_HEADERS = {
  'content-type': 'text/html; charset=utf-8',
  'cache-control': 'no-store',
  'referrer-policy': 'no-referrer',
  'x-content-type-options': 'nosniff',
} as const

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; }
body { margin: 0; }
main { max-width: 36rem; margin: 0 auto; padding: 3rem 1.5rem; }
h1 { font-size: 1.5rem; line-height: 1.25; }
a { display: inline-block; padding: 0.5rem 0; margin-right: 1.5rem; }
`

/** The Content-Security-Policy of every page, made once. */
export async function pagePolicy(): Promise<string> {
  const digest = await globalThis.crypto.subtle.digest('SHA-256', new TextEncoder().encode(STYLE))
  const hash = Buffer.from(digest).toString('base64')
  return `default-src 'none'; style-src 'sha256-${hash}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`
}

/** One small page, readable without any script. */
export function renderPage({ title, paragraphs, list, links }: Page): string {
  const body = [
    `<h1>${escapeHtml(title)}</h1>`,
    ...paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`),
    ...(list ? [`<ul>${list.map((text) => `<li>${escapeHtml(text)}</li>`).join('')}</ul>`] : []),
    `<p>${links.map(({ label, href }) => `<a href="${escapeHtml(href)}">${escapeHtml(label)}</a>`).join(' ')}</p>`,
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escapeHtml(title)} – Stagecue</title>
<style>${STYLE}</style>
</head>
<body>
<main>
${body.join('\n')}
</main>
</body>
</html>
`
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
}

function escapeHtml(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? '')
}
