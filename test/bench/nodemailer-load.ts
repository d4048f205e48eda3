import { readFileSync } from 'node:fs'
import { createTransport } from 'nodemailer'
import { readDkimKey } from '#mail/read-dkim-key.ts'

/** The baseline of `sending`: nodemailer alone, composing, signing and sending, in a process of its own. */
export interface NodemailerCommand {
  readonly port: number
  readonly mails: number
  readonly connections: number
  readonly dkimKeyFile: string
}

const BODY =
  'Hello Ada,\n\na short note about the deal.\n\n-- \nBench\nUnsubscribe: https://app.example.com/unsubscribe/'

/** Seconds it took. */
async function run({ port, mails, connections, dkimKeyFile }: NodemailerCommand): Promise<number> {
  const key = readDkimKey(readFileSync(dkimKeyFile, 'utf8'))
  if (!key) throw new Error(`${dkimKeyFile} is no key`)
  const transport = createTransport({
    host: '127.0.0.1',
    port,
    pool: true,
    maxConnections: connections,
    maxMessages: 100,
    ignoreTLS: true,
    dkim: {
      domainName: key.domain,
      keySelector: key.selector,
      privateKey: String(key.privateKey.export({ type: 'pkcs8', format: 'pem' })),
    },
  })
  const begun = performance.now()
  await Promise.all(
    Array.from({ length: mails }, (_, index) => {
      // As long as our signed unsubscribe link.
      const link = `https://app.example.com/unsubscribe/${String(index).padStart(240, 'x')}`
      return transport.sendMail({
        from: { name: 'Bench', address: `sales@${key.domain}` },
        replyTo: 'ada@bench.example',
        to: `baseline-${index}@bench.example`,
        subject: `Hello Ada ${index}`,
        text: `${BODY}${link}`,
        html: `<p>Hello Ada,</p><p>a short note about the deal.</p><hr><p><small>Bench<br><a href="${link}">Unsubscribe</a></small></p>`,
        headers: {
          'List-Unsubscribe': `<${link}>`,
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        },
      })
    }),
  )
  const seconds = (performance.now() - begun) / 1000
  transport.close()
  return seconds
}

process.send?.('ready')
process.on('message', async (command: NodemailerCommand) => {
  process.send?.(await run(command))
})
