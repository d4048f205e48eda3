import { Alert, Button, Flex, LoadingButton, Select, Text, Toggle } from '@hubspot/ui-extensions'
import { useChange, useLoad } from '@stagecue/app-client'
import type { HubSpotMail, SubscriptionTypes, WriteOptOuts } from '@stagecue/shared/contract/hubspot-mail.ts'
import { useCallback } from 'react'
import { OvertakenNotice } from './OvertakenNotice.tsx'
import type { EditingTabProps } from './settings-tools.ts'
import { LoadFailed, ProblemNotice } from './shared-views.ts'
import { useDraft } from './use-draft.ts'
import { useUnsaved } from './use-unsaved.ts'

export interface HubSpotMailFormProps extends EditingTabProps {
  stored: HubSpotMail
  onChanged: () => void
}

/** A select has no value for "none". */
const NO_TYPE = 'none'
const WRITE: Record<WriteOptOuts, string> = {
  off: 'Not told to HubSpot',
  subscription: 'Opted out of the subscription type above',
  all: 'Opted out of all e-mail in HubSpot',
}

export function HubSpotMailForm({ stored, api, tools, mayConfigure, onChanged, onUnsaved }: HubSpotMailFormProps) {
  const form = useDraft<MailDraft>(draftOf(stored))
  const { subscriptionId, writeOptOuts, logMails } = form.draft
  const { changed } = form
  useUnsaved(changed, onUnsaved)
  const { permitted } = stored.optOuts
  const [types, { reload: readTypes }] = useLoad(
    useCallback(
      async (): Promise<SubscriptionTypes> => (permitted ? api.listSubscriptionTypes() : { subscriptions: [] }),
      [api, permitted],
    ),
  )
  const saving = useChange((wanted: MailDraft, idempotencyKey) => api.saveHubSpotMail({ ...wanted, idempotencyKey }), {
    makeKey: tools.makeKey,
    onDone: (saved) => {
      form.take(draftOf(saved))
      tools.addAlert({ type: 'success', message: 'Opt-outs and e-mails were saved.' })
      onChanged()
    },
    onDoubt: onChanged,
  })
  const known = types.kind === 'ready' ? types.value.subscriptions : []
  const readOnly = !mayConfigure || saving.busy
  const unnamed = writeOptOuts === 'subscription' && subscriptionId === null
  return (
    <Flex direction="column" gap="small">
      <Missing stored={stored} mayConfigure={mayConfigure} />
      {types.kind === 'failed' ? (
        <LoadFailed
          title="HubSpot’s subscription types could not be read"
          error={types.error}
          reloading={types.reloading}
          onTryAgain={readTypes}
        />
      ) : null}
      <Select
        label="Subscription type of these mails"
        name="subscriptionId"
        description="Who opted out of it in HubSpot gets none of these mails."
        readOnly={readOnly || !permitted}
        value={subscriptionId ?? NO_TYPE}
        options={typeOptions(stored, known)}
        onChange={(value) => form.change(() => ({ subscriptionId: value === NO_TYPE ? null : String(value) }))}
      />
      <Select
        label="Who unsubscribes from these mails is"
        name="writeOptOuts"
        readOnly={readOnly || (!permitted && stored.writeOptOuts === 'off')}
        value={writeOptOuts}
        error={unnamed}
        validationMessage={unnamed ? 'Choose a subscription type first.' : ''}
        options={Object.entries(WRITE).map(([value, label]) => ({ value, label }))}
        onChange={(value) => (isWriteOptOuts(value) ? form.change(() => ({ writeOptOuts: value })) : undefined)}
      />
      <Toggle
        label="Show each sent mail as an e-mail on its contact and deal"
        name="logMails"
        checked={logMails}
        readOnly={readOnly || (!stored.mails.permitted && !stored.logMails)}
        textChecked="Yes"
        textUnchecked="No"
        onChange={(logMails) => form.change(() => ({ logMails }))}
      />
      {describeQueues(stored).map((line) => (
        <Text key={line} variant="microcopy">
          {line}
        </Text>
      ))}
      <ProblemNotice title="Nothing was changed" error={saving.error} />
      <OvertakenNotice form={form} words={wordsOf(stored)} />
      {mayConfigure ? (
        <Flex direction="row" gap="small">
          <LoadingButton
            size="sm"
            variant="secondary"
            loading={saving.busy}
            disabled={saving.busy || unnamed}
            onClick={() => saving.run(form.draft)}
          >
            Save opt-outs and e-mails
          </LoadingButton>
        </Flex>
      ) : null}
    </Flex>
  )
}

interface MailDraft {
  subscriptionId: string | null
  writeOptOuts: WriteOptOuts
  logMails: boolean
  revision: number
}

function draftOf({ subscription, writeOptOuts, logMails, revision }: HubSpotMail): MailDraft {
  return { subscriptionId: subscription?.id ?? null, writeOptOuts, logMails, revision }
}

function wordsOf({ subscription }: HubSpotMail) {
  return {
    subscriptionId: () => `Subscription type: ${subscription?.name ?? 'none'}`,
    writeOptOuts: (saved: WriteOptOuts) => `Who unsubscribes is: ${WRITE[saved]}`,
    logMails: (saved: boolean) => `Each sent mail as an e-mail: ${saved ? 'yes' : 'no'}`,
  }
}

function Missing({ stored, mayConfigure }: { stored: HubSpotMail; mayConfigure: boolean }) {
  const problems = [stored.optOuts.problem, stored.mails.problem].filter((problem) => problem !== null)
  if (problems.length === 0) return null
  const missing = !stored.optOuts.permitted || !stored.mails.permitted
  return (
    <>
      <Alert title={missing ? 'A permission is missing' : 'Not everything is written at present'} variant="warning">
        {[...new Set(problems)].join(' ')}
      </Alert>
      {missing && mayConfigure ? (
        <Flex direction="row" gap="small">
          <Button size="sm" variant="secondary" href={{ url: stored.connectUrl, external: true }}>
            Reconnect for opt-outs and e-mails
          </Button>
        </Flex>
      ) : null}
    </>
  )
}

/** The stored one is offered also while HubSpot cannot be asked. */
function typeOptions({ subscription }: HubSpotMail, known: SubscriptionTypes['subscriptions']) {
  const all = known.map(({ id, name }) => ({ value: id, label: name }))
  const stored = subscription && !known.some(({ id }) => id === subscription.id) ? [subscription] : []
  return [
    { value: NO_TYPE, label: 'None: only an opt-out of all e-mail counts' },
    ...all,
    ...stored.map(({ id, name }) => ({ value: id, label: name })),
  ]
}

function isWriteOptOuts(value: unknown): value is WriteOptOuts {
  return typeof value === 'string' && Object.hasOwn(WRITE, value)
}

function describeQueues({ writeOptOuts, logMails, optOuts, mails }: HubSpotMail): string[] {
  const lines: string[] = []
  if (writeOptOuts !== 'off' || optOuts.refused > 0) lines.push(`Opt-outs: ${counts(optOuts)}.`)
  if (logMails || mails.refused + mails.unknown > 0) {
    const unknown = mails.unknown === 0 ? '' : `, ${mails.unknown} that HubSpot may have or not (not written again)`
    lines.push(`E-mails: ${counts(mails)}${unknown}.`)
  }
  return lines
}

function counts({ waiting, refused }: { waiting: number; refused: number }): string {
  return `${waiting} waiting, ${refused} refused by HubSpot`
}
