import { Accordion, Alert, Button, Flex, List, LoadingSpinner, Select, Text } from '@hubspot/ui-extensions'
import { useLoad } from '@stagecue/app-client'
import type { StepPreview } from '@stagecue/shared/contract/preflight.ts'
import type { Sequence, Step } from '@stagecue/shared/contract/sequence.ts'
import { useCallback, useState } from 'react'
import { paragraphsOf } from './paragraphs-of.ts'
import type { Sample } from './SamplePicker.tsx'
import type { TabProps } from './settings-tools.ts'
import { LoadFailed } from './shared-views.ts'
import { TestMailButton } from './TestMailButton.tsx'

export interface RealPreviewProps extends Omit<TabProps, 'mayConfigure'> {
  /** As it is saved. */
  sequence: Sequence
  sample: Sample | null
}

/** One e-mail of the saved draft as it would leave, and the button that sends it to whoever looks at it. */
export function RealPreview({ sequence, sample, api, tools }: RealPreviewProps) {
  const mails = sequence.draft.steps.flatMap(mailsOf)
  const [chosen, setChosen] = useState<string | null>(null)
  const [shown, setShown] = useState(false)
  const mail = mails.find(({ value }) => value === chosen) ?? mails[0]
  if (mail === undefined) return null
  const { stepId, variantId } = mail
  return (
    <Flex direction="column" gap="small">
      <Flex direction="row" gap="small" align="end" wrap="wrap">
        <Select
          label="E-mail of the saved draft"
          name="preview-step"
          value={mail.value}
          options={mails.map(({ label, value }) => ({ label, value }))}
          onChange={(value) => setChosen(String(value))}
        />
        <Button size="xs" onClick={() => setShown(!shown)}>
          {shown ? 'Hide the e-mail' : 'Show the e-mail as it leaves'}
        </Button>
        <TestMailButton
          sequenceId={sequence.id}
          revision={sequence.revision}
          stepId={stepId}
          variantId={variantId}
          sample={sample}
          api={api}
          tools={tools}
        />
      </Flex>
      {shown ? (
        <LoadedPreview sequence={sequence} stepId={stepId} variantId={variantId} sample={sample} api={api} />
      ) : null}
    </Flex>
  )
}

interface ChoosableMail {
  stepId: string
  variantId: string | null
  label: string
  value: string
}

/** What may be sent of a step: itself, or each of its variants. */
function mailsOf(step: Step, index: number): ChoosableMail[] {
  if (step.kind !== 'email') return []
  const label = `Step ${index + 1}`
  if (step.variants === undefined) return [{ stepId: step.id, variantId: null, label, value: step.id }]
  return step.variants.map(({ id }, place) => ({
    stepId: step.id,
    variantId: id,
    label: `${label}, variant ${'ABCD'[place]}`,
    value: `${step.id}/${id}`,
  }))
}

interface LoadedPreviewProps extends Pick<RealPreviewProps, 'sequence' | 'sample' | 'api'> {
  stepId: string
  variantId: string | null
}

function LoadedPreview({ sequence, stepId, variantId, sample, api }: LoadedPreviewProps) {
  const { id, revision } = sequence
  const [loaded, { reload }] = useLoad(
    // biome-ignore lint/correctness/useExhaustiveDependencies: a save makes another draft.
    useCallback(
      () =>
        api.previewStep(id, {
          stepId,
          ...(variantId === null ? {} : { variantId }),
          ...(sample === null ? {} : { dealId: sample.dealId, contactId: sample.contactId }),
        }),
      [api, id, revision, stepId, variantId, sample],
    ),
  )
  if (loaded.kind === 'loading') return <LoadingSpinner label="Filling in the e-mail" showLabel={true} size="xs" />
  if (loaded.kind === 'failed') {
    return (
      <LoadFailed title="There is no preview" error={loaded.error} reloading={loaded.reloading} onTryAgain={reload} />
    )
  }
  return <Mail mail={loaded.value} />
}

function Mail({ mail }: { mail: StepPreview }) {
  const { from, replyTo, to, subject, text, html, headers, signedBy, problems, filledWith } = mail
  return (
    <Flex direction="column" gap="extra-small">
      {problems.length === 0 ? null : (
        <Alert title="This e-mail would not go out like this" variant="warning">
          <List variant="unordered-styled">
            {problems.map((problem) => (
              <Text key={problem}>{problem}</Text>
            ))}
          </List>
        </Alert>
      )}
      <Text variant="microcopy">Filled with: {filledWith}</Text>
      <Text>From: {from}</Text>
      <Text>Answers to: {replyTo ?? 'nobody'}</Text>
      {to === null ? null : <Text>To: {to}</Text>}
      <Text format={{ fontWeight: 'demibold' }}>Subject: {subject}</Text>
      {paragraphsOf(text).map((line) => (
        <Text key={line.key}>{line.text}</Text>
      ))}
      <Accordion title="HTML part" size="xs">
        {paragraphsOf(html).map((line) => (
          <Text key={line.key} format={{ fontWeight: 'regular' }}>
            {line.text}
          </Text>
        ))}
      </Accordion>
      <Accordion title="Headers for mail programs" size="xs">
        {headers.map(({ name, value }) => (
          <Text key={name}>
            {name}: {value}
          </Text>
        ))}
        <Text>
          {signedBy === null ? 'Not signed by Stagecue: the mail server must sign it.' : `Signed by ${signedBy}`}
        </Text>
      </Accordion>
    </Flex>
  )
}
