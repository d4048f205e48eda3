import fastify from 'fastify'
import { expect, test } from 'vitest'
import { renderPage, showPage } from '#http/page.ts'

test('whatever a page is given shows as text', () => {
  const hostile = `"><img src=x onerror=alert(1)>'&`
  const links = [{ label: hostile, href: hostile }]
  const html = renderPage({ title: hostile, paragraphs: [hostile], list: [hostile], button: hostile, links })
  expect(html).not.toContain('<img')
  expect(html.match(/&lt;img src=x/g)).toHaveLength(7)
})

test.each([
  [undefined, "'none'"],
  ['Go', "'self'"],
])(
  'the policy allows our own style by its hash, forms where there is one, and nothing else (button: %s)',
  async (button, forms) => {
    const app = fastify()
    const page = { title: 'Page', paragraphs: [], ...(button === undefined ? {} : { button }) }
    app.get('/', (_request, reply) => showPage(reply, 200, page))
    const answer = await app.inject('/')
    await app.close()
    const policy = String(answer.headers['content-security-policy'])
    expect(policy.replace(/sha256-[\w+/=]{44}/, 'sha256')).toBe(
      `default-src 'none'; style-src 'sha256'; base-uri 'none'; form-action ${forms}; frame-ancestors 'none'`,
    )
  },
)
