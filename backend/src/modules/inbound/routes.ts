import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyPluginAsyncTypebox } from '@fastify/type-provider-typebox'
import { Type } from 'typebox'
import { AppError } from '#core/errors.ts'
import type { Deps } from '#deps'
import { receiveMail } from './receive-mail.ts'

/** What is read of a mail; what follows is attachments. */
const READ_BYTES = 1024 * 1024
const Address = Type.Optional(Type.String({ maxLength: 320 }))
/** RCPT TO and MAIL FROM of the mail, where the provider knows them. */
const Envelope = Type.Object({ recipient: Address, sender: Address })
const EnvelopeHeaders = Type.Object({ 'x-envelope-recipient': Address, 'x-envelope-sender': Address })

/**
 * `POST /inbound/mime` for mail providers: one raw mail as message/rfc822, with `Authorization: Bearer <INBOUND_SECRET>`. 204
 * once it is handled, also for a mail that leads nowhere or was handled before: there is nothing to send again. Of a long
 * mail the first MiB counts. The envelope may stand in the query (`recipient`, `sender`) or in X-Envelope-Recipient and
 * X-Envelope-Sender.
 */
export const inboundRoutes: FastifyPluginAsyncTypebox<{ deps: Deps; secret: string }> = async (
  app,
  { deps, secret },
) => {
  const expected = digest(`Bearer ${secret}`)
  app.removeAllContentTypeParsers()
  app.addContentTypeParser('message/rfc822', async (_request: unknown, body: AsyncIterable<Buffer>) =>
    beginningOf(body),
  )
  app.addContentTypeParser('*', (_request, _payload, done) =>
    done(new AppError('unsupported_media_type', 'Send the raw mail as message/rfc822.')),
  )
  app.post(
    '/inbound/mime',
    {
      schema: {
        summary: 'A mail that came in, from a mail provider that knows the secret',
        querystring: Envelope,
        headers: EnvelopeHeaders,
        response: { 204: { type: 'null', description: 'Handled' } },
      },
      // Before the body is read.
      onRequest: (request, _reply, done) => {
        const isRight = timingSafeEqual(digest(request.headers.authorization ?? ''), expected)
        done(isRight ? undefined : new AppError('unauthenticated', 'The secret is missing or wrong.'))
      },
    },
    async (request, reply) => {
      const raw = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0)
      if (raw.length === 0) throw new AppError('invalid_input', 'Send the raw mail as the body.')
      const { query, headers } = request
      await receiveMail(deps, {
        raw,
        receivedAt: deps.clock(),
        source: 'mime',
        envelopeRecipient: query.recipient ?? headers['x-envelope-recipient'],
        envelopeSender: query.sender ?? headers['x-envelope-sender'],
      })
      return reply.code(204).send(null)
    },
  )
}

/** The rest is read and dropped, so that an answer with a large attachment is no mail that nobody takes. */
async function beginningOf(body: AsyncIterable<Buffer>): Promise<Buffer> {
  const kept: Buffer[] = []
  let left = READ_BYTES
  for await (const piece of body) {
    if (left > 0) kept.push(piece.subarray(0, left))
    left -= piece.length
  }
  return Buffer.concat(kept)
}

/** Of one length, so that the comparison tells nothing about the secret's. */
function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}
