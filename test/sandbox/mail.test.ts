import { createTransport } from 'nodemailer'
import { expect, test } from 'vitest'
import { MAIL_STAGES, type MailFault } from './mail/mail-faults.ts'
import { NORTHWIND_ID, sandboxForTest } from './starting.ts'

type Sandbox = Awaited<ReturnType<typeof sandboxForTest>>

let count = 0
/** `patience` in ms is short only where the server is told to say nothing. */
async function send(sandbox: Sandbox, more: object = {}, patience = 20_000) {
  const messageId = `<m-${++count}@stagecue.example>`
  const transport = createTransport(
    {
      host: '127.0.0.1',
      port: sandbox.mail.port,
      secure: false,
      ignoreTLS: true,
      socketTimeout: patience,
      greetingTimeout: patience,
    },
    {},
  )
  const mail = { messageId, from: 'Maya <maya@northwind-robotics.example>', to: 'nora.whitfield@alderfoods.example' }
  const content = { subject: 'Hello', text: `Hi Nora,\n.\n..\nSee you.\n${'filler line\n'.repeat(50)}`, ...more }
  const outcome = await transport.sendMail({ ...mail, ...content }).then(
    (info) => ({ ok: true, response: info.response, code: 0, rejected: info.rejected }),
    (error: { responseCode?: number; message: string }) => ({
      ok: false,
      response: error.message,
      code: error.responseCode ?? 0,
      rejected: [],
    }),
  )
  transport.close()
  return { messageId, ...outcome }
}

test('an accepted mail is kept whole', async () => {
  const sandbox = await sandboxForTest()
  const { messageId, ok } = await send(sandbox, { headers: { 'X-Step': '1' } })
  expect(ok).toBe(true)
  const [mail] = sandbox.mail.messages()
  expect(mail).toMatchObject({
    messageId,
    envelopeFrom: 'maya@northwind-robotics.example',
    envelopeTo: ['nora.whitfield@alderfoods.example'],
    from: 'Maya <maya@northwind-robotics.example>',
    subject: 'Hello',
  })
  expect(mail?.text).toMatch(/^Hi Nora,\n\.\n\.\.\nSee you\./)
  expect(mail?.headers).toContainEqual({ name: 'X-Step', value: '1' })
  expect(mail?.raw.toString()).toContain('Subject: Hello')
  expect(sandbox.mail.accepted(messageId)).toBe(1)
  expect(sandbox.mail.journal).toMatchObject([{ stage: 'dot', outcome: 'accepted', messageId, fault: null }])
})

test('the same Message-ID accepted twice is counted twice', async () => {
  const sandbox = await sandboxForTest()
  const messageId = '<twice@stagecue.example>'
  await send(sandbox, { messageId })
  await send(sandbox, { messageId })
  expect(sandbox.mail.accepted(messageId)).toBe(2)
})

test.each(
  MAIL_STAGES.flatMap((stage) =>
    (['reset', 'close', 'silence'] as const).map((kind): [string, MailFault] => [
      `${kind} at ${stage}`,
      { stage, kind },
    ]),
  ),
)('%s: nothing is stored and the sender is told of a failure', async (_name, fault) => {
  const sandbox = await sandboxForTest()
  sandbox.mail.faults.add(fault)
  const { ok, code } = await send(sandbox, {}, fault.kind === 'silence' ? 1500 : 20_000)
  expect({ ok, code }).toEqual({ ok: false, code: 0 })
  expect(sandbox.mail.messages()).toEqual([])
  expect(sandbox.mail.journal[0]).toMatchObject({ stage: fault.stage, outcome: 'cut', fault: fault.kind })
  expect((await send(sandbox)).ok).toBe(true)
})

test.each(['reset', 'close', 'silence'] as const)('%s after the dot with the mail accepted', async (kind) => {
  const sandbox = await sandboxForTest()
  sandbox.mail.faults.add({ stage: 'dot', kind, accepted: true })
  const { ok, messageId } = await send(sandbox, {}, kind === 'silence' ? 1500 : 20_000)
  expect(ok).toBe(false)
  expect(sandbox.mail.accepted(messageId)).toBe(1)
  expect(sandbox.mail.journal[0]).toMatchObject({ stage: 'dot', outcome: 'accepted', fault: kind })
})

