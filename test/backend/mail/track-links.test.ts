import { expect, test } from 'vitest'
import { renderMail } from '#mail/render-mail.ts'
import { trackLinks, webAddress } from '#mail/track-links.ts'

const track = (html: string) => trackLinks(html, (link) => `https://t.example/${link}`)

test('web links get another address in their order, the rest stays as it was', () => {
  const html =
    '<p>a &lt;b&gt; &amp; <a href="https://a.example/?x=1&amp;y=2">one</a><br />\n<a href="mailto:x@a.example">m</a> <a href="HTTP://B.example">two</a></p>'
  const { html: tracked, links } = track(html)
  expect(links).toEqual(['https://a.example/?x=1&y=2', 'http://b.example/'])
  expect(tracked).toBe(
    '<p>a &lt;b&gt; &amp; <a href="https://t.example/1">one</a><br />\n<a href="mailto:x@a.example">m</a> <a href="https://t.example/2">two</a></p>',
  )
  expect(track(html)).toEqual({ html: tracked, links })
})

test('a plain text’s links are tracked too, and its text part keeps them', () => {
  const rendered = renderMail({ subject: 'Hi', body: 'See https://a.example/x, "please".' }, {})
  if ('unfilled' in rendered) throw new Error('nothing is missing')
  const { html, links } = track(rendered.html)
  expect(links).toEqual(['https://a.example/x'])
  expect(html).toContain('<a href="https://t.example/1">https://a.example/x</a>, "please".')
  expect(rendered.text).toContain('https://a.example/x')
})

test('a mail with more links than a token can name leaves the rest alone', () => {
  const { html, links } = track('<a href="https://a.example/">x</a>'.repeat(300))
  expect(links).toHaveLength(255)
  expect(html.match(/https:\/\/a\.example/g)).toHaveLength(45)
})

test.each([
  ['https://a.example/ü?q=ä', 'https://a.example/%C3%BC?q=%C3%A4'],
  [' https://a.example ', 'https://a.example/'],
  ['https://a.example/\r\nSet-Cookie: x', 'https://a.example/Set-Cookie:%20x'],
  ['javascript:alert(1)', undefined],
  ['//a.example', undefined],
  ['https://', undefined],
  ['', undefined],
])('%j as a web address is %j', (text, address) => expect(webAddress(text)).toBe(address))
