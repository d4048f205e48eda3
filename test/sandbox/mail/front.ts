import { connect, createServer, type Server, type Socket } from 'node:net'
import { systemSleep } from '#core/clock.ts'
import { splitBody } from './body.ts'
import type { MailFault, MailFaults, MailStage } from './mail-faults.ts'
import type { MailTransaction } from './mail-journal.ts'

const REFUSAL = '4.3.0 The sandbox was told to refuse this'

interface FrontParts {
  readonly upstreamPort: number
  readonly faults: MailFaults
  readonly open: (connection: number) => MailTransaction
  /** Ties an upstream connection (by its local port) to the transaction it carries, so that the store can note it. */
  readonly bind: (upstreamPort: number, transaction: MailTransaction) => void
  /** Tells the store to refuse the message of a transaction with this answer. */
  readonly refuse: (transaction: MailTransaction, code: number, text: string) => void
}

/**
 * A door in front of the real SMTP server that can misbehave at every step, above all after the final dot, where a
 * server has the message and its answer never arrives. It understands just enough SMTP to know the step.
 */
export function createFront(parts: FrontParts): { server: Server; close(): Promise<void> } {
  const sockets = new Set<Socket>()
  let connections = 0
  // Small lines both ways: waiting for more to send with them would cost 40 ms each.
  const server = createServer({ noDelay: true }, (client) => {
    sockets.add(client)
    client.on('close', () => sockets.delete(client))
    client.on('error', () => undefined)
    void serve(client, ++connections, parts)
  })
  return {
    server,
    close() {
      for (const socket of sockets) socket.destroy()
      return new Promise((resolve) => server.close(() => resolve()))
    },
  }
}

interface Talk {
  readonly client: Socket
  readonly upstream: Socket
  readonly connection: number
  readonly parts: FrontParts
  transaction: MailTransaction
  mode: 'command' | 'expecting-body' | 'body' | 'dead'
  input: Buffer
  /** What to do with the server's next answer instead of passing it on. */
  onAnswer: ((answer: Buffer) => void) | null
}

async function serve(client: Socket, connection: number, parts: FrontParts) {
  const transaction = parts.open(connection)
  const fault = parts.faults.take('greet', [])
  if (fault && (await strike(fault, client, transaction))) return
  const upstream = connect({ port: parts.upstreamPort, host: '127.0.0.1', noDelay: true })
  const talk: Talk = {
    client,
    upstream,
    connection,
    parts,
    transaction,
    mode: 'command',
    input: Buffer.alloc(0),
    onAnswer: null,
  }
  upstream.on('connect', () => parts.bind(upstream.localPort ?? 0, transaction))
  upstream.on('error', () => client.destroy())
  upstream.on('data', (answer: Buffer) => hear(talk, answer))
  upstream.on('close', () => {
    if (talk.mode !== 'dead') client.end()
  })
  client.on('close', () => {
    const { transaction: last } = talk
    if (last.outcome === 'open') last.outcome = /^[45]/.test(last.answer ?? '') ? 'refused' : 'left'
    upstream.destroy()
  })
  // One chunk at a time: a fault may wait in the middle of it.
  let work = Promise.resolve()
  client.on('data', (chunk: Buffer) => {
    work = work.then(() => take(talk, chunk))
  })
}

/** An answer of the real server on its way to the client. */
function hear(talk: Talk, answer: Buffer) {
  if (talk.onAnswer) {
    const handle = talk.onAnswer
    talk.onAnswer = null
    handle(answer)
    return
  }
  if (talk.mode === 'expecting-body') talk.mode = answer.toString('latin1').startsWith('354') ? 'body' : 'command'
  reply(talk, answer)
}

function reply(talk: Talk, answer: Buffer) {
  const text = answer.toString('latin1').trimEnd()
  // The goodbye is not about the mail.
  if (!text.startsWith('221')) talk.transaction.answer = text.split('\r\n').at(-1) ?? text
  if (/^[45]/.test(text) && talk.transaction.outcome === 'open') talk.transaction.outcome = 'refused'
  if (!talk.client.destroyed) talk.client.write(answer)
}

async function take(talk: Talk, chunk: Buffer) {
  talk.input = Buffer.concat([talk.input, chunk])
  while (talk.mode !== 'dead' && talk.input.length > 0) {
    if (talk.mode === 'body') {
      if (!(await takeBody(talk))) return
      continue
    }
    // Until the server said 354 nothing may follow DATA, and it does not: pipelining is not offered.
    const end = talk.input.indexOf('\r\n')
    if (end < 0 || talk.mode === 'expecting-body') return
    const line = talk.input.subarray(0, end + 2)
    talk.input = talk.input.subarray(end + 2)
    await takeLine(talk, line)
  }
}

