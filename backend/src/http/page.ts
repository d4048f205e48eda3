import { createHash } from 'node:crypto'
import type { FastifyReply } from 'fastify'
import type { Page } from '#core/page.ts'
import { escapeHtml } from '#mail/escape-html.ts'

const STYLE = `
:root { color-scheme: light dark; font: 1rem/1.5 system-ui, sans-serif; --line: light-dark(#dfe3eb, #3a4654); }
body { margin: 0; background: light-dark(#f5f8fa, #14191f); color: light-dark(#213343, #e6ebf0); }
main { max-width: 34rem; margin: 4rem auto; padding: 2rem 2.5rem; box-sizing: border-box;
  background: light-dark(#fff, #1c232b); border: 1px solid var(--line); border-radius: 0.5rem; }
header { font-weight: 600; font-size: 0.875rem; color: light-dark(#516f90, #9db2c9); }
h1 { margin: 0.5rem 0 1rem; font-size: 1.5rem; line-height: 1.25; overflow-wrap: anywhere; }
p, ul { margin: 0 0 1rem; }
nav { display: flex; flex-wrap: wrap; gap: 0.5rem 1.5rem; padding-top: 0.5rem; }
a { color: light-dark(#0a6b78, #6cc7d3); padding: 0.25rem 0; }
button { font: inherit; font-weight: 600; padding: 0.6rem 1.4rem; border: 0; border-radius: 0.25rem; cursor: pointer;
  background: light-dark(#213343, #e6ebf0); color: light-dark(#fff, #14191f); }
:focus-visible { outline: 3px solid light-dark(#0a6b78, #6cc7d3); outline-offset: 2px; }
@media (max-width: 40rem) { main { margin: 0; border: 0; border-radius: 0; padding: 2rem 1.25rem; } }
`

const STYLE_HASH = createHash('sha256').update(STYLE).digest('base64')

/** Our own style by its hash, forms to ourselves where there is one, never in a frame (login CSRF and clickjacking end here). */
function policyOf(page: Page): string {
  const forms = page.button === undefined ? "'none'" : "'self'"
  return `default-src 'none'; style-src 'sha256-${STYLE_HASH}'; base-uri 'none'; form-action ${forms}; frame-ancestors 'none'`
}

/** Answers with a page. Neither a browser nor a search engine keeps it, and the address it has goes to nobody else. */
export function showPage(reply: FastifyReply, status: number, page: Page): FastifyReply {
  return reply
    .code(status)
    .headers({
      'content-type': 'text/html; charset=utf-8',
      'cache-control': 'no-store',
      'content-security-policy': policyOf(page),
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
      'x-robots-tag': 'noindex, nofollow',
    })
    .send(renderPage(page))
}

/** The page's HTML. Pure. */
export function renderPage({ title, paragraphs, list = [], button, links = [] }: Page): string {
  const anchors = links.map(({ label, href }) => `<a href="${escapeHtml(href)}">${escapeHtml(label)}</a>`)
  const body = [
    `<h1>${escapeHtml(title)}</h1>`,
    ...paragraphs.map((text) => `<p>${escapeHtml(text)}</p>`),
    ...(list.length > 0 ? [`<ul>${list.map((text) => `<li>${escapeHtml(text)}</li>`).join('')}</ul>`] : []),
    // The form goes to the page's own address.
    ...(button === undefined ? [] : [`<form method="post"><button>${escapeHtml(button)}</button></form>`]),
    ...(anchors.length > 0 ? [`<nav>${anchors.join(' ')}</nav>`] : []),
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
<header>Stagecue</header>
${body.join('\n')}
</main>
</body>
</html>
`
}
