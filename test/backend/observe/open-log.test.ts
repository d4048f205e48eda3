import { expect, test } from 'vitest'
import { AppError } from '#core/errors.ts'
import { openLog } from '#observe/open-log.ts'

function logged(write: (log: ReturnType<typeof openLog>) => void): string {
  const lines: string[] = []
  write(openLog({ level: 'info', pretty: false, destination: { write: (line) => void lines.push(line) } }))
  return lines.join('')
}

test('an error is written without the addresses that a mail server quotes, in its causes and its stack too', () => {
  const cause = new Error('550 5.1.1 <ada@example.com>: no such user, see smtp://mailer:secret@mail.example.com:25')
  const error = new AppError('mail_rejected', 'The mail server refused the test mail: “ada@example.com is unknown”.', {
    cause,
  })
  const line = logged((log) => log.error({ err: error }, 'request failed'))
  expect(line).not.toMatch(/ada|example\.com is|secret/)
  const { err } = JSON.parse(line)
  expect(err).toMatchObject({
    type: 'AppError',
    code: 'mail_rejected',
    message: 'The mail server refused the test mail: “[masked] is unknown”.',
    cause: { message: expect.stringContaining('550 5.1.1 <[masked]>: no such user') },
  })
})

test('what a server said is written without addresses', () => {
  const line = logged((log) =>
    log.warn({ detail: '535 ada@example.com may not log in' }, 'mail server could not be used'),
  )
  expect(JSON.parse(line).detail).toBe('535 [masked] may not log in')
})

test('a stack keeps the names of its files', () => {
  const error = new Error('no')
  error.stack = 'Error: no\n    at run (/app/node_modules/@fastify/oauth2/index.js:10:5)'
  expect(JSON.parse(logged((log) => log.error({ err: error }, 'request failed'))).err.stack).toBe(error.stack)
})
