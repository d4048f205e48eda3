import { expect, test } from 'vitest'
import { readImapUrl } from '#mail/read-imap-url.ts'

test.each([
  ['imaps://u:p@imap.example.com', { port: 993, secure: true, requireTls: false, name: 'imap.example.com:993/INBOX' }],
  ['imap://u:p@imap.example.com', { port: 143, secure: false, requireTls: true }],
  ['imap://u:p@127.0.0.1:4305/', { port: 4305, requireTls: false, folder: 'INBOX' }],
  [
    'imaps://u%40b.example:p%2F@[::1]:9/Back%20office',
    { host: '::1', user: 'u@b.example', pass: 'p/', folder: 'Back office' },
  ],
])('%s', (url, expected) => {
  expect(readImapUrl(url)).toMatchObject(expected)
})

test.each([
  'imaps://imap.example.com',
  'imaps://u@imap.example.com',
  'smtp://u:p@h',
  'nonsense',
  'imaps://u:%zz@h',
  'imaps://u:p@h/x?y',
])('%s is refused, and the password is not repeated', (url) => {
  expect(() => readImapUrl(url)).toThrow(/IMAP_URL/)
  expect(() => readImapUrl(url)).not.toThrow(/%zz/)
})
