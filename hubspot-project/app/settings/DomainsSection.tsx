import { Flex, Heading, List, LoadingButton, NumberInput, StatusTag, Text } from '@hubspot/ui-extensions'
import { useChange } from '@stagecue/app-client'
import type { Senders, SendingDomainRow } from '@stagecue/shared/contract/sender.ts'
import { OvertakenNotice } from './OvertakenNotice.tsx'
import type { TabProps } from './settings-tools.ts'
import { ProblemNotice } from './shared-views.ts'
import { useDraft } from './use-draft.ts'

export interface DomainsSectionProps extends TabProps {
  domains: readonly SendingDomainRow[]
  onChanged: () => void
  onTaken: (senders: Senders) => void
}

/** What the DNS of each domain says, what to publish there, and how much is sent from it. */
export function DomainsSection({ domains, ...shared }: DomainsSectionProps) {
  return (
    <Flex direction="column" gap="small">
      <Heading>Sending domains</Heading>
      <Text>
        Receivers look up whether e-mails of a domain are real. A sequence is not started while the default sender’s
        domain does not pass.
      </Text>
      {domains.map((row) => (
        <DomainView key={row.domain} row={row} {...shared} />
      ))}
    </Flex>
  )
}

const WORDS_OF_CAP = { cap: (saved: number) => `E-mails a day: ${saved === 0 ? 'no cap' : saved}` }
const WORDS = { ok: 'Right', advice: 'Better', fault: 'Wrong', unknown: 'Not answered' } as const
const SUBJECTS = { spf: 'SPF', dkim: 'DKIM', dmarc: 'DMARC', mx: 'MX', account: 'Account' } as const

function DomainView({
  row,
  api,
  tools,
  mayConfigure,
  onChanged,
  onTaken,
}: Omit<DomainsSectionProps, 'domains'> & { row: SendingDomainRow }) {
  const { domain, passed, findings, checkedAt } = row
  const form = useDraft({ cap: row.dailyCap, revision: row.revision })
  const { cap } = form.draft
  const checking = useChange((_: null, idempotencyKey) => api.checkDomain({ domain, idempotencyKey }), {
    makeKey: tools.makeKey,
    seen: checkedAt,
    onDoubt: onChanged,
    onDone: onTaken,
  })
  const saving = useChange(
    ({ cap: dailyCap, revision }: { cap: number; revision: number }, idempotencyKey) =>
      api.saveDomain({ domain, dailyCap, revision, idempotencyKey }),
    {
      makeKey: tools.makeKey,
      onDoubt: onChanged,
      onDone: (senders, saved) => {
        form.take(saved)
        tools.addAlert({ type: 'success', message: 'The cap is saved.' })
        onTaken(senders)
      },
    },
  )
  const state = checkedAt === null ? 'Not checked yet' : passed ? 'Passes' : 'Does not pass'
  const valid = Number.isSafeInteger(cap) && cap >= 0
  return (
    <Flex direction="column" gap="extra-small">
      <Text format={{ fontWeight: 'demibold' }}>{domain}</Text>
      <StatusTag variant={passed ? 'success' : checkedAt === null ? 'default' : 'danger'}>{state}</StatusTag>
      {checkedAt === null ? null : (
        <Text variant="microcopy">{`Checked ${tools.formats.momentAndDistance(checkedAt)}.`}</Text>
      )}
      <List variant="unordered-styled">
        {findings.map(({ subject, verdict, sentence }) => (
          <Text key={`${subject} ${sentence}`}>{`${SUBJECTS[subject]}, ${WORDS[verdict]}: ${sentence}`}</Text>
        ))}
      </List>
      <ProblemNotice title="This did not work" error={checking.error ?? saving.error} />
      <OvertakenNotice form={form} words={WORDS_OF_CAP} />
      {mayConfigure ? (
        <>
          <NumberInput
            label={`E-mails a day from ${domain}`}
            name={`cap-${domain}`}
            description="From all its addresses together. 0: no cap."
            min={0}
            max={100_000}
            precision={0}
            value={cap}
            readOnly={saving.busy}
            onChange={(value) => form.change(() => ({ cap: Number(value) }))}
          />
          <Flex direction="row" gap="small">
            <LoadingButton
              size="xs"
              variant="secondary"
              loading={checking.busy}
              disabled={checking.busy}
              onClick={() => checking.run(null)}
            >
              {`Check ${domain}`}
            </LoadingButton>
            <LoadingButton
              size="xs"
              variant="secondary"
              loading={saving.busy}
              disabled={saving.busy || !valid || !form.changed}
              onClick={() => saving.run(form.draft)}
            >
              Save cap
            </LoadingButton>
          </Flex>
        </>
      ) : null}
    </Flex>
  )
}
