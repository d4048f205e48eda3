import { createServer, type Socket } from 'node:net'

/**
 * A mail server that accepts everything and keeps nothing but who got how many, in a process of its own: what is measured is
 * who sends. No pipelining, one answer per command, as little work per mail as SMTP allows (RFC 5321).
 */
export interface SinkReport {
  /** Mails accepted since the last report, and different recipients among them. */
  readonly accepted: number
  readonly recipients: number
  /** When the last one was accepted, in milliseconds since 1970. */
  readonly lastAt: number
  readonly bytes: number
}

const END = Buffer.from('\r\n.\r\n')

let accepted = 0
let bytes = 0
let lastAt = 0
let recipients = new Set<string>()

function serve(socket: Socket): void {
  let input: Buffer = Buffer.alloc(0)
  let inBody = false
  socket.setNoDelay(true)
  socket.on('error', () => socket.destroy())
  socket.on('data', (chunk: Buffer) => {
    input = input.length === 0 ? chunk : Buffer.concat([input, chunk])
    for (;;) {
      const end = inBody ? input.indexOf(END) : input.indexOf('\r\n')
      if (end < 0) return
      if (inBody) {
        inBody = false
        accepted++
        bytes += end
        lastAt = Date.now()
        socket.write('250 2.0.0 stored\r\n')
        input = input.subarray(end + END.length)
        continue
      }
      const line = input.toString('latin1', 0, end)
      input = input.subarray(end + 2)
      inBody = reply(socket, line)
    }
  })
  socket.write('220 sink ready\r\n')
}

/** Whether the content follows. */
function reply(socket: Socket, line: string): boolean {
  const verb = line.slice(0, 4).toUpperCase()
  if (verb === 'EHLO') socket.write('250-sink\r\n250-8BITMIME\r\n250 SIZE 10000000\r\n')
  else if (verb === 'QUIT') socket.end('221 bye\r\n')
  else if (verb === 'DATA') socket.write('354 go ahead\r\n')
  else {
    if (verb === 'RCPT') recipients.add(line)
    socket.write('250 ok\r\n')
  }
  return verb === 'DATA'
}

const server = createServer(serve)
server.listen(0, '127.0.0.1', () => {
  const address = server.address()
  process.send?.(typeof address === 'object' && address ? address.port : 0)
})

process.on('message', (command: { reset: boolean }) => {
  process.send?.({ accepted, recipients: recipients.size, lastAt, bytes } satisfies SinkReport)
  if (!command.reset) return
  accepted = 0
  bytes = 0
  recipients = new Set()
})