async function takeLine(talk: Talk, line: Buffer) {
  const text = line.toString('latin1').trim()
  const stage = stageOf(text)
  if (!stage) {
    talk.upstream.write(line)
    return
  }
  if (stage === 'mail') begin(talk, address(text))
  const recipient = stage === 'rcpt' ? address(text) : null
  talk.transaction.stage = stage
  const fault = talk.parts.faults.take(stage, recipient ? [recipient] : talk.transaction.to)
  if (fault && (await strike(fault, talk.client, talk.transaction))) {
    if (fault.kind !== 'answer') kill(talk)
    return
  }
  if (recipient) talk.transaction.to.push(recipient)
  if (stage === 'data') {
    talk.mode = 'expecting-body'
    talk.transaction.stage = 'data'
  }
  talk.upstream.write(line)
}

/** A connection may carry several transactions; the first one is already open since the greeting. */
function begin(talk: Talk, from: string) {
  if (talk.transaction.from !== null) {
    talk.transaction = talk.parts.open(talk.connection)
    talk.parts.bind(talk.upstream.localPort ?? 0, talk.transaction)
  }
  talk.transaction.from = from
}

/** Passes the message on up to its final dot; false when more is needed. */
async function takeBody(talk: Talk): Promise<boolean> {
  const { faults } = talk.parts
  const isFirst = talk.transaction.stage === 'data'
  const { pass, rest, done } = splitBody(talk.input, isFirst)
  if (isFirst && (pass.length > 0 || done)) {
    talk.transaction.stage = 'body'
    const fault = faults.take('body', talk.transaction.to)
    if (fault) {
      talk.upstream.write(pass.subarray(0, Math.floor(pass.length / 2)))
      talk.transaction.bytes += Math.floor(pass.length / 2)
      if (await strike(fault, talk.client, talk.transaction)) {
        kill(talk)
        return false
      }
      talk.upstream.write(pass.subarray(Math.floor(pass.length / 2)))
    } else talk.upstream.write(pass)
  } else talk.upstream.write(pass)
  talk.transaction.bytes += pass.length
  talk.input = rest
  if (!done) return false
  talk.transaction.stage = 'dot'
  talk.mode = 'command'
  await endBody(talk, faults.take('dot', talk.transaction.to))
  return true
}

async function endBody(talk: Talk, fault: MailFault | null) {
  const dot = Buffer.from('.\r\n')
  if (!fault) {
    talk.upstream.write(dot)
    return
  }
  if (fault.kind === 'answer' && !fault.accepted) {
    talk.transaction.fault = fault.kind
    talk.parts.refuse(talk.transaction, fault.code ?? 451, fault.text ?? REFUSAL)
    talk.upstream.write(dot)
    return
  }
  if (!fault.accepted && fault.kind !== 'delay') {
    // The server never sees the end of the message, so nothing is stored.
    await strike(fault, talk.client, talk.transaction)
    kill(talk)
    return
  }
  const answered = new Promise<Buffer>((resolve) => {
    talk.onAnswer = resolve
  })
  talk.upstream.write(dot)
  const answer = await answered
  if (!(await strike(fault, talk.client, talk.transaction))) reply(talk, answer)
  else if (fault.kind !== 'answer') kill(talk)
}

function kill(talk: Talk) {
  talk.mode = 'dead'
  talk.upstream.destroy()
}

/** Plays a fault on the client's side. True when the step must not go on. */
async function strike(fault: MailFault, client: Socket, transaction: MailTransaction): Promise<boolean> {
  transaction.fault = fault.kind
  if (fault.kind === 'delay') {
    await systemSleep(fault.delayMs ?? 1000)
    return false
  }
  if (fault.kind === 'answer') {
    const answer = `${fault.code ?? 451} ${fault.text ?? REFUSAL}`
    transaction.answer = answer
    if (transaction.outcome === 'open' && fault.stage !== 'rcpt') transaction.outcome = 'refused'
    client.write(`${answer}\r\n`)
    if (fault.stage === 'greet') client.end()
    return true
  }
  if (transaction.outcome === 'open') transaction.outcome = 'cut'
  if (fault.kind === 'reset') client.resetAndDestroy()
  else if (fault.kind === 'close') client.end()
  return true
}

function stageOf(line: string): MailStage | null {
  const verb = line.slice(0, 10).toUpperCase()
  if (verb.startsWith('EHLO') || verb.startsWith('HELO')) return 'ehlo'
  if (verb.startsWith('MAIL FROM')) return 'mail'
  if (verb.startsWith('RCPT TO')) return 'rcpt'
  return verb.trim() === 'DATA' ? 'data' : null
}

const address = (line: string) => /<([^>]*)>/.exec(line)?.[1] ?? ''
