import { expect } from 'vitest'
import type { EnrolledContact, Sending } from './sending.ts'
import type { SmtpServer } from './smtp-server.ts'

/** Enrolls a contact whose first mail nobody can know about: the connection broke off after its content. */
export async function unconfirmedStep(
  sending: Sending,
  server: SmtpServer,
): Promise<{ sending: Sending; contact: EnrolledContact }> {
  const contact = await sending.enroll()
  server.fault('body', { kind: 'reset' })
  await sending.drain()
  expect((await sending.runs())[0]).toMatchObject({ status: 'unconfirmed' })
  return { sending, contact }
}