test.each([
  ['greet', 421],
  ['mail', 452],
  ['rcpt', 550],
  ['data', 451],
  ['dot', 554],
] as const)('a refusal at %s with %i reaches the sender', async (stage, code) => {
  const sandbox = await sandboxForTest()
  sandbox.mail.faults.add({ stage, kind: 'answer', code, text: '5.0.0 told to' })
  const outcome = await send(sandbox)
  expect(outcome).toMatchObject({ ok: false, code })
  expect(sandbox.mail.messages()).toEqual([])
  await expect.poll(() => sandbox.mail.journal[0], { timeout: 10_000 }).toMatchObject({ stage, outcome: 'refused' })
})

test('a refusal can be meant for one recipient', async () => {
  const sandbox = await sandboxForTest()
  sandbox.mail.faults.add({ stage: 'rcpt', kind: 'answer', code: 550, recipient: 'gone@alderfoods.example' })
  const outcome = await send(sandbox, { to: 'gone@alderfoods.example, nora.whitfield@alderfoods.example' })
  expect(outcome).toMatchObject({ ok: true, rejected: ['gone@alderfoods.example'] })
  expect(sandbox.mail.messages()[0]?.envelopeTo).toEqual(['nora.whitfield@alderfoods.example'])
})

test('an acceptance may come late', async () => {
  const sandbox = await sandboxForTest()
  sandbox.mail.faults.add({ stage: 'dot', kind: 'delay', delayMs: 50 })
  expect((await send(sandbox)).ok).toBe(true)
})

test('a refused answer for a mail that was stored anyway', async () => {
  const sandbox = await sandboxForTest()
  sandbox.mail.faults.add({ stage: 'dot', kind: 'answer', code: 451, accepted: true })
  const { ok, code, messageId } = await send(sandbox)
  expect({ ok, code }).toEqual({ ok: false, code: 451 })
  expect(sandbox.mail.accepted(messageId)).toBe(1)
})

test('several mails over one connection are several transactions', async () => {
  const sandbox = await sandboxForTest()
  const transport = createTransport({
    host: '127.0.0.1',
    port: sandbox.mail.port,
    ignoreTLS: true,
    pool: true,
    maxConnections: 1,
  })
  for (const subject of ['One', 'Two']) {
    await transport.sendMail({ from: 'a@stagecue.example', to: 'b@stagecue.example', subject, text: subject })
  }
  transport.close()
  expect(sandbox.mail.messages().map((mail) => mail.subject)).toEqual(['One', 'Two'])
  expect(sandbox.mail.journal.map(({ connection, outcome }) => [connection, outcome])).toEqual([
    [1, 'accepted'],
    [1, 'accepted'],
  ])
})

test('a server that wants a login refuses those without', async () => {
  const sandbox = await sandboxForTest({ smtpAuth: { user: 'mailer', pass: 'right' } })
  expect((await send(sandbox)).ok).toBe(false)
  const transport = createTransport({
    host: '127.0.0.1',
    port: sandbox.mail.port,
    ignoreTLS: true,
    auth: { user: 'mailer', pass: 'right' },
  })
  await transport.sendMail({ from: 'a@stagecue.example', to: 'b@stagecue.example', subject: 'In', text: 'x' })
  transport.close()
  expect(sandbox.mail.messages()).toHaveLength(1)
})

test('the inbox of a portal holds the mails to its contacts', async () => {
  const sandbox = await sandboxForTest()
  await send(sandbox)
  await send(sandbox, { from: 'Freja <freja.holm@harborandpine.example>', to: 'elin.fisker@lighthousebakery.example' })
  const read = async (path: string) => (await fetch(sandbox.url + path)).json() as Promise<{ id: string; to: string }[]>
  expect(await read('/sandbox/inbox')).toHaveLength(2)
  const [row, ...rest] = await read(`/sandbox/inbox?portalId=${NORTHWIND_ID}`)
  expect(rest).toEqual([])
  expect(row).toMatchObject({
    to: 'nora.whitfield@alderfoods.example',
    subject: 'Hello',
    snippet: expect.stringMatching(/^Hi Nora/),
  })
  expect(await read(`/sandbox/inbox/${row?.id}`)).toMatchObject({
    text: expect.stringContaining('See you.'),
    headers: expect.arrayContaining([{ name: 'Subject', value: 'Hello' }]),
    raw: expect.stringContaining('Message-ID'),
  })
})
