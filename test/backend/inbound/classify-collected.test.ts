import { expect, test } from 'vitest'
import type { MessageKind } from '#modules/inbound/classification.ts'
import { classifyMessage } from '#modules/inbound/classify-message.ts'
import { collectedMails, inboundContext, readCollected, readWritten, writtenMails } from './inbound-corpus.ts'

const KINDS: readonly MessageKind[] = [
  'human_reply',
  'out_of_office',
  'automatic_reply',
  'bounce',
  'complaint',
  'disposition',
  'unsubscribe_request',
  'unknown',
]

/** Mails that their collectors keep among the bounces, though a person forwarded them. */
const FORWARDED = ['bsd/lhost-sendmail-14.eml', 'err/make-test-36.eml']

/** What the collectors' file names say. */
function groupOf(file: string): string {
  if (FORWARDED.includes(file)) return 'bounce forwarded by a person'
  if (file.startsWith('not/')) return 'not a bounce'
  if (file.includes('/arf-')) return 'feedback report'
  if (file.includes('/rfc3834-')) return 'vacation notice'
  return 'bounce'
}

const collected = await Promise.all(
  collectedMails().map(async (file) => ({
    file,
    group: groupOf(file),
    found: await classifyMessage(readCollected(file), inboundContext()),
  })),
)

test('no collected mail of a machine is a person or an unsubscribe', () => {
  const machines = collected.filter(({ group }) => !['not a bounce', 'bounce forwarded by a person'].includes(group))
  const wrong = machines.filter(({ found }) => ['human_reply', 'unsubscribe_request'].includes(found.kind))
  expect(wrong.map(({ file }) => file)).toEqual([])
  expect(machines.length).toBeGreaterThan(400)
})

test('every bounce has at least one recipient with a sentence, and nearly all name the address', () => {
  const bounces = collected.flatMap(({ file, found }) => (found.kind === 'bounce' ? [{ file, ...found }] : []))
  expect(bounces.filter(({ recipients }) => recipients.length === 0).map(({ file }) => file)).toEqual([])
  const named = bounces.filter(({ recipients }) => recipients.some(({ finalRecipient }) => finalRecipient))
  expect(named.length / bounces.length).toBeGreaterThan(0.97)
})

test('an address is suppressed only for the codes of a bad address', () => {
  const reports = collected.flatMap(({ found }) => (found.kind === 'bounce' ? found.recipients : []))
  const suppressed = reports.filter(({ suppress }) => suppress)
  expect(new Set(suppressed.map(({ status }) => status))).toEqual(new Set(['5.1.1', '5.1.2', '5.1.3', '5.1.10']))
  expect(suppressed.length).toBeGreaterThan(50)
})

test('the published table is what the classification does', async () => {
  const written = await Promise.all(
    writtenMails().map(async ({ file, kind, receivedOn }) => ({
      group: kind,
      found: await classifyMessage(readWritten(file), inboundContext(receivedOn)),
    })),
  )
  const page = [
    '# What incoming mails are taken for',
    '',
    'Written by `test/backend/inbound/classify-collected.test.ts`, which fails when this page is not true; renew it with `npx vitest run --project backend test/backend/inbound -u`. Rows are what a mail is, columns what it was taken for.',
    '',
    '## Our own mails (`test/corpora/replies`)',
    '',
    ...tableOf(written),
    '',
    '## Collected mails (`test/corpora/dsn-bounces`), by the name of the file',
    '',
    ...tableOf(collected),
    '',
    '## What bounces say, by recipient',
    '',
    ...verdicts(),
    '',
  ]
  await expect(page.join('\n')).toMatchFileSnapshot('../../../docs/inbound-classification.md')
})

function tableOf(mails: readonly { group: string; found: { kind: MessageKind } }[]): string[] {
  const groups = [...new Set(mails.map(({ group }) => group))].sort()
  return [
    `| | ${KINDS.map((kind) => kind.replaceAll('_', ' ')).join(' | ')} |`,
    `|---|${KINDS.map(() => '---:').join('|')}|`,
    ...groups.map((group) => {
      const counts = KINDS.map(
        (kind) => mails.filter((mail) => mail.group === group && mail.found.kind === kind).length,
      )
      return `| ${group.replaceAll('_', ' ')} | ${counts.map((count) => count || '·').join(' | ')} |`
    }),
  ]
}

function verdicts(): string[] {
  const reports = collected.flatMap(({ found }) => (found.kind === 'bounce' ? found.recipients : []))
  const names = ['hard', 'soft', 'ours', 'delayed', 'delivered'] as const
  return [
    '| verdict | recipients | of these on the do-not-mail list |',
    '|---|---:|---:|',
    ...names.map((name) => {
      const of = reports.filter(({ verdict }) => verdict === name)
      return `| ${name} | ${of.length} | ${of.filter(({ suppress }) => suppress).length} |`
    }),
  ]
}
